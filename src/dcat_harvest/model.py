"""What flows between the stages: captures, pages to fetch, and records of what pages state."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

OriginKind = Literal["stated", "interpreted", "amended", "assumed"]
Kind = Literal["dataset", "series", "resource"]
"""`resource`: a dashboard, document, tool, portal or holding; in the site, not in the feed."""
AnnotationKind = Literal[
    "quality", "sources", "suppression", "selection", "provisional", "caveat", "note", "definition"
]
NO_DATA: Mapping[str, str] = MappingProxyType({})


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every record struct: frozen, by keyword, defaults left out of JSON."""


class Page(Record, frozen=True, kw_only=True):
    """Something still to fetch. `kind` tells the source's reader what it will be."""

    url: str
    kind: str
    method: Literal["GET", "HEAD"] = "GET"
    data: Mapping[str, str] = msgspec.field(default_factory=dict)
    """What the linking page knew and the page itself may not say (topic key, link text)."""
    optional: bool = False
    """True: a 404 here is ordinary and yields no finding (StatLine Properties)."""
    first_bytes: int = 0
    """More than 0: only so many bytes from the beginning are asked for (a Range request)."""


class Capture(Record, frozen=True, kw_only=True):
    """One response as received. `url` was asked, `final_url` answered after redirects."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    time: str
    """When it was received: ISO 8601 in UTC, `2026-11-02T06:00:00Z`."""
    digest: str
    """Payload digest as in the WARC file, `sha1:BASE32`."""
    page: Page


class CaptureRef(Record, frozen=True, kw_only=True):
    """Where a record came from: enough to find the capture in the archive."""

    url: str
    time: str
    digest: str


class Part(Record, frozen=True, kw_only=True):
    """What one page says about a thing that other pages complete; `finish` joins parts."""

    kind: str
    key: str
    fields: Mapping[str, Any]
    capture: CaptureRef | None = None


class Origin(Record, frozen=True, kw_only=True):
    """Where a value comes from (design, decision 4). A field without an origin is stated."""

    kind: OriginKind
    seen_at: str = ""
    """Address where it is said (assumed), or where it was read (interpreted)."""
    because: str = ""
    """Our own reason, where no address says it."""
    text: str = ""
    """The literal sentence or word that was interpreted."""


class Agent(Record, frozen=True, kw_only=True):
    """An organisation. `iri` is its identifier at OWMS, TOOI or ROR, where known."""

    name: str
    iri: str | None = None
    language: str = "nl"


class Contact(Record, frozen=True, kw_only=True):
    """A contact point: a functional mailbox, form or telephone, never a person."""

    name: str
    email: str | None = None
    url: str | None = None
    telephone: str | None = None


class Period(Record, frozen=True, kw_only=True):
    """First and last day as `YYYY-MM-DD`; an open end is None. `text` is the source's wording."""

    start: str | None = None
    end: str | None = None
    text: str | None = None


class Document(Record, frozen=True, kw_only=True):
    """Documentation of a dataset or file: explanation, code book, changelog."""

    url: str
    title: str | None = None
    format: str | None = None


class Link(Record, frozen=True, kw_only=True):
    """A related resource that the source names."""

    url: str
    title: str | None = None
    role: Literal["relation", "source", "changelog", "successor", "derived"] = "relation"


class Annotation(Record, frozen=True, kw_only=True):
    """What a page says on quality, sources, suppression or status, in its own words."""

    kind: AnnotationKind
    text: str
    title: str | None = None
    url: str | None = None


class Checksum(Record, frozen=True, kw_only=True):
    """A checksum as the source states it. `algorithm` is an SPDX name: `md5`, `sha256`."""

    algorithm: str
    value: str


class Distribution(Record, frozen=True, kw_only=True):
    """One file or one interface of a dataset.

    Dates are ISO 8601 with the precision that the source gives. `bytes` is only what the source
    states. Coded values (`format`, `licence`, `status`) are the publisher's words.
    """

    access_url: str
    download_url: str | None = None
    title: str | None = None
    description: str | None = None
    format: str | None = None
    media_type: str | None = None
    package_media_type: str | None = None
    """Media type of the wrapping (a ZIP around CSV files)."""
    bytes: int | None = None
    checksum: Checksum | None = None
    issued: str | None = None
    modified: str | None = None
    reference_date: str | None = None
    """Peildatum: the day that the figures describe."""
    status: str | None = None
    licence: str | None = None
    rights: str | None = None
    language: str | None = None
    service: str | None = None
    """Key of the DataService that gives access to it."""
    columns: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    origins: Mapping[str, Origin] = msgspec.field(default_factory=dict)


class Dimension(Record, frozen=True, kw_only=True):
    """One dimension that a table declares: by what its figures are divided."""

    key: str
    title: str | None = None
    kind: Literal["geo", "time", "other"] = "other"
    codes: tuple[str, ...] = ()
    """The first code of each kind among its codes (`GM0363`, `2019SJ00`), where they were read."""


class DataService(Record, frozen=True, kw_only=True):
    """An interface that serves several datasets of a source."""

    source: str
    key: str
    title: str
    description: str
    endpoint_url: str
    endpoint_description: str
    identifier: str
    landing_page: str | None = None
    documentation: str | None = None
    conforms_to: str | None = None
    licence: str | None = None
    access: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    publisher: Agent | None = None
    contact: Contact | None = None
    hvd: bool = False
    origins: Mapping[str, Origin] = msgspec.field(default_factory=dict)


class Dataset(Record, frozen=True, kw_only=True):
    """What pages state of one dataset or series, in the publisher's words.

    `key` is the stable part of our IRI (design, decision 12). Coded values (`frequency`,
    `licence`, `access`, `status`, `language`, `spatial`, `themes`) are words of the source or
    IRIs; `mapping` finds their terms by `vocab/words/*.toml`. What is not known is absent.
    """

    source: str
    key: str
    kind: Kind = "dataset"
    resource_type: str | None = None
    """What kind of thing a `resource` is: the IRI of a concept (`vocab/facets.ttl`)."""
    title: str | None = None
    raw_title: str | None = None
    """The title as served, where `title` was cleaned of an ordinal or final stop."""
    alternatives: tuple[str, ...] = ()
    description: str | None = None
    text_language: str = "nl"
    """Language tag of title, description and keywords."""
    identifier: str | None = None
    """The owner's identifier: always an IRI string."""
    other_identifiers: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    landing_page: str | None = None
    publisher: Agent | None = None
    creators: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    """Who commissioned it ("Opdrachtgever"): prov:qualifiedAttribution."""
    contact: Contact | None = None
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    frequency: str | None = None
    period: Period | None = None
    reference_date: str | None = None
    issued: str | None = None
    modified: str | None = None
    version: str | None = None
    version_notes: str | None = None
    licence: str | None = None
    """For every distribution that states none of its own."""
    rights: str | None = None
    """The literal terms sentence."""
    access: str | None = None
    language: str | None = None
    spatial: str | None = None
    status: str | None = None
    hvd: bool = False
    in_series: str | None = None
    """Key of the series in the same source."""
    distributions: tuple[Distribution, ...] = ()
    documents: tuple[Document, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    services: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    """What a statistical table is divided by, where the source declares it."""
    levels: tuple[str, ...] = ()
    """Printed cells that name the level ("Gemeente"), as lists and portals have them."""
    metadata_modified: str | None = None
    """When the source changed its own record: goes to the catalogue record."""
    origins: Mapping[str, Origin] = msgspec.field(default_factory=dict)
    captures: tuple[CaptureRef, ...] = ()


class CatalogInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue says of itself: `[catalog]` in the configuration."""

    title: str = "Open data over het Nederlandse onderwijs"
    title_en: str = "Open data on education in the Netherlands"
    description: str = (
        "Catalogus van open onderwijsdata, gelezen van de pagina's en API's van de uitgevers."
    )
    description_en: str = (
        "Catalogue of open education data, read from the pages and APIs of its publishers."
    )
    publisher: Agent = Agent(name="dcat-harvest", language="en")
    contact: Contact | None = None
    licence: str = "https://creativecommons.org/publicdomain/zero/1.0/"
    homepage: str = ""


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a probe saw of an address."""

    about: str
    """IRI of the distribution, or of the dataset."""
    metric: str
    """Short name, `pv:` of data.europa.eu or `def:` of ours."""
    value: bool | int | str
    """A status of 0 means no answer; bytes; whole days."""
    address: str
    time: str
    """When, ISO 8601 in UTC."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How one dataset does: verdicts, MQA points, stars, conformance."""

    dataset: str
    source: str
    key: str
    publisher: str
    title: str
    criteria: Mapping[str, str]
    """"1" to "8" -> pass, partly, fail or unknown."""
    mqa: Mapping[str, Any]
    """`points` (0..405), `rating`, `metrics` (metric name -> points)."""
    stars: int
    conforms: Mapping[str, bool]
    """Profile name -> no violation."""
    measured: tuple[Measurement, ...] = ()
    """What probes saw, where they were made."""


def ref(capture: Capture) -> CaptureRef:
    """The reference to a capture that a record keeps as its provenance."""
    return CaptureRef(url=capture.url, time=capture.time, digest=capture.digest)
