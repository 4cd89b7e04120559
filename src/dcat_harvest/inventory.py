"""Lists of things in a spreadsheet: rows by their header, each mistake with file and line."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from dcat_harvest.errors import UsageError

# Our name of a column -> what lists call it, folded.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "nr", "nummer", "rij", "row"),
    "title": ("title", "titel", "naam", "name", "informatie"),
    "publisher": ("publisher", "uitgever", "bron", "organisatie", "source"),
    "kind": ("kind", "soort", "type"),
    "route": ("harvest_route", "route"),
    "candidate_id": ("candidate_id", "dataset_id", "identifier"),
    "confidence": ("candidate_confidence", "confidence"),
    "same_as": ("same_as",),
    "link": ("link", "url", "adres", "address", "landing_page"),
    "access": ("open_closed", "open/gesloten", "access", "toegang"),
    "basis": ("open_closed_basis",),
    "level": ("niveau", "level", "uitsplitsing"),
    "description": ("description", "omschrijving", "beschrijving", "about"),
    "format": ("format", "formaat"),
    "section": ("section", "onderdeel"),
    "notes": ("notes", "opmerkingen"),
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list, its cells under our names; `line` is where it begins in the file."""

    id: str
    title: str
    line: int = 0
    publisher: str = ""
    kind: str = ""
    route: str = ""
    candidates: tuple[str, ...] = ()
    confidence: str = ""
    same_as: str = ""
    link: str = ""
    access: str = ""
    basis: str = ""
    level: str = ""
    description: str = ""
    format: str = ""
    section: str = ""
    notes: str = ""


def read_rows(path: Path) -> list[Row]:
    """Read a list; raises UsageError that names file and line.

    Comma, semicolon or tab; UTF-8, or what spreadsheets on Windows write. The header names the
    columns, in English or Dutch; a title is needed, ids are made of the lines where there are none.
    """
    lines = _lines(path)
    _, header = next(lines, (1, []))
    if not header:
        raise UsageError(f"{path}:1: this list is empty; its first row names the columns")
    places = _places(path, header)
    rows: dict[str, Row] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(path, line, cells, places, len(header))
        if row.id in rows:
            raise UsageError(f"{path}:{line}: id {row.id!r} stands at line {rows[row.id].line} too")
        rows[row.id] = row
    return list(rows.values())


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line on which it begins."""
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: this is no CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise UsageError(f"{path}:{line}: this is no text; save the spreadsheet as CSV first")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace")


def _places(path: Path, header: list[str]) -> dict[str, int]:
    """Find the column of each of our names."""
    folded = [h.strip().casefold() for h in header]
    found = {
        name: next(folded.index(word) for word in words if word in folded)
        for name, words in COLUMNS.items()
        if any(word in folded for word in words)
    }
    if "title" not in found:
        wanted = ", ".join(COLUMNS["title"])
        raise UsageError(f"{path}:1: no column for the title; name one of {wanted}")
    return found


def _row(path: Path, line: int, cells: list[str], places: Mapping[str, int], width: int) -> Row:
    if len(cells) > width:
        raise UsageError(f"{path}:{line}: {len(cells)} cells under a header of {width}")
    values = {n: cells[at].strip() if at < len(cells) else "" for n, at in places.items()}
    if not values["title"]:
        raise UsageError(f"{path}:{line}: a row without a title")
    candidates = tuple(c.strip() for c in values.pop("candidate_id", "").split("|") if c.strip())
    return Row(
        **{**values, "id": values.get("id") or f"line-{line}"}, candidates=candidates, line=line
    )
