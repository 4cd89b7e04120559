"""HTML as bytes to a tree, and from a tree its content in reading order: lines and tables.

Longer than a module should be, because beautifulsoup4 is imported nowhere else (decision 14).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Literal, TypeVar
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString
from bs4.element import Tag as Tag  # noqa: PLC0414 - others name the type, none import bs4
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom
from w3lib.url import safe_url_string

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, Record

MAX_BYTES = 2 * 1024 * 1024
MAX_TAGS = 15_000
MAX_DEPTH = 120
LATIN = {"iso8859-1", "iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "cp1252"}
MAX_SPAN = 30
MAX_CELLS = 20_000
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SKIPPED = {"script", "style", "template", "svg", "iframe", "button", "select", "textarea"}
BLOCK_NAMES = (
    "address article blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure h1 h2 h3 h4 h5 h6 header hr legend li main menu ol p pre section summary "
    "table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
"""Elements that begin a line of their own."""
LEADS = {"b", "strong", "em", "label", "dfn", "span"}
SPACE = re.compile(r"[\s\u200b\ufeff]+")

LineKind = Literal["heading", "text", "item", "term", "table"]
KINDS: dict[str, LineKind] = {"li": "item", "dt": "term"}

T = TypeVar("T")


class Anchor(Record, frozen=True):
    """A link: its text, its absolute address, and the loose text that follows it."""

    text: str
    url: str
    after: str = ""


class Cell(Record, frozen=True):
    """A cell of a table."""

    text: str
    anchors: tuple[Anchor, ...] = ()


class Line(Record, frozen=True):
    """One line of content. `level` is 1 to 6 for a heading, else 0; `depth` that of its element.

    `lead` is the text of the bold or marked words that it begins with, `rest` what follows them.
    A table has `rows`; its `text` is its caption.
    """

    kind: LineKind
    text: str
    depth: int
    element: int = 0
    """Number of the element: a `li` that is broken by `br` gives several lines of one number."""
    level: int = 0
    lead: str = ""
    rest: str = ""
    anchors: tuple[Anchor, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def parse(
    capture: Capture, source: str = "", *, in_part: bool = False
) -> tuple[Tag, tuple[Finding, ...]]:
    """The tree of a captured page, and findings on its charset and on what was left out.

    Elements deeper than we read are left out; `in_part`: so is the end of a page that is too large.
    Raises PageChanged, with the reason, for what is no HTML, or otherwise larger than we read.
    """
    where, body = capture.final_url or capture.url, capture.body
    kind = capture.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and "html" not in kind and not kind.startswith("text/plain"):
        raise PageChanged(f"{where}: HTML was promised, the answer is {kind}")
    left_out = []
    if len(body) > MAX_BYTES or body.count(b"<") > MAX_TAGS:
        if not in_part:
            raise PageChanged(f"{where}: {len(body)} bytes of HTML is more than we read")
        left_out.append(f"{len(body)} bytes: only the beginning is read")
        body = b"<".join(body[:MAX_BYTES].split(b"<", MAX_TAGS)[:MAX_TAGS])
    text, encoding, lies = decode(body, capture.headers.get("content-type", ""))
    if not re.search(r"<\s*(!doctype html|html|head|body|main|div|p|h1|table)\b", text, re.I):
        raise PageChanged(f"{where}: the answer is no HTML: {text[:60]!r}")
    root = BeautifulSoup(text, "lxml")
    if _flattened(root):
        left_out.append(f"elements deeper than {MAX_DEPTH} levels")
    told = (finding("wrong-charset", source=source, where=where, value=encoding),) if lies else ()
    at = partial(finding, "odd-value", source=source, where=where, field="HTML")
    return root, (*told, *(at(value=value) for value in left_out))


def decode(body: bytes, content_type: str = "") -> tuple[str, str, bool]:
    """Text, the charset that it was read in, and whether the promised charset was another.

    Byte order mark, Content-Type, meta: in this order (as browsers do); Latin-1 is windows-1252.

    >>> decode("één".encode("cp1252"), "text/html; charset=utf-8")
    ('één', 'windows-1252', True)
    """
    mark, _ = read_bom(body)
    named = mark or http_content_type_encoding(content_type) or ""
    named = named or html_body_declared_encoding(body[:4096]) or ""
    promised = "cp1252" if named.lower() in LATIN else named.lower()
    if promised.startswith("utf-16") and not mark:
        promised = "utf-8"  # a meta element that can be read is no UTF-16 (WHATWG, 13.2.3.3)
    # Windows-1252 takes any byte; what is UTF-8 throughout and not ASCII is UTF-8.
    unsure = promised == "cp1252" and not body.isascii()
    for encoding in ("utf-8" if unsure else promised, promised, "utf-8", "cp1252"):
        try:
            text = body.decode(encoding) if encoding else None
        except (UnicodeError, LookupError, ValueError):
            continue
        if text is not None:
            shown = "windows-1252" if encoding == "cp1252" else encoding
            return text.lstrip("\ufeff"), shown, bool(promised) and promised != encoding
    return body.decode("cp1252", errors="replace"), "windows-1252", promised not in {"", "cp1252"}


def one(found: Sequence[T], what: str, where: str) -> T:
    """The only one; PageChanged where there is none, or more."""
    if len(found) != 1:
        raise PageChanged(f"{where}: {len(found)} of {what} where one was expected")
    return found[0]


def some(found: Sequence[T], what: str, where: str) -> Sequence[T]:
    """All of them; PageChanged where there is none."""
    if not found:
        raise PageChanged(f"{where}: no {what}")
    return found


def at_most_one(found: Sequence[T], what: str, where: str) -> T | None:
    """The only one, or None; PageChanged where there are more."""
    return one(found, what, where) if found else None


def any_(found: Sequence[T]) -> Sequence[T]:
    """Really any number: says so to the reader of the code."""
    return found


def fold(text: str) -> str:
    """Text with runs of white space as one space, trimmed.

    >>> fold("  een   twee ")
    'een twee'
    """
    return SPACE.sub(" ", text).strip()


def text(tag: Tag) -> str:
    """The visible text of an element, folded."""
    return fold("".join(_strings(tag)))


@lru_cache(maxsize=4096)
def address(base: str, href: str | None) -> str | None:
    """The absolute address of a link, safe as an IRI; None for mailto:, script and broken ones.

    >>> address("https://duo.nl/a/b.jsp", "../images/x (1).csv#top")
    'https://duo.nl/images/x%20(1).csv#top'
    """
    if not href or not href.strip():
        return None
    try:
        url = safe_url_string(urljoin(base, href.strip()))
        parts = urlsplit(url)
    except (ValueError, UnicodeError):
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def anchors(piece: PageElement, base: str) -> tuple[Anchor, ...]:
    """The links in an element, each with the loose text up to the next one."""
    if not isinstance(piece, Tag):
        return ()
    links = [piece] if piece.name == "a" else piece.find_all("a")
    found = ((link, address(base, str(link.get("href") or ""))) for link in links)
    return tuple(
        Anchor(text=text(link), url=url, after=_following(link)) for link, url in found if url
    )


def content(root: Tag, base: str) -> Iterator[Line]:
    """The lines of a page in reading order: its first h1, and all that follows to the footer.

    Raises PageChanged where there is no h1.
    """
    titles = [tag for tag in root.find_all("h1") if text(tag)]
    inside = [tag for tag in titles if not any(_is_chrome(parent) for parent in tag.parents)]
    start = some(inside or titles, "h1", base)[0]
    blocky = {id(parent) for tag in root.find_all(BLOCKS) for parent in tag.parents}
    reading = told = False
    for tag, pieces, depth in _leaves(root, blocky, start, 0):
        reading = reading or tag is start or any(parent is start for parent in tag.parents)
        for line in _lines(tag, pieces, depth, base) if reading else ():
            if not told and line.level != 1:
                break
            told = True
            yield line
    if not told:
        raise PageChanged(f"{base}: the h1 is hidden, or in a table")


Pieces = list[PageElement]


def _leaves(
    tag: Tag, blocky: set[int], start: Tag, depth: int
) -> Iterator[tuple[Tag, Pieces, int]]:
    """Elements with the runs of inline content that they hold themselves, in document order."""
    run: Pieces = []
    for child in tag.children:
        if not isinstance(child, Tag):
            if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                run.append(child)
        elif _is_hidden(child) or (_is_chrome(child) and start not in child.descendants):
            continue
        elif child.name in BLOCKS or id(child) in blocky:
            if run:
                yield tag, run, depth
                run = []
            if _is_table(child) and not any(_is_table(inner) for inner in child.find_all(True)):
                yield child, [], depth + 1
            else:
                yield from _leaves(child, blocky, start, depth + 1)
        else:
            run.append(child)
    if run:
        yield tag, run, depth


def _lines(tag: Tag, pieces: Pieces, depth: int, base: str) -> Iterator[Line]:
    if _is_table(tag) and not pieces:
        caption = tag.find("caption")
        title = text(caption) if isinstance(caption, Tag) else ""
        yield Line(kind="table", text=title, depth=depth, rows=_rows(tag, base))
        return
    heading = tag if tag.name in HEADINGS else tag.find_parent(HEADINGS)
    level = int(heading.name[1]) if heading else 0
    kind = KINDS.get(tag.name, "heading" if level else "text")
    for part in [pieces] if level else _split_at_breaks(pieces):
        words = fold("".join(_words(piece) for piece in part))
        links = tuple(link for piece in part for link in anchors(piece, base))
        if words or links:
            lead, rest = _lead(part, words)
            yield Line(
                kind=kind,
                text=words,
                depth=depth,
                element=id(tag),
                level=level,
                lead=lead,
                rest=rest,
                anchors=links,
            )


def _split_at_breaks(pieces: Pieces) -> Iterator[Pieces]:
    part: Pieces = []
    for piece in pieces:
        if isinstance(piece, Tag) and piece.name == "br":
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _lead(part: Pieces, words: str) -> tuple[str, str]:
    for piece in part:
        if not _words(piece).strip():
            continue
        lead = fold(_words(piece)) if isinstance(piece, Tag) and piece.name in LEADS else ""
        return (
            (lead, words.removeprefix(lead).lstrip(" :")) if lead not in {"", words} else ("", "")
        )
    return "", ""


def _rows(table: Tag, base: str) -> tuple[tuple[Cell, ...], ...]:
    """The rows with `colspan` and `rowspan` written out, so that a column is an index."""
    rows: list[tuple[Cell, ...]] = []
    pending: dict[int, tuple[int, Cell]] = {}
    count = 0
    for row in table.find_all(lambda tag: tag.name == "tr" or tag.get("role") == "row"):
        cells: list[Cell] = []
        for tag in row.find_all(_is_cell):
            _fill(cells, pending)
            cell = Cell(text=text(tag), anchors=anchors(tag, base))
            for _ in range(_span(tag, "colspan")):
                if (down := _span(tag, "rowspan")) > 1:
                    pending[len(cells)] = (down - 1, cell)
                cells.append(cell)
        _fill(cells, pending)
        rows.append(tuple(cells))
        count += len(cells)
        if count > MAX_CELLS:
            raise PageChanged(f"{base}: a table of more than {MAX_CELLS} cells")
    return tuple(row for row in rows if row)


def _fill(cells: list[Cell], pending: dict[int, tuple[int, Cell]]) -> None:
    while len(cells) in pending:
        left, cell = pending.pop(len(cells))
        if left > 1:
            pending[len(cells)] = (left - 1, cell)
        cells.append(cell)


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name) or "")
    return max(1, min(int(value), MAX_SPAN)) if value.isascii() and value.isdigit() else 1


def _is_cell(tag: Tag) -> bool:
    return tag.name in {"td", "th"} or tag.get("role") in {"cell", "columnheader", "rowheader"}


def _is_table(tag: Tag) -> bool:
    return tag.name == "table" or tag.get("role") in {"table", "grid"}


def _is_hidden(tag: Tag) -> bool:
    return tag.name in SKIPPED or tag.has_attr("hidden")


def _is_chrome(tag: Tag) -> bool:
    """Navigation and footers, and a header that is the page's and not an article's."""
    if tag.name == "header" or tag.get("role") == "banner":
        return not any(parent.name in {"main", "article"} for parent in tag.parents)
    return tag.name in {"nav", "footer", "aside"} or tag.get("role") in {
        "navigation",
        "contentinfo",
    }


def _words(piece: PageElement) -> str:
    if isinstance(piece, Tag):
        return "".join(_strings(piece))
    return str(piece) if not isinstance(piece, PreformattedString) else ""


def _strings(tag: Tag) -> Iterator[str]:
    for node in tag.descendants:
        if isinstance(node, Tag):
            if node.name == "br" or node.name in BLOCKS:
                yield " "
        elif isinstance(node, PreformattedString) or not isinstance(node, NavigableString):
            continue
        elif node.parent is None or node.parent.name not in SKIPPED:
            yield str(node)


def _following(link: Tag) -> str:
    """The loose text between a link and the next link or the end of its block."""
    parts: list[str] = []
    for node in link.next_siblings:
        if isinstance(node, Tag) and (
            node.name == "a" or node.name in BLOCKS or node.find("a") is not None
        ):
            break
        parts.append(_words(node))
    return fold("".join(parts))[:200]


def _flattened(root: Tag) -> bool:
    """Take out what is nested deeper than we read; tell whether there was any."""
    depths = {id(root): 0}
    deep = []
    for tag in root.find_all(True):
        depth = depths[id(tag)] = depths.get(id(tag.parent), 0) + 1
        if depth == MAX_DEPTH + 1:
            deep.append(tag)
    for tag in deep:
        tag.extract()
    return bool(deep)


def metas(root: Tag, prefix: str) -> dict[str, str]:
    """The `meta` elements whose name begins so (in any case): rest of the name -> content."""
    found: dict[str, str] = {}
    for tag in root.find_all("meta"):
        name, value = str(tag.get("name") or ""), fold(str(tag.get("content") or ""))
        if name.lower().startswith(prefix.lower()) and value:
            found.setdefault(name[len(prefix) :].lower(), value)
    return found
