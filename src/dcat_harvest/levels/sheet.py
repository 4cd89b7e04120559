"""The first rows of a workbook, from as much of it as was fetched."""

import re
from html import unescape

from dcat_harvest.levels.header import MOST_COLUMNS, Header, of_text

_ROWS = 12


def of_workbook(entries: dict[str, bytes]) -> Header:
    """The header of the first sheet of an XLSX file."""
    sheets = sorted(n for n in entries if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n))
    if not sheets:
        return Header(unread="the first part of this workbook holds no sheet")
    shared = _shared(entries.get("xl/sharedStrings.xml", b"").decode("utf-8", "replace"))
    rows = _sheet_rows(entries[sheets[0]].decode("utf-8", "replace"), shared)
    if rows is None:
        return Header(unread="the texts of this workbook stand behind the part that was fetched")
    return of_rows(rows)


def _shared(text: str) -> list[str]:
    items = re.findall(r"<si>(.*?)</si>|<si/>", text, re.S)
    return ["".join(unescape(t) for t in re.findall(r"<t[^>]*>(.*?)</t>", i, re.S)) for i in items]


def _sheet_rows(text: str, shared: list[str]) -> list[list[str]] | None:
    rows = []
    for row in re.findall(r"<row\b[^>]*>(.*?)</row>", text, re.S)[:_ROWS]:
        cells: list[str] = []
        for attributes, content in re.findall(r"<c\b([^>/]*)(?:/>|>(.*?)</c>)", row, re.S):
            place = re.search(r'\br="([A-Z]{1,3})\d+"', attributes)
            column = _number(place[1]) if place else len(cells)
            if column >= MOST_COLUMNS:
                break
            cells += [""] * (column - len(cells))
            value = _value(attributes, content, shared)
            if value is None:
                return None
            cells.append(value)
        rows.append(cells)
    return rows


def _value(attributes: str, content: str, shared: list[str]) -> str | None:
    """The text of a cell; None where it stands in a part that we do not have."""
    if 't="inlineStr"' in attributes:
        return "".join(unescape(t) for t in re.findall(r"<t[^>]*>(.*?)</t>", content, re.S))
    found = re.search(r"<v>(.*?)</v>", content, re.S)
    if found is None:
        return ""
    if 't="s"' not in attributes:
        return unescape(found[1])
    number = int(found[1]) if found[1].isdigit() else -1
    return shared[number] if 0 <= number < len(shared) else None


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1


def of_opendocument(content: bytes) -> Header:
    """The header of the first sheet of an ODS file."""
    text = content.decode("utf-8", "replace")
    rows = []
    for row in re.findall(r"<table:table-row\b[^>]*>(.*?)</table:table-row>", text, re.S)[:_ROWS]:
        cells: list[str] = []
        pattern = r"<table:table-cell\b([^>]*?)(?:/>|>(.*?)</table:table-cell>)"
        for attributes, inner in re.findall(pattern, row, re.S):
            again = re.search(r'number-columns-repeated="(\d{1,6})"', attributes)
            plain = " ".join(
                re.sub(r"<[^>]+>", "", p) for p in re.findall(r"<text:p[^>]*>(.*?)</text:p>", inner)
            )
            times = int(again[1]) if again else 1
            cells += [unescape(plain)] * min(times, 1 if not plain else MOST_COLUMNS)
        rows.append(cells)
    return of_rows(rows)


def of_rows(rows: list[list[str]]) -> Header:
    """The header among rows of cells."""
    lines = ("\t".join(" ".join(c.split()) for c in row) for row in rows)
    return of_text("\n".join(lines) + "\n")
