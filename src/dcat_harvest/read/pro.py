"""Pages of the platform of Dutch government sites (rijksoverheid.nl and its sisters).

Both generations of the platform are read by address patterns and words, never by class names:
documents stand at `…/documenten/[TYPE/]YYYY/MM/DD/SLUG`, their files under `/binaries/`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_plus, urlsplit

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Annotation, Capture
from dcat_harvest.read import dates, html, phrases
from dcat_harvest.read.files import FileLink, file_link
from dcat_harvest.read.html import Anchor, Line
from dcat_harvest.read.markdown import sentences

DOCUMENT = re.compile(r"/documenten/(?:[^/]+/)?(\d{4})/(\d\d)/(\d\d)/([^/?#]+)/?$")
DATED = re.compile(r"^(?:[\w-]+(?: [\w-]+){0,3}) ?\| ?(\d{1,2}-\d{1,2}-\d{4}|\d{1,2} \w+ \d{4})$")
DOWNLOAD = re.compile(r"^download(?: het)?(?: bestand)?:?\s*", re.IGNORECASE)
QUOTES = "‘’“”'\" "
QUESTIONS = re.compile(r"\b(?:mocht|heeft|hebt) u (?:nog )?vragen\b|^vragen\??$", re.IGNORECASE)
DESK = re.compile(r"\b(?:het |de )?(Klantcontact|Loket [A-Z]\w+)")
CAVEAT = re.compile(
    r"\blet op\b|\bcorona|geen betrouwbare|niet vergelijkbaar|buiten beschouwing"
    r"|met voorzichtigheid",
    re.IGNORECASE,
)
CARE = re.compile(r"zorgvuldig samen|mensenwerk|correct en compleet", re.IGNORECASE)
FILE_TYPE = re.compile(
    r"(?:ods|xlsx?|csv|zip|pdf|docx?|json|txt)\b[ -]?(?:bestand|document)?"
    r"(?:\W+\d+ pagina\W?s)?(?:\W+(?P<size>\d[\d.,]* ?[kmg]b))?\W*",
    re.IGNORECASE,
)
COUNTED = re.compile(r"^er (?:is|zijn) \w+ bestand(?:en)? beschikbaar", re.IGNORECASE)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a terms sentence, and the licence that they come to."""

    words: tuple[str, ...]
    licence: str


class Sheet(NamedTuple):
    """A page of the platform, cut in what its parts say."""

    url: str
    """Address after redirects."""
    title: str
    paragraphs: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    """Heading and text of what stands under further headings."""
    annotations: tuple[Annotation, ...]
    rights: str | None
    """The terms sentence, as printed."""
    licence: str | None
    desk: str | None
    """Who answers questions, as printed."""
    desk_url: str | None
    dated: str | None
    """The date of the line under the title."""
    files: tuple[FileLink, ...]
    links: tuple[Anchor, ...]
    metas: Mapping[str, str]

    @property
    def description(self) -> str | None:
        """The paragraphs before the first heading, or what DCTERMS says."""
        return joined(self.paragraphs) or self.metas.get("description")

    @property
    def text(self) -> str:
        """All running text."""
        return "\n\n".join((*self.paragraphs, *(t for _, t in self.sections)))


def sheet(capture: Capture, source: str, terms: Sequence[Terms]) -> tuple[Sheet, list[Finding]]:
    """Read a page; PageChanged where it is no HTML or has no h1."""
    root, findings = html.parse(capture, source)
    url = capture.final_url
    lines = list(html.content(root, url))
    title = lines[0].text
    said = _Said(terms)
    for line in lines[1:]:
        said.take(line)
    links = tuple(dict.fromkeys(anchor for line in lines for anchor in _anchors(line)))
    desk_url = [a.url for a in html.anchors(root, url) if urlsplit(a.url).path == "/contact"]
    return Sheet(
        url=url, title=title, paragraphs=tuple(said.paragraphs),
        sections=tuple((h, joined(t)) for h, t in said.sections if t),
        annotations=tuple(dict.fromkeys(said.annotations)),
        rights=said.rights, licence=said.licence, desk=said.desk,
        desk_url=next(iter(desk_url), None), dated=said.dated,
        files=tuple(_files(lines)),
        links=links, metas=html.metas(root, "DCTERMS."),
    ), list(findings)  # fmt: skip


class _Said:
    """Collects what the lines of a page say."""

    def __init__(self, terms: Sequence[Terms]) -> None:
        self.terms = terms
        self.paragraphs: list[str] = []
        self.sections: list[tuple[str, list[str]]] = []
        self.annotations: list[Annotation] = []
        self.rights: str | None = None
        self.licence: str | None = None
        self.desk: str | None = None
        self.dated: str | None = None

    def take(self, line: Line) -> None:
        """Take one line: a heading opens a section, the rest goes where its words belong."""
        if line.kind == "heading":
            self.sections.append((line.text, []))
            return
        if found := DATED.match(line.text):
            self.dated = self.dated or dates.iso(found[1])
            return
        if _is_navigation(line) or COUNTED.match(line.text):
            return
        rest = self._told(line.text)
        if rest:
            into = self.sections[-1][1] if self.sections else self.paragraphs
            into.append(f"- {rest}" if line.kind == "item" else rest)

    def _told(self, text: str) -> str:
        """Take out what is no description: terms, questions, caveats; return what is left."""
        for sentence in sentences(text):
            for terms in self.terms:
                if all(word in sentence.lower() for word in terms.words):
                    self.rights, self.licence = self.rights or sentence, terms.licence
                    text = text.replace(sentence, "").strip()
        if QUESTIONS.search(text):
            desk = DESK.search(text)
            self.desk = self.desk or (desk[1] if desk else None)
            return ""
        if CAVEAT.search(text):
            self.annotations.append(Annotation(kind="caveat", text=text))
            return ""
        if CARE.search(text):
            self.annotations.append(Annotation(kind="quality", text=text))
            return ""
        return text


def joined(paragraphs: Sequence[str]) -> str:
    """Return paragraphs as one text; items of a list stay together."""
    return re.sub(r"(?m)^(- .+)\n\n(?=- )", r"\1\n", "\n\n".join(paragraphs))


def document_key(url: str) -> str | None:
    """Return `YYYY-MM-DD/slug` of a document's address, in both generations.

    >>> document_key("https://www.example.nl/a/documenten/data-bestanden/2020/11/05/een-ding")
    '2020-11-05/een-ding'
    """
    found = DOCUMENT.search(urlsplit(url).path)
    if found is None or dates.iso(f"{found[1]}-{found[2]}-{found[3]}") is None:
        return None
    return f"{found[1]}-{found[2]}-{found[3]}/{found[4]}"


def section_of(page: Sheet, file: FileLink) -> str | None:
    """Return the text under a heading that is the name or title of a file."""
    name = unquote_plus(urlsplit(file.url).path.rsplit("/", 1)[-1])
    return next(
        (t for h, t in page.sections if h.casefold() in {name.casefold(), file.title.casefold()}),
        None,
    )


def remarks(page: Sheet) -> Iterator[Annotation]:
    """Yield what a page says on quality, hidden numbers and further subjects."""
    yield from page.annotations
    names = {n for f in page.files for n in (f.title.casefold(), _name(f.url).casefold())}
    for heading, text in page.sections:
        if heading.casefold() not in names and not QUESTIONS.search(heading):
            yield Annotation(kind="note", text=text, title=heading)
    if hidden := phrases.suppression("\n\n".join(page.paragraphs)):
        yield hidden


def unread(page: Sheet, ignore: frozenset[str], source: str) -> Iterator[Finding]:
    """Yield findings for DCTERMS metas that nobody reads."""
    for name in sorted(page.metas.keys() - ignore):
        yield finding(
            "unread-field", source=source, where=page.url, field=f"DCTERMS.{name}",
            value=page.metas[name],
        )  # fmt: skip


def _anchors(line: Line) -> Iterator[Anchor]:
    yield from line.anchors
    for row in line.rows:
        for cell in row:
            yield from cell.anchors


def _is_navigation(line: Line) -> bool:
    """Tell a line that is nothing but links, or but the word for a file's type."""
    text = line.text
    for anchor in line.anchors:
        text = text.replace(anchor.text, "").replace(anchor.after, "")
    bare = re.sub(r"[\W_]+", " ", text).strip().lower()
    return (bool(line.anchors) and not bare) or bool(FILE_TYPE.fullmatch(line.text))


def _files(lines: Sequence[Line]) -> Iterator[FileLink]:
    """Yield each file once; a line that is but type and size belongs to the file before it."""
    found: dict[str, FileLink] = {}
    last = ""
    for line in lines:
        under = FILE_TYPE.fullmatch(line.text)
        if last and under and under["size"] and not found[last].size:
            found[last] = msgspec.structs.replace(found[last], size=under["size"])
        for anchor in _anchors(line):
            if file := file_link(anchor):
                stated = file.title if anchor.text else ""
                title = DOWNLOAD.sub("", stated).strip(QUOTES) or _name(file.url)
                found.setdefault(file.url, msgspec.structs.replace(file, title=title))
                last = file.url
    return iter(found.values())


def _name(url: str) -> str:
    return unquote_plus(urlsplit(url).path.rsplit("/", 1)[-1])
