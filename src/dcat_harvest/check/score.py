"""Scores per dataset, publisher and catalogue: verdicts, MQA points, stars, conformance."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

import msgspec

from dcat_harvest.check import mqa
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.checklist import CRITERIA
from dcat_harvest.check.constraints import named_shape
from dcat_harvest.check.criteria import Verdicts
from dcat_harvest.check.measured import measurements
from dcat_harvest.check.mqa import Probes
from dcat_harvest.check.statements import Index, bare, language, named, text
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.graph import Graph
from dcat_harvest.model import Score

_OURS = re.compile(r"dataset/([a-z0-9-]+)/(.+)")


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of several datasets together."""

    name: str
    datasets: int
    criteria: Mapping[str, Mapping[str, int]]
    """Criterion -> verdict -> number of datasets."""
    points: float
    """Mean of the MQA points."""
    rating: str
    stars: float
    conforms: Mapping[str, int]
    """Profile -> number of datasets without a violation."""


def scores(
    graph: Graph | Index,
    findings: Iterable[Finding],
    *,
    verdicts: Mapping[str, Verdicts],
    profiles: Sequence[str],
    base: str = "",
    probes: Probes | None = None,
    keys: Mapping[str, tuple[str, str]] | None = None,
) -> list[Score]:
    """One score for each dataset of `verdicts`, in its order.

    `profiles` are those that were checked; a dataset conforms where no finding of that profile is
    a violation about it. `keys` gives (source, key); without it they are read from IRIs that
    begin with `base`.
    """
    index = graph if isinstance(graph, Index) else Index(graph)
    broken = violated(findings)
    return [
        score_of(
            index,
            dataset,
            verdicts=verdicts[dataset],
            conforms={x: (x, dataset) not in broken for x in profiles},
            key=(keys or {}).get(dataset),
            base=base,
            probes=probes,
        )
        for dataset in verdicts
    ]


def violated(findings: Iterable[Finding]) -> frozenset[tuple[str, str]]:
    """Profile and dataset, where a violation of the one is about the other."""
    return frozenset(
        (profile, x.subject)
        for x in findings
        if x.severity is Severity.VIOLATION
        for profile in (x.profiles or (x.profile,))
    )


def score_of(
    index: Index,
    dataset: str,
    *,
    verdicts: Verdicts,
    conforms: Mapping[str, bool],
    key: tuple[str, str] | None,
    base: str,
    probes: Probes | None,
) -> Score:
    """The score of one dataset; see `scores`."""
    subject = named(dataset)
    key = key or _key(index, subject, base)
    found = mqa.points(index, subject, compliant=compliant(conforms), probes=probes)
    return Score(
        dataset=dataset,
        source=key[0],
        key=key[1],
        publisher=_publisher(index, subject),
        title=_text(index, subject, v.TITLE),
        criteria=verdicts,
        mqa=_mqa(found),
        stars=stars(index, subject),
        conforms=conforms,
        measured=measurements(index, subject, probes or {}),
    )


def compliant(conforms: Mapping[str, bool]) -> bool:
    """Whether the metric dcatApCompliance holds, by the first of its profiles that was checked."""
    asked = v.table("scores.toml")["mqa"]["compliance"]
    return next((conforms[x] for x in asked if x in conforms), False)


def _mqa(found: mqa.Points) -> dict[str, Any]:
    return {
        "points": found.total,
        "rating": mqa.rating(found.total),
        "metrics": dict(found.metrics),
        "unmeasured": list(found.unmeasured),
        "distribution": found.best,
    }


def _key(index: Index, subject: str, base: str) -> tuple[str, str]:
    iri = bare(subject)
    ours = _OURS.fullmatch(iri[len(base) :]) if base and iri.startswith(base) else None
    if ours:
        return ours[1], unquote(ours[2])
    identifiers = index.objects(subject, v.IDENTIFIER)
    return "", text(identifiers[0]) if identifiers else iri


def _publisher(index: Index, subject: str) -> str:
    for agent in index.objects(subject, v.PUBLISHER):
        return _text(index, agent, v.NAME) or bare(agent)
    return ""


def _text(index: Index, subject: str, predicate: str) -> str:
    values = index.objects(subject, predicate)
    dutch = [x for x in values if language(x).startswith("nl")]
    return text((dutch or list(values))[0]) if values else ""


def stars(index: Index, dataset: str) -> int:
    """The five stars of a dataset (a term): those of its best distribution."""
    linked = any(index.objects(dataset, f"<{x}>") for x in v.table("scores.toml")["stars"]["links"])
    found = (_stars(index, x, linked) for x in index.objects(dataset, v.DISTRIBUTION))
    return max(found, default=0)


def _stars(index: Index, distribution: str, linked: bool) -> int:
    node = index.node(distribution)
    licences = node.get(v.LICENCE, ())
    on_web = named_shape("WithPublicAddress")(index, distribution)
    if (
        not licences
        or not on_web
        or not all(named_shape("OpenLicence")(index, x) for x in licences)
    ):
        return 0
    if not named_shape("MachineReadable")(index, distribution):
        return 1
    if not named_shape("OpenFormat")(index, distribution):
        return 2
    codes = {v.code(text(x)) for x in node.get(v.FORMAT, ())}
    types = {v.media_type(text(x)) for x in node.get(v.MEDIA_TYPE, ())}
    if not codes & _linked_data("formats") and not types & _linked_data("media_types"):
        return 3
    return 5 if linked else 4


@cache
def _linked_data(name: str) -> frozenset[str]:
    return frozenset(v.table("scores.toml")["stars"][name])


def by_publisher(scores: Iterable[Score]) -> list[Aggregate]:
    """One aggregate per publisher, by name."""
    groups: dict[str, list[Score]] = {}
    for x in scores:
        groups.setdefault(x.publisher, []).append(x)
    return [aggregate(groups[name], name=name) for name in sorted(groups)]


def aggregate(scores: Sequence[Score], *, name: str = "") -> Aggregate:
    """All these scores together."""
    size = len(scores) or 1
    mean = sum(x.mqa["points"] for x in scores) / size
    profiles = sorted({p for x in scores for p in x.conforms})
    return Aggregate(
        name=name,
        datasets=len(scores),
        criteria={
            c: dict(sorted(Counter(x.criteria[c] for x in scores).items())) for c in CRITERIA
        },
        points=round(mean, 1),
        rating=mqa.rating(mean),
        stars=round(sum(x.stars for x in scores) / size, 2),
        conforms={p: sum(x.conforms.get(p, False) for x in scores) for p in profiles},
    )
