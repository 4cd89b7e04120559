"""The header of a table from the first bytes of a file: CSV of any kind, ZIP with CSV, XLSX."""

import csv
import io
import re
import zlib
from typing import NamedTuple

MOST_BYTES = 64 * 1024
MOST_COLUMNS = 5000
MOST_NAME = 200
"""A longer cell is text, no name of a column."""
SEPARATORS = ",;\t|"
_NUMBER = re.compile(r"-?[\d.,<>]+%?|-")


class Header(NamedTuple):
    """The names of the columns; `remark` says what is wrong with them, empty where nothing is."""

    names: tuple[str, ...] = ()
    remark: str = ""
    unread: str = ""
    """Why no header was found; empty where one was."""


def header(body: bytes, *, is_whole: bool = True) -> Header:
    """Find the header row in the first bytes of a file."""
    body = body[:MOST_BYTES]
    start = body[:512].lstrip().lower()
    if not start:
        return Header(unread="the file is empty")
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return Header(unread="this is a page of HTML or XML, no table")
    if start.startswith((b"%pdf", b"\xd0\xcf\x11\xe0")):
        return Header(unread="this is a PDF or an old office file")
    if body.startswith(b"PK\x03\x04"):
        return _packed(body)
    if b"\0" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Header(unread="this is no text")
    return of_text(_decoded(body), is_whole=is_whole and len(body) < MOST_BYTES)


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    text = body.removeprefix(b"\xef\xbb\xbf")
    for cut in range(4):  # the last character may be cut in two
        try:
            return text[: len(text) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return text.decode("windows-1252", "replace")


def of_text(text: str, *, is_whole: bool = True) -> Header:
    """Find the header row in text: the first row as wide as the table, names in every cell."""
    rows = _rows(text, is_whole=is_whole)
    if not rows:
        return Header(unread="no row could be read")
    width = max(len(_filled(r)) for r in rows)
    if width < 2:
        return Header(unread="one column only: no separator of a table was found")
    at = next(i for i, r in enumerate(rows) if 2 * len(_filled(r)) >= max(width, 4))
    names = tuple(_clean(c) for c in rows[at])
    while names and not names[-1]:
        names = names[:-1]
    return Header(names[:MOST_COLUMNS], _remark(rows, at, names))


def _rows(text: str, *, is_whole: bool) -> list[list[str]]:
    """The first rows, by the separator that gives the widest even table."""
    best: list[list[str]] = []
    for separator in SEPARATORS:
        if separator not in text:
            continue
        rows = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                rows.append(row)
                if len(rows) > 20:
                    break
        except csv.Error:
            continue
        if len(rows) > 1 and not is_whole and len(rows) <= 20:
            rows.pop()  # cut off by the limit
        rows = [r for r in rows if any(c.strip() for c in r)]
        if rows and _evenness(rows) > _evenness(best):
            best = rows
    return best


def _evenness(rows: list[list[str]]) -> tuple[int, int]:
    """How many rows have the commonest width above one, and that width."""
    widths = [len(r) for r in rows if len(r) > 1]
    if not widths:
        return (0, 0)
    common = max(set(widths), key=lambda w: (widths.count(w), w))
    return (widths.count(common), common)


def _filled(row: list[str]) -> list[str]:
    return [c for c in row if c.strip()]


def _clean(cell: str) -> str:
    return re.sub(r"\s+", " ", cell.replace("\ufeff", "")).strip().strip("'\"").strip()[:MOST_NAME]


def _remark(rows: list[list[str]], at: int, names: tuple[str, ...]) -> str:
    said = []
    if at:
        said.append(f"it stands in row {at + 1}")
    if len(names) > MOST_COLUMNS:
        said.append(f"{len(names)} columns, of which {MOST_COLUMNS} were read")
    numbers = sum(bool(_NUMBER.fullmatch(n)) for n in names)
    if names and numbers > len(names) / 2:
        said.append("most of its cells are numbers")
    doubles = sorted({n for n in names if n and names.count(n) > 1}) if len(names) < 500 else []
    if doubles:
        said.append(f"names that occur twice: {', '.join(doubles[:5])}")
    if any(not n for n in names):
        said.append("columns without a name")
    widths = {len(r) for r in rows[at + 1 :]}
    if widths and len(names) not in widths and min(widths) > len(names):
        said.append(f"{len(names)} names above rows of {min(widths)} cells")
    return "; ".join(said)


def _packed(body: bytes) -> Header:
    """A ZIP from its beginning: the CSV files in it, or the first sheet of a workbook."""
    entries = _entries(body)
    tables = {n: d for n, d in entries.items() if n.lower().endswith((".csv", ".txt", ".tsv"))}
    if tables:
        return _of_tables(tables)
    if any(n.startswith("xl/") for n in entries):
        from dcat_harvest.levels.sheet import of_workbook

        return of_workbook(entries)
    if "content.xml" in entries:
        from dcat_harvest.levels.sheet import of_opendocument

        return of_opendocument(entries["content.xml"])
    return Header(unread="no table was found in the first part of this ZIP")


def _of_tables(tables: dict[str, bytes]) -> Header:
    """The columns of all CSV files in a ZIP together."""
    found = {name: of_text(_decoded(data), is_whole=False) for name, data in tables.items()}
    names = tuple(dict.fromkeys(c for h in found.values() for c in h.names))
    if not names:
        return Header(unread=next(h.unread for h in found.values()))
    files = ", ".join(sorted(tables))
    return Header(
        names[:MOST_COLUMNS], f"a ZIP of several tables: {files}" if len(found) > 1 else ""
    )


def _entries(body: bytes) -> dict[str, bytes]:
    """Name to as much of each file as the first part of a ZIP holds, bounded."""
    found: dict[str, bytes] = {}
    at = 0
    while len(found) < 100 and body[at : at + 4] == b"PK\x03\x04":
        flags = int.from_bytes(body[at + 6 : at + 8], "little")
        method = int.from_bytes(body[at + 8 : at + 10], "little")
        size = int.from_bytes(body[at + 18 : at + 22], "little")
        name_end = at + 30 + int.from_bytes(body[at + 26 : at + 28], "little")
        begin = name_end + int.from_bytes(body[at + 28 : at + 30], "little")
        name = body[at + 30 : name_end].decode("utf-8", "replace")
        if method == 0:
            found[name] = body[begin : begin + size] if size else b""
            at = begin + size
            continue
        if method != 8:
            break
        unpack = zlib.decompressobj(-15)
        try:
            found[name] = unpack.decompress(body[begin:], MOST_BYTES * 4)
        except zlib.error:
            break
        if unpack.eof:
            at = len(body) - len(unpack.unused_data) + (16 if flags & 8 else 0)
            # A descriptor behind the data may lack its signature.
            if flags & 8 and body[at : at + 2] != b"PK":
                at -= 4
        elif size and not flags & 8:
            at = begin + size
        else:
            break
    return found
