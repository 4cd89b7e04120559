"""Entries of the register from a spreadsheet: what it says, and nothing that it does not."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from dcat_harvest import resources, words
from dcat_harvest.errors import UsageError
from dcat_harvest.inventory import Row, read_rows
from dcat_harvest.iri import slug
from dcat_harvest.read.register import parse

LONGEST = 60
_LEVEL = re.compile(r"<level/([a-z]+)> a skos:Concept")


class Imported(msgspec.Struct, kw_only=True):
    """What an import made: the file, its entries, and the rows it could not use."""

    file: Path
    entries: int = 0
    problems: list[str] = msgspec.field(default_factory=list)
    """`list.csv:12: why`."""


def import_csv(
    path: Path,
    folder: Path,
    *,
    access_by: str,
    today: date,
    why: str = "er is geen interface aangetoond.",
    replace: bool = False,
) -> Imported:
    """Write the rows of a list as entries of one file in a folder of the register.

    `access_by` names who says that the things are open or closed: the list. A row without title,
    publisher, kind or openness is a problem with its line; the others are written. Raises
    UsageError where the file is there already and `replace` is not given.
    """
    target = folder / f"{slug(path.stem)}.toml"
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already; --replace writes it anew")
    out = Imported(file=target)
    rows = read_rows(path)
    repeated = _repeated(rows)
    tables: list[str] = []
    taken: set[str] = set(_ids(folder, target))
    for row in rows:
        if row.id in repeated:
            continue
        covers = [row.id, *(r for r, first in repeated.items() if first == row.id)]
        entry, reason = _entry(row, covers, taken)
        wrong = reason or _refused(entry, access_by, today, why)
        if wrong:
            out.problems.append(f"{path}:{row.line}: {row.title[:60]}: {wrong}")
            continue
        taken.add(str(entry["id"]))
        tables.append(_toml("[[entry]]", entry))
    out.entries = len(tables)
    if tables:
        folder.mkdir(parents=True, exist_ok=True)
        text = "\n".join([_defaults(access_by, today, why), *tables])
        target.write_text(text, encoding="utf-8", newline="\n")
    return out


def _repeated(rows: Sequence[Row]) -> dict[str, str]:
    """Rows that repeat another: id -> id of the first mention."""
    ids = {row.id for row in rows}
    return {row.id: row.same_as for row in rows if row.same_as in ids - {row.id}}


def _ids(folder: Path, target: Path) -> Iterable[str]:
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        if path != target:
            found, _ = parse(path.read_text(encoding="utf-8"), path.name)
            yield from (one.entry.id for one in found)


def _entry(row: Row, covers: Sequence[str], taken: set[str]) -> tuple[dict[str, object], str]:
    """Make an entry of a row; or tell why not."""
    kind = words.term("kind", row.kind.partition("(")[0]) if row.kind else None
    access = words.term("claim", row.access) if row.access else None
    if not row.publisher:
        return {}, "no publisher"
    if not kind:
        return (
            {},
            f"{row.kind!r} is no kind; write one of {_known('kind')}" if row.kind else "no kind",
        )
    if not access:
        said = f"{row.access!r} is no openness; write one of {_known('claim')}"
        return {}, said if row.access else "not said whether it is open, gesloten or gemengd"
    link = row.link if re.fullmatch(r"https?://\S+", row.link) else ""
    entry: dict[str, object] = {
        "id": _id(row, taken),
        "kind": kind,
        "title": row.title,
        "publisher": row.publisher,
        "about": row.description,
        "level": levels(row.level),
        "access": access,
        "access_basis": "inferred" if row.basis in ("inferred", "afgeleid") else "",
        "link": link,
        "how": f"Zie {link}" if link else f"Na te vragen bij {row.publisher}.",
        "format": [f.strip() for f in re.split(r"[,;/]", row.format) if f.strip()],
        "covers": [c for c in covers if not c.startswith("line-")],
    }
    return entry, ""


def levels(text: str) -> list[str]:
    """Find the levels of our scheme in what a list says of it: `Gemeenteniveau, soms wijken`."""
    known = _LEVEL.findall(resources.text("vocab/facets.ttl"))
    folded = text.casefold()
    return [x for x in known if re.search(rf"(?<![a-z]){x}", folded)]


def _id(row: Row, taken: set[str]) -> str:
    """Name an entry by its title; by its publisher too where the title is taken."""
    plain = slug(re.sub(r"\(.*?\)", " ", row.title))[:LONGEST].strip("-")
    names = (plain, f"{slug(row.publisher)}-{plain}", f"{plain}-{slug(row.id)}")
    return next((n for n in names if n not in taken), f"{plain}-{row.line}")


def _refused(entry: Mapping[str, object], access_by: str, today: date, why: str) -> str:
    """Hold an entry to the rules of the register before it is written."""
    text = _defaults(access_by, today, why) + "\n" + _toml("[[entry]]", entry)
    _, wrong = parse(text, "")
    return "; ".join(problem.reason for problem in wrong)


def _defaults(access_by: str, today: date, why: str) -> str:
    head = _toml("[defaults]", {"access_by": access_by, "why": why})
    return f"{head}checked = {today.isoformat()}\n"


def _toml(header: str, values: Mapping[str, object]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in values.items() if value]
    return "\n".join([header, *lines, ""])


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def _known(table: str) -> str:
    return ", ".join(dict.fromkeys(str(v) for v in words.table(table).values()))
