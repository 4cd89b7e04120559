"""Records of pages of the platform of Dutch government sites: series, datasets and listings."""

import re
from collections.abc import Iterator

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Agent,
    Annotation,
    Capture,
    Contact,
    Dataset,
    Distribution,
    Document,
    Origin,
    Page,
    Part,
    ref,
)
from dcat_harvest.read import phrases, pro, pro_facts, pro_links
from dcat_harvest.read.files import FileLink
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.pro import Sheet, Terms

READ = frozenset(
    {"title", "description", "issued", "modified", "creator", "language", "type", "publisher"}
    | {"identifier", "available", "spatial", "subject", "audience", "rights", "format"}
)
"""DCTERMS metas that are read, or that say the same on each page of the platform."""


class Maker(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes the data, where a page says so in these words (a regular expression)."""

    name: str
    iri: str | None = None
    said: str


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source on this platform."""

    known_topics: tuple[str, ...] = ()
    terms: tuple[Terms, ...] = ()
    makers: tuple[Maker, ...] = ()


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        return msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None


def topics(page: Sheet, manifest: Manifest) -> Iterator[Page | Part]:
    """Yield the pages that an overview leads to: topics (also known ones), documents, more of it.

    Raises PageChanged where it leads to no topic and no document.
    """
    found = {
        path[0]: url
        for url in pro_links.below(page, manifest)
        if len(path := pro_links.path(url, manifest)) == 1
    }
    documents = pro_links.documents(page)
    if not found and not documents:
        raise PageChanged(f"{page.url}: an overview that leads to no topic and no document")
    for url in found.values():
        yield Page(url=url, kind="topic")
    for topic in options(manifest).known_topics:
        if topic not in found:
            yield Page(url=f"{pro_links.parent(manifest)}/{topic}", kind="topic", optional=True)
    yield from pro_links.pages(page, documents)
    yield from pro_links.following(page, "overview")
    yield _listing(page, "", documents)


def topic(
    page: Sheet, capture: Capture, manifest: Manifest
) -> Iterator[Page | Dataset | Part | Finding]:
    """Yield the series of a topic page, the pages it leads to, and what it lists.

    A page without documents whose files hang on itself is a dataset; so is a year page with files.
    """
    path = pro_links.path(page.url, manifest) or pro_links.path(capture.url, manifest)
    if not path:
        raise PageChanged(f"{page.url}: no topic in this address")
    documents = pro_links.documents(page)
    is_topic, data = len(path) == 1, [file for file in page.files if file.is_data]
    below = [
        url for url in pro_links.below(page, manifest) if pro_links.path(url, manifest)[:-1] == path
    ]
    if "?" not in capture.url:
        if data and not documents:
            key = "/".join(path)
            yield from dataset(
                page, capture, manifest, key=key, series=None if is_topic else path[0]
            )
        elif is_topic:
            yield series(page, capture, manifest, key=path[0])
        if data and documents:
            yield finding(
                "files-on-topic",
                source=manifest.name,
                key=path[0],
                where=page.url,
                value=str(len(data)),
            )
    for url in below:
        yield Page(url=url, kind="year", data={"topic": path[0]})
    yield from pro_links.pages(page, documents)
    yield from pro_links.following(page, capture.page.kind)
    yield _listing(page, path[0], documents, year=None if is_topic else page)


def series(page: Sheet, capture: Capture, manifest: Manifest, *, key: str) -> Dataset:
    """Return a topic page as a series."""
    origins: dict[str, Origin] = {}
    often = phrases.frequency(page.text)
    if often:
        origins["frequency"] = _interpreted(page, often[1])
    if page.licence:
        origins["licence"] = _interpreted(page, page.rights or "")
    return Dataset(
        source=manifest.name,
        key=key,
        kind="series",
        title=page.title,
        description=page.description,
        identifier=capture.url,
        other_identifiers=(page.url,) if page.url != capture.url else (),
        landing_page=page.url,
        contact=_contact(page, manifest),
        frequency=often[0] if often else None,
        modified=pro_facts.stamp(page.metas.get("modified")),
        licence=page.licence,
        rights=page.rights,
        language=page.metas.get("language"),
        distributions=tuple(_distribution(page, file) for file in page.files if file.is_data),
        documents=tuple(_document(file) for file in page.files if not file.is_data),
        annotations=tuple(pro.remarks(page)),
        origins=origins,
        captures=(ref(capture),),
    )


def dataset(
    page: Sheet, capture: Capture, manifest: Manifest, *, key: str, series: str | None = None
) -> Iterator[Dataset | Page | Part]:
    """Yield a document (or a topic page with files) as a dataset, and the sizes to ask for."""
    origins: dict[str, Origin] = {}
    if page.licence:
        origins["licence"] = _interpreted(page, page.rights or "")
    creators, said = _creators(page, manifest)
    if said:
        origins["creators"] = _interpreted(page, said)
    version, notes = pro_facts.version(page)
    data = [file for file in page.files if file.is_data]
    yield Dataset(
        source=manifest.name,
        key=key,
        title=page.title,
        description=page.description,
        identifier=capture.url,
        other_identifiers=(page.url,) if page.url != capture.url else (),
        landing_page=page.url,
        creators=creators,
        contact=_contact(page, manifest),
        period=pro_facts.period(page),
        reference_date=pro_facts.reference_date(page),
        issued=pro_facts.issued(page, key)
        if pro.document_key(page.url)
        else pro_facts.stamp(page.metas.get("issued")),
        modified=pro_facts.stamp(page.metas.get("modified")),
        version=version,
        version_notes=notes,
        licence=page.licence,
        rights=page.rights,
        language=page.metas.get("language"),
        in_series=series,
        distributions=tuple(_distribution(page, file) for file in data),
        documents=tuple(_document(file) for file in page.files if not file.is_data),
        annotations=tuple(pro.remarks(page)),
        origins=origins,
        captures=(ref(capture),),
    )
    for file in data:
        if file.size:
            yield Page(url=file.url, kind="size", method="HEAD", optional=True)
            yield Part(kind="stated", key=file.url, fields={"stated": file.size})


def _distribution(page: Sheet, file: FileLink) -> Distribution:
    return Distribution(
        access_url=page.url,
        download_url=file.url,
        title=file.title,
        description=pro.section_of(page, file),
        format=file.format,
        status=file.status,
        annotations=_hidden(pro.section_of(page, file)),
    )


def _hidden(text: str | None) -> tuple[Annotation, ...]:
    found = phrases.suppression(text) if text else None
    return (found,) if found else ()


def _document(file: FileLink) -> Document:
    return Document(url=file.url, title=file.title, format=file.format)


def _creators(page: Sheet, manifest: Manifest) -> tuple[tuple[Agent, ...], str | None]:
    """Return who made the data: who the text says makes them, else DCTERMS.creator."""
    for maker in options(manifest).makers:
        if found := re.search(maker.said, page.text, re.IGNORECASE):
            return (Agent(name=maker.name, iri=maker.iri),), found[0]
    name = page.metas.get("creator")
    own = manifest.publisher
    if name is None:
        return (), None
    return (own if name.casefold() == own.name.casefold() else Agent(name=name),), None


def _contact(page: Sheet, manifest: Manifest) -> Contact | None:
    if page.desk is None:
        return None
    known = manifest.stated_for_all.get("contact")
    return Contact(name=page.desk, url=page.desk_url or (known.url if known else None))


def _listing(page: Sheet, key: str, documents: dict[str, str], year: Sheet | None = None) -> Part:
    fields = {
        "topic": key,
        "documents": tuple(documents),
        "rights": page.rights,
        "licence": page.licence,
        "year": year.title if year else "",
        "text": year.text if year else "",
    }
    return Part(kind="listing", key=page.url, fields=fields)


def _interpreted(page: Sheet, text: str) -> Origin:
    return Origin(kind="interpreted", seen_at=page.url, text=text)
