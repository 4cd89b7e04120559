"""What every report is made from: scores, findings, what is known of each dataset, and history."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Score

Lang = Literal["nl", "en"]
CRITERIA = ("1", "2", "3", "4", "5", "6", "7", "8")
VERDICTS = ("pass", "partly", "fail", "unknown")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a report is shown: language, colour codes, width of the terminal."""

    lang: Lang = "nl"
    color: bool = False
    width: int = 100


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a source fared in the run; `datasets` counts kept ones too (design, output)."""

    status: Literal["ok", "failed", "shrunk", "stale"] = "ok"
    datasets: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    stale: int = 0


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a report knows of one dataset beside its score."""

    dataset: str
    title: str = ""
    publisher: str = ""
    kind: Literal["dataset", "series", "resource", "service", "catalog"] = "dataset"
    landing_page: str = ""
    page: str = ""
    """Our own page about it, relative to the release folder."""
    rdf: tuple[str, ...] = ()
    """Our RDF files about it, relative to the release folder."""
    current: bool = True
    """False: discontinued or long past; its findings count after those of current ones."""
    file: str = ""
    line: int = 0
    """File that was checked, and the line where the dataset begins, where it is Turtle."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset that came, changed or went since the release before."""

    kind: Literal["new", "changed", "gone"]
    dataset: str
    title: str = ""
    source: str = ""
    what: str = ""
    """Names of the fields that changed."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The aggregate scores of one publisher (empty: everyone) in one release."""

    release: str
    generated: str
    publisher: str = ""
    scope: Literal["all", "current"] = "all"
    datasets: int = 0
    criteria: Mapping[str, Mapping[str, int]] = msgspec.field(default_factory=dict)
    """Criterion -> verdict -> number of datasets."""
    mqa: float = 0.0
    stars: float = 0.0
    conforms: Mapping[str, int] = msgspec.field(default_factory=dict)


class ReportData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the renderers need; no clock, no network, no files."""

    release: str = ""
    generated: str = ""
    """When, ISO 8601: the clock comes in as a value."""
    title: str = "dcat-harvest"
    base: str = "https://example.org/"
    version: str = ""
    profiles: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceStatus] = msgspec.field(default_factory=dict)
    subjects: Mapping[str, Subject] = msgspec.field(default_factory=dict)
    history: tuple[Point, ...] = ()
    """Points of earlier releases, oldest first; this release's are computed."""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences to print above the findings: what was ignored, and why."""


def subject(data: ReportData, iri: str) -> Subject:
    """What is known of a dataset; an empty subject where nothing is."""
    return data.subjects.get(iri) or Subject(dataset=iri)


def title(data: ReportData, iri: str) -> str:
    """The title of a dataset, else the end of its IRI."""
    known = data.subjects.get(iri)
    return (known.title if known else "") or iri.rsplit("/", 1)[-1] or iri
