"""Amendments from the CSV that a metadata officer filled in (`report --for PUBLISHER`)."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from dcat_harvest import amend, words
from dcat_harvest.amend import Amendment
from dcat_harvest.amendable import known_fields, parse
from dcat_harvest.errors import UsageError

# Column of the letter -> other names it may have.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "source": ("bron",),
    "key": ("sleutel",),
    "field": ("veld",),
    "file": ("bestand",),
    "value": ("nieuwe waarde", "nieuwe_waarde", "new value"),
    "who": ("door", "wie", "by"),
    "when": ("datum", "wanneer", "date"),
    "ground": ("grond", "bron van de waarde", "reason"),
}
NEEDED = ("source", "key", "field", "value")


class Imported(msgspec.Struct, kw_only=True):
    """What an import wrote, and the rows it could not use."""

    written: dict[str, int] = msgspec.field(default_factory=dict)
    """File -> amendments taken from the CSV."""
    empty: int = 0
    """Rows without a value: nothing to do."""
    problems: list[str] = msgspec.field(default_factory=list)


def import_csv(
    data: bytes, folder: Path, *, who: str = "", today: date, ground: str = ""
) -> Imported:
    """Write the filled rows as amendments; a later row for a field takes the earlier one's place.

    `who`, `today` and `ground` hold for rows that do not say so themselves.
    """
    result = Imported()
    found: dict[tuple[str, str], dict[tuple[str, str], Amendment]] = defaultdict(dict)
    for number, row in _rows(data):
        if not row.get("value", "").strip():
            result.empty += 1
            continue
        try:
            one = _amendment(row, who=who, today=today, ground=ground)
            amend.place(folder, row["source"], row["key"])
        except (ValueError, UsageError) as error:
            result.problems.append(f"row {number}: {error}")
            continue
        found[row["source"], row["key"]][one.field, one.file] = one
    for (source, key), fields in found.items():
        path = amend.place(folder, source, key)
        before = {(x.field, x.file): x for x in amend.read(path)} if path.is_file() else {}
        amend.write(path, (before | fields).values())
        result.written[str(path)] = len(fields)
    return result


def _amendment(row: Mapping[str, str], *, who: str, today: date, ground: str) -> Amendment:
    field, value = row["field"].strip(), row["value"].strip()
    if field not in known_fields():
        raise ValueError(f"{field!r} cannot be amended; there are {', '.join(known_fields())}")
    parse(field, value)
    _check_words(field, value, row["source"])
    given = row.get("when", "").strip()
    signed = row.get("who", "").strip() or who
    reason = row.get("ground", "").strip() or ground
    if not signed:
        raise ValueError("nobody stands for the value: fill the column 'door' or give --by")
    if not reason:
        raise ValueError("no ground: fill the column 'grond' or give --ground")
    return Amendment(
        field=field,
        value=value,
        who=signed,
        when=_day(given) if given else today,
        ground=reason,
        file=row.get("file", "").strip(),
    )


# Field with a code list -> its name in the EU's lists, and a value to show.
LISTS: Mapping[str, tuple[str, str]] = {
    "frequency": ("frequency", "ANNUAL"),
    "access": ("access-right", "PUBLIC"),
    "language": ("language", "NLD"),
    "spatial": ("country", "NLD"),
    "status": ("dataset-status", "COMPLETED"),
}


def _check_words(field: str, value: str, source: str) -> None:
    """Refuse a word that the catalogue could make no term of: it would be left out there."""
    if field in LISTS:
        name, like = LISTS[field]
        is_known = value.startswith(f"{words.AUTHORITY}{name}/") or bool(words.term(field, value))
        like = f"{words.AUTHORITY}{name}/{like}"
    elif field == "licence":
        is_known = words.licence_of(value) is not None
        like = "https://creativecommons.org/licenses/by/4.0/"
    elif field == "themes":
        names = [x.strip() for x in value.split(";") if x.strip()]
        is_known = all("://" in x or words.themes_of(source, x) is not None for x in names)
        like = f"{words.AUTHORITY}data-theme/EDUC"
    elif field == "format":
        is_known, like = words.format_of(value) is not None, "CSV"
    else:
        return
    if not is_known:
        raise ValueError(f"{value!r} is no {field} that we know; write for example {like}")


def _day(text: str) -> date:
    """A day as ISO, or as a Dutch spreadsheet writes it (31-12-2026)."""
    parts = text.replace("/", "-").split("-")
    if len(parts) == 3 and len(parts[2]) == 4:
        parts.reverse()
    try:
        return date(*map(int, parts))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{text!r} is no day; write yyyy-mm-dd") from error


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Row number and cells by our own names of the columns."""
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise UsageError(f"the file is no CSV that can be read: {error}") from error
    names = [_name(x) for x in lines[0]] if lines else []
    missing = [x for x in NEEDED if x not in names]
    if missing:
        raise UsageError(
            f"the CSV lacks the columns {', '.join(missing)}; "
            "use the file that `dcat-harvest report --for PUBLISHER --format csv` writes"
        )
    return [
        (number, {k: _unquoted(v) for k, v in zip(names, line, strict=False)})
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("the CSV is neither UTF-8 nor windows-1252; save it as CSV UTF-8")


def _name(head: str) -> str:
    word = head.strip().casefold()
    return next((k for k, others in COLUMNS.items() if word == k or word in others), word)


def _unquoted(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in {"=", "+", "-", "@"} else cell
