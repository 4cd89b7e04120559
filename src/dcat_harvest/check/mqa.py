"""The points of data.europa.eu (MQA): every metric as defined, the best distribution counting.

Metrics, points and lists are data: `vocab/scores.toml` and `vocab/codelists/mqa-*.toml`. The
queries in `queries/mqa` compute the same another way; a test holds both together.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.probe import Probe, head_counts
from dcat_harvest.check.statements import Index, Terms, bare, is_iri, text

NAMESPACES = {"dcat": v.DCAT, "dct": v.DCT}
EU_FILE_TYPE = f"http://{v.AUTHORITY}file-type/"
EU_ACCESS_RIGHT = f"http://{v.AUTHORITY}access-right/"
IANA = (
    "https://www.iana.org/assignments/media-types/",
    "http://www.iana.org/assignments/media-types/",
)
Probes = Mapping[str, Probe]


class Metric(NamedTuple):
    """One metric: what it looks at, how, and its points."""

    name: str
    dimension: str
    of_dataset: bool
    predicate: str
    how: str
    points: int


class Points(NamedTuple):
    """The points of one dataset."""

    metrics: Mapping[str, int]
    unmeasured: tuple[str, ...]
    """Metrics that need a probe which was not made: 0 points, not measured."""
    best: str
    """The distribution that counts, bare; empty where there is none."""

    @property
    def total(self) -> int:
        """The sum."""
        return sum(self.metrics.values())


@cache
def metrics() -> tuple[Metric, ...]:
    """All metrics, in the order of the definition."""
    return tuple(
        Metric(
            name=name,
            dimension=x["dimension"],
            of_dataset=x["subject"] == "dataset",
            predicate=_predicate(x.get("property", "")),
            how=x.get("how", "present"),
            points=x["points"],
        )
        for name, x in v.table("scores.toml")["mqa"]["metrics"].items()
    )


def _predicate(short: str) -> str:
    prefix, _, name = short.partition(":")
    return f"<{NAMESPACES[prefix]}{name}>" if short else ""


def points(index: Index, dataset: str, *, compliant: bool, probes: Probes | None) -> Points:
    """The points of a dataset (a term), with those of its best distribution.

    The best is the one with most points; of equals the first by its term.
    """
    given = probes or {}
    best, most = "", dict.fromkeys((x.name for x in metrics() if not x.of_dataset), 0)
    for distribution in sorted(index.objects(dataset, v.DISTRIBUTION)):
        these = _distribution(index.node(distribution), given)
        if not best or sum(these.values()) > sum(most.values()):
            best, most = distribution, these
    node = index.node(dataset)
    own = {x.name: x.points * _holds(x, node, given, compliant) for x in metrics() if x.of_dataset}
    return Points(
        metrics={x.name: own[x.name] if x.of_dataset else most[x.name] for x in metrics()},
        unmeasured=_unmeasured(index.node(best) if best else {}, given),
        best=bare(best),
    )


def _distribution(node: Mapping[str, Terms], probes: Probes) -> dict[str, int]:
    _, of_distribution = _split()
    return {x.name: x.points * _holds(x, node, probes, False) for x in of_distribution}


@cache
def _split() -> tuple[tuple[Metric, ...], tuple[Metric, ...]]:
    """Metrics of datasets, and those of distributions."""
    own = tuple(x for x in metrics() if x.of_dataset)
    return own, tuple(x for x in metrics() if not x.of_dataset)


def _holds(metric: Metric, node: Mapping[str, Terms], probes: Probes, compliant: bool) -> bool:
    if metric.how == "compliance":
        return compliant
    values = node.get(metric.predicate, ())
    match metric.how:
        case "present":
            return bool(values)
        case "head":
            return any(head_counts(probes.get(text(x))) for x in values)
        case "access_right":
            return any(_code(x, EU_ACCESS_RIGHT) in _access_rights() for x in values)
        case "known_licence":
            return any(bare(x) in known_licences() for x in values if is_iri(x))
    return _FORMATS[metric.how](values, node.get(v.MEDIA_TYPE, ()))


def _aligned(formats: Terms, types: Terms) -> bool:
    return any(_code(x, EU_FILE_TYPE) in _file_types() for x in formats) and any(
        _type(x) in v.media_types() for x in types
    )


@cache
def _file_types() -> frozenset[str]:
    return frozenset(v.table("codelists/file-types.toml")["codes"])


@cache
def _access_rights() -> frozenset[str]:
    return frozenset(v.table("scores.toml")["mqa"]["access_right"]["codes"])


def _listed(name: str) -> Callable[[Terms, Terms], bool]:
    def listed(formats: Terms, types: Terms) -> bool:
        codes, media = format_list(name)
        return any(_code(x, EU_FILE_TYPE) in codes for x in formats) or any(
            _type(x) in media for x in types
        )

    return listed


_FORMATS: dict[str, Callable[[Terms, Terms], bool]] = {
    "aligned": _aligned,
    "non_proprietary": _listed("non_proprietary"),
    "machine_readable": _listed("machine_readable"),
}


@cache
def format_list(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of a list of the MQA, and the media types that go with them."""
    table = v.table("codelists/mqa-formats.toml")
    types = [x for code in table[name] for x in table["media_types"].get(code, ())]
    return frozenset(table[name]), frozenset(types)


@cache
def known_licences() -> frozenset[str]:
    """The licences that data.europa.eu knows, bare."""
    table = v.table("codelists/mqa-licences.toml")
    return frozenset(table["iris"]) | {table["base"] + x for x in table["codes"]}


def _code(value: str, base: str) -> str:
    return bare(value).removeprefix(base) if value.startswith(f"<{base}") else ""


def _type(value: str) -> str:
    whole = bare(value)
    return next((whole[len(x) :] for x in IANA if whole.startswith(x)), "")


def _unmeasured(node: Mapping[str, Terms], probes: Probes) -> tuple[str, ...]:
    return tuple(
        x.name
        for x in metrics()
        if x.how == "head"
        and (values := node.get(x.predicate, ()))
        and not any(text(y) in probes for y in values)
    )


def rating(total: float) -> str:
    """The rating of a number of points: excellent, good, sufficient or bad."""
    ratings: Mapping[str, Any] = v.table("scores.toml")["mqa"]["ratings"]
    return next(name for name, least in ratings.items() if total >= least)
