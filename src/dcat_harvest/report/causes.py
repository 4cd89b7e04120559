"""Causes: findings with one reason are one line, ranked by what mending it would raise."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report.common import shared_text
from dcat_harvest.report.data import ReportData, subject
from dcat_harvest.report.effects import Effects, effects, touched
from dcat_harvest.report.fields import missing_field

Key = tuple[str, ...]
SUMMARIES = frozenset({"c6-profile", "c6-recommended"})
"""Findings that only add up others; the others are the causes."""
TEXTS = ("message_nl", "message_en", "remedy_nl", "remedy_en")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of finding of a cause: several checks may see the same thing missing."""

    id: str
    code: str
    severity: str
    criterion: str
    path: str
    component: str
    shape: str
    count: int
    message_nl: str
    message_en: str
    remedy_nl: str
    remedy_en: str


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for findings, how often it is seen, and what mending it would raise.

    Texts, code, path and severity are those of its leading part.
    """

    id: str
    code: str
    severity: str
    actor: str
    criterion: str
    path: str
    component: str
    shape: str
    profiles: tuple[str, ...]
    message_nl: str
    message_en: str
    remedy_nl: str
    remedy_en: str
    count: int
    """Findings, with those that one finding stands for."""
    datasets: int
    current: int
    """Datasets that have it, and those of them that somebody still keeps."""
    blocks: int
    """Current datasets where a verdict or conformance waits for it (among other causes)."""
    lifts: int
    """Current datasets where mending this alone raises a verdict or conformance."""
    effect: float
    """Verdicts that wait for it, each shared among the causes it waits for."""
    criteria: Mapping[str, int]
    """Criterion -> current datasets whose verdict waits for it; "c" is conformance."""
    publishers: Mapping[str, int]
    sources: Mapping[str, int]
    parts: tuple[Part, ...]
    example: Finding


def kind_of(finding: Finding) -> Key:
    """What makes two findings of one kind: not the dataset, not the value."""
    return (
        *(finding.code, finding.shape, finding.path, finding.component),
        *(finding.actor, finding.severity.value),
    )


def cause_of(finding: Finding) -> Key:
    """What makes two findings one cause: the same field is missing, else the same kind."""
    field = missing_field(finding)
    return ("missing", field, finding.actor) if field else kind_of(finding)


def key_id(key: Key) -> str:
    """A short name of a kind or cause that is the same in every run."""
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:10]


def causes(data: ReportData) -> list[Cause]:
    """All causes, first the one whose mending raises most on datasets that are current."""
    shown = [f for f in data.findings if f.code not in SUMMARIES]
    if not any(f.component and f.profile for f in shown):
        shown = list(data.findings)
    groups: dict[Key, list[Finding]] = defaultdict(list)
    named = [(cause_of(finding), finding) for finding in shown]
    for key, finding in named:
        groups[key].append(finding)
    found_effects = effects(data, named)
    scores: dict[str, list[Score]] = defaultdict(list)
    for score in data.scores:
        scores[score.source].append(score)
    found = [_cause(data, key, group, found_effects, scores) for key, group in groups.items()]
    return sorted(found, key=_rank)


def is_remark(cause: Cause) -> bool:
    """Whether it is only worth knowing: nothing would rise if it went away."""
    return cause.severity == "info" and not cause.effect


def _rank(cause: Cause) -> tuple[float, ...]:
    """Effect first; then what is seen on current datasets, the severe before the mild."""
    weight = {"violation": 3, "warning": 2, "info": 1}[cause.severity]
    is_loose = not cause.datasets and cause.severity != "info"
    first = (cause.effect, not is_remark(cause), bool(cause.current) or is_loose)
    order = (*first, weight, cause.current, cause.count)
    return (*(-round(x, 6) for x in order), int(cause.id, 16))


def _cause(
    data: ReportData,
    key: Key,
    group: list[Finding],
    found: Effects[Key],
    scores: Mapping[str, list[Score]],
) -> Cause:
    parts = _parts(group)
    lead = parts[0]
    seen = set().union(*(touched(data, f, scores) for f in group))
    # A catalogue, or a distribution of no dataset, is none of the datasets that are counted.
    judged = {x.dataset for some in scores.values() for x in some}
    iris = seen & judged if judged else seen
    current = {iri for iri in iris if subject(data, iri).current}
    names = Counter(subject(data, iri).publisher for iri in iris or seen)
    leading = [f for f in group if key_id(kind_of(f)) == lead.id]
    example = min(
        leading,
        key=lambda f: (not f.subject, f.subject not in current, f.subject, f.where, f.value),
    )
    return Cause(
        id=key_id(key),
        code=lead.code,
        severity=lead.severity,
        actor=example.actor,
        criterion=lead.criterion or next((x.criterion for x in parts if x.criterion), ""),
        path=lead.path,
        component=lead.component,
        shape=lead.shape,
        profiles=tuple(sorted({p for f in group for p in (f.profile, *f.profiles) if p})),
        **{x: getattr(lead, x) for x in TEXTS},
        count=sum(f.count for f in group),
        datasets=len(iris),
        current=len(current),
        blocks=found.blocks[key],
        lifts=found.lifts[key],
        effect=round(found.effect.get(key, 0.0), 3),
        criteria=dict(sorted(found.criteria.get(key, {}).items())),
        publishers=_ordered((k, n) for k, n in names.items() if k),
        sources=_ordered(Counter(f.source for f in group if f.source).items()),
        parts=parts,
        example=example,
    )


def _parts(group: list[Finding]) -> tuple[Part, ...]:
    """The kinds of a cause, the most severe and then the most frequent first."""
    kinds: dict[Key, list[Finding]] = defaultdict(list)
    for finding in group:
        kinds[kind_of(finding)].append(finding)
    parts = [_part(key, findings) for key, findings in kinds.items()]
    rank = {"violation": 3, "warning": 2, "info": 1}
    return tuple(sorted(parts, key=lambda x: (-rank[x.severity], -x.count, x.id)))


def _part(key: Key, findings: list[Finding]) -> Part:
    one = findings[0]
    return Part(
        id=key_id(key),
        code=one.code,
        severity=str(one.severity),
        criterion=one.criterion,
        path=one.path,
        component=one.component,
        shape=one.shape,
        count=sum(f.count for f in findings),
        **{x: shared_text(one.code, x, {getattr(f, x) for f in findings}) for x in TEXTS},
    )


def _ordered(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(counts, key=lambda x: (-x[1], x[0])))
