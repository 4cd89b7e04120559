"""Labels find the values: lines and tables of a page as values, rows of files, heads and text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from dcat_harvest.model import Record
from dcat_harvest.read.dates import iso
from dcat_harvest.read.html import Anchor, Cell, Line, fold

Labels = Mapping[str, str]
"""A label as printed, in lower case, to the field that it stands for; `-` is ignored by name."""
SEVERAL = frozenset({"file", "sources", "columns"})
DATES = frozenset({"reference_date", "issued", "modified"})


class Row(Record, frozen=True):
    """Files that share a row or block, and what its labels say of them."""

    anchors: tuple[Anchor, ...]
    fields: Mapping[str, str]


class Block(Record, frozen=True):
    """A piece of a page: a head, running text, a labelled value, files, or what nobody reads."""

    kind: Literal["head", "text", "value", "files", "unread"]
    text: str = ""
    field: str = ""
    name: str = ""
    """The label as printed."""
    lines: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    rows: tuple[Row, ...] = ()
    item: bool = False


def label(text: str, labels: Labels) -> str | None:
    """The field that a text is the label of, or None.

    >>> label("Bestand(en):", {"bestanden": "file"})
    'file'
    """
    plain = fold(text).lower().replace("-", " ")
    for word in (re.sub(r"[()]", "", plain), re.sub(r"\(.*?\)", "", plain)):
        bare = word.strip(" :*?.")
        if field := labels.get(bare) or labels.get(bare.replace(" ", "")):
            return field
    return None


def blocks(lines: Sequence[Line], labels: Labels) -> Iterator[Block]:
    """The blocks of a page. Every line and every cell is in one of them."""
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.kind == "table":
            yield from _table(line, labels)
            continue
        field = _opens(line, lines[index] if index < len(lines) else None, labels)
        if field:
            end = _end(lines, index, line, field, labels)
            yield _value(field, lines[index:end], line, labels)
            index = end
        elif line.kind == "term" and index < len(lines) and lines[index].kind == "text":
            yield Block(kind="unread", field=line.text, text=lines[index].text)
            index += 1
        elif line.kind == "heading":
            yield Block(kind="head", text=line.text, anchors=line.anchors)
        else:
            yield _inline(line, labels)


def _opens(line: Line, following: Line | None, labels: Labels) -> str | None:
    """The field of a line that is a label and nothing else, with its value below it."""
    field = label(line.text, labels)
    if field is None or following is None:
        return None
    if following.kind in {"heading", "table", "term"}:
        return None
    if following.kind != "item" and label(following.text, labels):
        return None
    if line.kind == "item" and line.element != following.element:
        return field if following.depth > line.depth else None
    return field if following.depth >= line.depth - 1 else None


def _end(lines: Sequence[Line], start: int, opened: Line, field: str, labels: Labels) -> int:
    """Where the value ends: one line, or for lists all up to the next label, head or level up."""
    if field not in SEVERAL:
        return start + 1
    for index in range(start, len(lines)):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else None
        if line.kind in {"heading", "table", "term"} or line.depth < opened.depth:
            return index
        named = _opens(line, following, labels) or _inline(line, labels).kind == "value"
        if index > start and field != "columns" and named:
            return index
        if field == "file" and not line.anchors and not line.text.isdigit():
            return index
    return len(lines)


def _value(field: str, lines: Sequence[Line], opened: Line, labels: Labels) -> Block:
    words = tuple(line.text for line in lines)
    anchors = tuple(anchor for line in lines for anchor in line.anchors) + opened.anchors
    return Block(
        kind="value",
        field=field,
        name=opened.text.rstrip(": "),
        text="\n".join(words),
        lines=words,
        anchors=anchors,
        rows=_rows(anchors, labels),
    )


def _inline(line: Line, labels: Labels) -> Block:
    """A line with label and value in one, as `Status: Definitief`; else running text."""
    before, colon, after = line.text.partition(":")
    for name, rest in ((line.lead, line.rest), (before if colon else "", after.strip())):
        field = label(name, labels) if name else None
        if field and (rest or line.anchors):
            return Block(
                kind="value", field=field, name=name, text=rest, lines=(rest,), anchors=line.anchors
            )
    if dated := _dated(line.text, labels):
        return Block(kind="value", field=dated[0], text=dated[1], lines=dated[1:])
    return Block(
        kind="text",
        text=line.text,
        anchors=line.anchors,
        rows=_rows(line.anchors, labels),
        item=line.kind == "item",
    )


def _dated(text: str, labels: Labels) -> tuple[str, str] | None:
    """Field and date of a text like `Laatste wijziging 16 december 2022`."""
    words = text.split()
    for cut in (1, 2, 3):
        field, rest = label(" ".join(words[:cut]), labels), " ".join(words[cut:])
        if field in DATES and iso(rest):
            return field, rest
    return None


def _rows(anchors: Sequence[Anchor], labels: Labels) -> tuple[Row, ...]:
    return tuple(Row(anchors=(anchor,), fields=_after(anchor, labels)) for anchor in anchors)


def _after(anchor: Anchor, labels: Labels) -> Mapping[str, str]:
    """The dates that stand after a link: `…, peildatum: 1 oktober 2023`."""
    parts = re.split(r"[,;()]| [–-] ", anchor.after.replace(":", " "))
    return dict(dated for part in parts if (dated := _dated(part, labels)))


def _table(line: Line, labels: Labels) -> Iterator[Block]:
    rows = line.rows
    if line.text:
        yield Block(kind="text", text=line.text)
    if not rows:
        return
    at = next((i for i, row in enumerate(rows[:3]) if _is_header(row, labels)), None)
    if at is None and _is_header(tuple(row[0] for row in rows), labels) and len(rows[0]) > 2:
        width = min(len(row) for row in rows)
        rows = tuple(tuple(row[column] for row in rows) for column in range(width))
        at = 0
    if at is None:
        yield from _pairs(rows, labels)
    else:
        yield from _grid(rows[at], rows[at + 1 :], labels)


def _is_header(row: Sequence[Cell], labels: Labels) -> bool:
    """A row of labels: at least two, or the one of the files; more known ones than others."""
    known = [field for cell in row if (field := label(cell.text, labels))]
    filled = sum(bool(cell.text) for cell in row)
    enough = len(known) >= 2 or (known == ["file"] and filled == 1 and len(row) == 1)
    return enough and len(known) * 2 >= filled and not any(cell.anchors for cell in row)


def _grid(
    header: Sequence[Cell], rows: Sequence[Sequence[Cell]], labels: Labels
) -> Iterator[Block]:
    fields = [label(cell.text, labels) for cell in header]
    found: list[Row] = []
    strange: dict[str, str] = {}
    for row in rows:
        values: dict[str, str] = {}
        for column, cell in enumerate(row):
            field = fields[column] if column < len(fields) else None
            if field is None and cell.text and not cell.anchors:
                name = header[column].text if column < len(header) else ""
                strange.setdefault(name or f"#{column + 1}", cell.text)
            elif field and cell.text:
                values.setdefault(field, cell.text)
        links = tuple(dict.fromkeys(anchor for cell in row for anchor in cell.anchors))
        if links:
            found.append(Row(anchors=links, fields=values))
        elif any(cell.text for cell in row):
            strange.setdefault("row", " | ".join(cell.text for cell in row))
    yield Block(kind="files", rows=tuple(found))
    for name, text in strange.items():
        yield Block(kind="unread", field=name, text=text)


def _pairs(rows: Sequence[Sequence[Cell]], labels: Labels) -> Iterator[Block]:
    """Rows of label and value; a table of other words (of variables, say) is running text."""
    named = sum(bool(label(row[0].text, labels)) for row in rows)
    known = named * 2 >= len(rows)
    for row in rows:
        index = 0
        while index < len(row):
            field = label(row[index].text, labels) if known else None
            if field and index + 1 < len(row) and not label(row[index + 1].text, labels):
                cell = row[index + 1]
                yield Block(
                    kind="value",
                    field=field,
                    name=row[index].text.rstrip(": "),
                    text=cell.text,
                    lines=(cell.text,) if cell.text else (),
                    anchors=cell.anchors,
                )
                index += 2
                continue
            rest = tuple(row[index:])
            if any(cell.anchors for cell in rest):
                yield from _unlabelled(rest)
                break
            text = " | ".join(cell.text for cell in rest if cell.text)
            if known and index == 0 and len(rest) == 2 and text:
                yield Block(kind="unread", field=rest[0].text, text=rest[1].text)
            elif text:
                yield Block(kind="text", text=text, item=True)
            break


def _unlabelled(cells: Sequence[Cell]) -> Iterator[Block]:
    """A row of links whose other cells no label explains: these are reported, not guessed."""
    for number, cell in enumerate(cells, start=1):
        if cell.anchors:
            yield Block(kind="text", text=cell.text, anchors=cell.anchors, item=True)
        elif cell.text:
            yield Block(kind="unread", field=f"#{number}", text=cell.text)
