"""A page that lists files as a record: its files with their labels, its text by section."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Agent,
    Annotation,
    AnnotationKind,
    Dataset,
    Distribution,
    Document,
    Link,
    Origin,
    Period,
)
from dcat_harvest.read import phrases
from dcat_harvest.read.dates import iso, school_year
from dcat_harvest.read.files import FileLink, file_link
from dcat_harvest.read.html import Anchor
from dcat_harvest.read.labelled import Block, Row
from dcat_harvest.read.markdown import sentences
from dcat_harvest.read.sections import Portion, section

OF_FILES = frozenset({"file", "reference_date", "issued", "status", "size"})
NOISE = re.compile(r"download\b.{0,80}|\d{1,3}", re.IGNORECASE)
"""The sentence before a download, and stray numbers after links."""
LICENCE = re.compile(
    r"\b((?P<zero>CC[- ]?0|CC Zero)|CC[- ]BY|Creative Commons Naamsvermelding)(?![- ](SA|NC|ND))\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(geen|niet|uitgezonderd)\b", re.IGNORECASE)
BACK = re.compile(r"(terug )?naar ", re.IGNORECASE)
SCREEN_READER = re.compile(r"\s*Link opent externe (pagina|website)\s*", re.IGNORECASE)
"""What the site adds to links for those who hear the page; no part of a text."""
ORDINAL = re.compile(r"^\d{1,3}\.\s+(?=\S)")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A record with what else its page gave."""

    record: Dataset
    findings: tuple[Finding, ...]
    sizes: Mapping[str, str]
    """Address of a file to the size that its link states."""
    has_table: bool
    """Whether the page has a place for files, filled or not."""


def clean_title(raw: str) -> str:
    """A title without its ordinal and without a final full stop.

    >>> clean_title("02. Onderwijspersoneel mbo.")
    'Onderwijspersoneel mbo'
    """
    return re.sub(r"[\s.]+$", "", ORDINAL.sub("", raw)) or raw


def listed(
    portion: Portion, *, base: Dataset, raw_title: str, sections: Mapping[str, str]
) -> Listed:
    """The record of a portion: `base` (source, key, landing page) filled in with what it states."""
    whole = (*portion.intro, *portion.blocks)
    told = Findings(base)
    entries = tuple(_entries(portion, urlsplit(base.landing_page or "").hostname))
    shared = _shared(whole)
    files: dict[str, Distribution] = {}
    documents: dict[str, Document] = {}
    for link, fields in entries:
        if not link.is_data:
            documents.setdefault(link.url, _document(link))
        elif link.url not in files:
            files[link.url] = told.distribution(link, {**shared, **fields})
    told.unread(whole)
    for link in (link for block in portion.intro for link in _files(block.anchors)):
        if link.is_data and _is_at(link.url, urlsplit(base.landing_page or "").hostname):
            told.tell("unread-field", field="file", value=link.url)
        elif not link.is_data:
            documents.setdefault(link.url, _document(link))
    description, notes = _texts(portion, sections, raw_title)
    title = clean_title(raw_title)
    record = msgspec.structs.replace(
        base,
        title=title,
        raw_title=raw_title if raw_title != title else None,
        description=description,
        distributions=tuple(files.values()),
        documents=tuple(documents.values()),
        annotations=notes,
        **told.values(whole),
    )
    return Listed(
        record=record,
        findings=tuple(told.found),
        sizes={link.url: link.size for link, _ in entries if link.size and link.url in files},
        has_table=any(b.kind == "files" or b.field == "file" for b in whole),
    )


class Findings:
    """Collects findings on one record while its values are read."""

    def __init__(self, base: Dataset) -> None:
        self.found: list[Finding] = []
        self._base = base

    def tell(self, code: str, **values: Any) -> None:
        """Add a finding on this record."""
        where = (self._base.landing_page or "").split("#")[0]
        new = finding(code, source=self._base.source, key=self._base.key, where=where, **values)
        if new not in self.found:
            self.found.append(new)

    def date(self, field: str, words: str | None) -> str | None:
        """The date that words are; a finding where they are none."""
        value = iso(words)
        if words and value is None:
            self.tell("bad-date", field=field, value=words)
        return value

    def distribution(self, link: FileLink, fields: Mapping[str, str]) -> Distribution:
        """A data file with the values of its row or block."""
        if link.mismatch:
            self.tell("label-year-mismatch", value=link.mismatch[0], name=link.mismatch[1])
        return Distribution(
            access_url=link.url,
            download_url=link.url,
            title=link.title,
            format=link.format,
            issued=self.date("issued", fields.get("issued")),
            reference_date=self.date("reference_date", fields.get("reference_date")),
            status=fields.get("status") or link.status,
        )

    def values(self, blocks: Sequence[Block]) -> dict[str, Any]:
        """The fields of the record that labels give; the first value of a label counts."""
        first: dict[str, Block] = {}
        for block in blocks:
            if block.kind == "value" and block.text:
                first.setdefault(block.field, block)
        words = {field: block.text for field, block in first.items()}
        columns = first["columns"].lines if "columns" in first else ()
        names = first["contributors"].lines if "contributors" in first else ()
        return {
            "frequency": _frequency(words.get("frequency")),
            "modified": self.date("modified", words.get("modified")),
            "period": _period(words.get("period")),
            "columns": tuple(dict.fromkeys(columns)),
            "contributors": tuple(Agent(name=name) for name in names),
            "links": tuple(_links(blocks, urlsplit(self._base.landing_page or "").hostname)),
            **self._terms(blocks),
        }

    def _terms(self, blocks: Sequence[Block]) -> dict[str, Any]:
        """The licence that a sentence of the page names, with that sentence."""
        said = (s for block in blocks if block.kind == "text" for s in sentences(block.text))
        for sentence in said:
            found = LICENCE.search(sentence)
            if found and not DENIED.search(sentence):
                word = "cc0" if found["zero"] else "cc-by"
                where = self._base.landing_page or ""
                origin = Origin(kind="interpreted", seen_at=where, text=sentence)
                return {"licence": word, "rights": sentence, "origins": {"licence": origin}}
        return {}

    def unread(self, blocks: Sequence[Block]) -> None:
        """A finding for each label that no table of labels knows."""
        for block in blocks:
            if block.kind == "unread":
                self.tell("unread-field", field=block.field, value=block.text[:80])


def _entries(portion: Portion, host: str | None) -> Iterator[tuple[FileLink, Mapping[str, str]]]:
    """Files in reading order with the labels of their row, or of the block that they stand in.

    Data of another host counts only where a table or label offers it, not where prose names it.
    """
    run: dict[str, str] = {}
    held: list[tuple[FileLink, Mapping[str, str]]] = []
    for block in portion.blocks:
        rows = block.rows or (Row(anchors=block.anchors, fields={}),)
        files = [(link, row.fields) for row in rows for link in _files(row.anchors)]
        if block.kind == "files":
            yield from files
            continue
        if block.kind != "value" or block.field not in OF_FILES:
            yield from ((f, own) for f, own in files if not f.is_data or _is_at(f.url, host))
            continue
        if held and (block.field in run or (block.field == "file" and run)):
            yield from ((link, {**run, **fields}) for link, fields in held)
            run, held = {}, []
        held += files if block.field == "file" else []
        if block.field != "file":
            run[block.field] = block.text
    yield from ((link, {**run, **fields}) for link, fields in held)


def _is_at(url: str, host: str | None) -> bool:
    return (urlsplit(url).hostname or "").removeprefix("www.") == (host or "").removeprefix("www.")


def _document(link: FileLink) -> Document:
    return Document(url=link.url, title=link.title, format=link.format)


def _files(anchors: Sequence[Anchor]) -> list[FileLink]:
    return [link for anchor in anchors if (link := file_link(anchor))]


def _shared(blocks: Sequence[Block]) -> dict[str, str]:
    """Values of file labels that stand once for a page: they hold for files without their own."""
    given: dict[str, set[str]] = {}
    for block in blocks:
        if block.kind == "value" and block.field in OF_FILES - {"file", "size"} and block.text:
            given.setdefault(block.field, set()).add(block.text)
    return {field: values.pop() for field, values in given.items() if len(values) == 1}


def _texts(
    portion: Portion, sections: Mapping[str, str], title: str
) -> tuple[str | None, tuple[Annotation, ...]]:
    """The description, and the other texts as annotations by the heading they stand under."""
    described: list[str] = []
    loose: list[str] = []
    notes: dict[tuple[AnnotationKind, str], list[str]] = {}
    kind: str = "description"
    head, opened = "", True
    for block in (*portion.intro, None, *portion.blocks):
        if block is None:
            kind, head = "description", ""
        elif block.kind == "head" and block.text == title:
            continue
        elif block.kind == "head":
            kind, head = section(block.text, sections) or "note", block.text
        elif block.kind == "files" or (block.kind == "value" and block.field in OF_FILES):
            opened = False
            kind, head = "description", ""
        elif block.kind == "value" and block.field == "sources":
            notes.setdefault(("sources", block.name), []).extend(block.lines)
        elif block.kind == "text" and not _is_noise(block, title):
            named = msgspec.convert(kind, AnnotationKind) if kind != "description" else None
            target = notes.setdefault((named, head), []) if named and head else None
            target = target if target is not None else described if opened or head else loose
            target.append(SCREEN_READER.sub("", block.text))
    if loose and described:
        notes.setdefault(("note", ""), []).extend(loose)
    annotations = tuple(
        Annotation(kind=named, text="\n".join(dict.fromkeys(lines)), title=name or None)
        for (named, name), lines in notes.items()
        if lines
    )
    return "\n\n".join(dict.fromkeys(described or loose)) or None, annotations


def _is_noise(block: Block, title: str) -> bool:
    """A title printed twice, a back link, the sentence before a download, a link to a file."""
    words = block.text
    files = "".join(anchor.text for anchor in block.anchors if file_link(anchor))
    if not words or words == title or NOISE.fullmatch(words):
        return True
    is_link = any(anchor.text == words for anchor in block.anchors)
    return len(files) >= len(words) * 0.8 or (is_link and bool(BACK.match(words)))


def _links(blocks: Sequence[Block], host: str | None) -> Iterator[Link]:
    """Links of named sources, the successor in a sentence, and data elsewhere that prose names."""
    for block in blocks:
        for anchor in block.anchors:
            file = file_link(anchor)
            if file and file.is_data and block.kind == "text" and not _is_at(file.url, host):
                yield Link(url=file.url, title=file.title, role="relation")
            if file:
                continue
            if block.field == "sources":
                yield Link(url=anchor.url, title=anchor.text or None, role="source")
            elif block.kind == "text" and re.search(
                r"in plaats (daar)?van|opgevolgd", block.text, re.I
            ):
                yield Link(url=anchor.url, title=anchor.text or None, role="successor")


def _frequency(words: str | None) -> str | None:
    """The words of a frequency; out of a sentence, where they are more than a few."""
    if not words:
        return None
    words = re.sub(r"\s*\([^()]*\)", "", words).strip(" .") or words
    if len(words.split()) <= 3:
        return words
    said = phrases.frequency(words, about_time=True)
    return said[0] if said and said[0] != words.lower() else words


def _period(words: str | None) -> Period | None:
    return (school_year(words) or Period(text=words)) if words else None
