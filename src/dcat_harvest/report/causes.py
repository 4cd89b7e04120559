"""Causes: findings with one reason are one line, ranked by what mending it would raise."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter

import msgspec

from dcat_harvest.findings import Finding, kinds
from dcat_harvest.report.data import ReportData, Subject

NEEDED = {"fail": 3, "partly": 2, "unknown": 1}
Key = tuple[str, str, str, str, str, str]


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for findings, how often it is seen, and what mending it would raise."""

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
    example: Finding


def key(finding: Finding) -> Key:
    """What makes two findings the same cause: not the dataset, not the value."""
    return (
        finding.code,
        finding.shape,
        finding.path,
        finding.component,
        finding.actor,
        finding.severity,
    )


def cause_id(parts: Key) -> str:
    """A short name of a cause that is the same in every run."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def causes(data: ReportData) -> list[Cause]:
    """All causes, first the one whose mending raises most on datasets that are current."""
    groups: dict[Key, list[Finding]] = defaultdict(list)
    for finding in data.findings:
        groups[key(finding)].append(finding)
    effect = _effects(data)
    found = [_cause(data, name, group, effect) for name, group in groups.items()]
    return sorted(found, key=_rank)


def _rank(cause: Cause) -> tuple[float, ...]:
    weight = {"violation": 3, "warning": 2, "info": 1}[cause.severity]
    order = (cause.effect, cause.current, weight, cause.count)
    return (*(-round(x, 6) for x in order), int(cause.id, 16))


class _Effects(msgspec.Struct):
    """Per cause: effect, datasets it blocks, datasets it lifts alone, and per criterion."""

    effect: dict[Key, float] = msgspec.field(default_factory=lambda: defaultdict(float))
    blocks: Counter[Key] = msgspec.field(default_factory=Counter)
    lifts: Counter[Key] = msgspec.field(default_factory=Counter)
    criteria: dict[Key, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))


def _effects(data: ReportData) -> _Effects:
    by_dataset: dict[str, dict[Key, Finding]] = defaultdict(dict)
    for finding in data.findings:
        if finding.subject:
            by_dataset[finding.subject].setdefault(key(finding), finding)
    result = _Effects()
    for score in data.scores:
        if data.subjects.get(score.dataset, _UNKNOWN).current:
            here = by_dataset.get(score.dataset, {})
            _count(result, _slots(score.criteria, score.conforms, here))
    return result


def _count(result: _Effects, slots: Iterable[tuple[str, list[Key]]]) -> None:
    blocks: set[Key] = set()
    lifts: set[Key] = set()
    for name, blockers in slots:
        for blocker in blockers:
            result.effect[blocker] += 1 / len(blockers)
            result.criteria[blocker][name] += 1
        blocks.update(blockers)
        if len(blockers) == 1:
            lifts.update(blockers)
    result.blocks.update(blocks)
    result.lifts.update(lifts)


def _slots(
    criteria: Mapping[str, str], conforms: Mapping[str, bool], here: Mapping[Key, Finding]
) -> Iterable[tuple[str, list[Key]]]:
    """What could rise on one dataset, each with the causes that it waits for."""
    failed = {profile for profile, fine in conforms.items() if not fine}
    for criterion, verdict in criteria.items():
        needed = NEEDED.get(verdict, 9)
        yield (
            criterion,
            [k for k, f in here.items() if f.criterion == criterion and f.severity.rank == needed],
        )
    broken = [
        k for k, f in here.items() if f.severity.rank == 3 and failed & {f.profile, *f.profiles}
    ]
    yield "c", broken if failed else []


_UNKNOWN = Subject(dataset="")


def _cause(data: ReportData, name: Key, group: list[Finding], effects: _Effects) -> Cause:
    subjects = {f.subject for f in group if f.subject}
    known = {iri: data.subjects.get(iri, _UNKNOWN) for iri in subjects}
    current = {iri for iri, one in known.items() if one.current}
    example = min(group, key=lambda f: (f.subject not in current, f.subject, f.where, f.value))
    texts = {x: _common(group, x) for x in ("message_nl", "message_en", "remedy_nl", "remedy_en")}
    return Cause(
        id=cause_id(name),
        code=example.code,
        severity=str(example.severity),
        actor=example.actor,
        criterion=example.criterion,
        path=example.path,
        component=example.component,
        shape=example.shape,
        profiles=tuple(sorted({p for f in group for p in (f.profile, *f.profiles) if p})),
        **texts,
        count=sum(f.count for f in group),
        datasets=len(subjects),
        current=len(current),
        blocks=effects.blocks[name],
        lifts=effects.lifts[name],
        effect=round(effects.effect.get(name, 0.0), 3),
        criteria=dict(sorted(effects.criteria[name].items())) if name in effects.criteria else {},
        publishers=_ordered(Counter(one.publisher for one in known.values() if one.publisher)),
        sources=_ordered(Counter(f.source for f in group if f.source)),
        example=example,
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda x: (-x[1], x[0])))


def _common(group: list[Finding], field: str) -> str:
    """The text that a group shares: the same everywhere, else the template of its code."""
    texts = {getattr(finding, field) for finding in group}
    if len(texts) == 1:
        return str(texts.pop())
    kind = kinds().get(group[0].code)
    return _blank(getattr(kind, field)) if kind else min(texts)


@cache
def _blank(template: str) -> str:
    parts = Formatter().parse(template)
    return "".join(text + ("…" if name is not None else "") for text, name, _, _ in parts)
