"""What mending each cause would raise: which verdicts and conformance wait for it."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report.data import ReportData, subject

NEEDED = {"fail": 3, "partly": 2, "unknown": 1}
"""Verdict -> severity of the findings that make it so."""
CONFORMANCE = "c"
K = TypeVar("K", bound=Hashable)
Named = Iterable[tuple[K, Finding]]


class Effects(msgspec.Struct, Generic[K]):
    """Per cause, counted over datasets that are current."""

    effect: dict[K, float] = msgspec.field(default_factory=lambda: defaultdict(float))
    """Verdicts that wait for it, each shared among the causes that it waits for."""
    blocks: Counter[K] = msgspec.field(default_factory=Counter)
    """Datasets where something waits for it."""
    lifts: Counter[K] = msgspec.field(default_factory=Counter)
    """Datasets where something waits for it alone."""
    criteria: dict[K, Counter[str]] = msgspec.field(default_factory=lambda: defaultdict(Counter))


def effects(data: ReportData, named: Named[K]) -> Effects[K]:
    """The effects of all causes; `named` gives each finding with the key of its cause."""
    by_dataset: dict[str, list[tuple[K, Finding]]] = defaultdict(list)
    by_source: dict[str, list[tuple[K, Finding]]] = defaultdict(list)
    for key, finding in named:
        if finding.subject:
            by_dataset[finding.subject].append((key, finding))
        elif finding.source and finding.criterion:
            by_source[finding.source].append((key, finding))
    sizes = Counter(score.source for score in data.scores)
    result: Effects[K] = Effects()
    for score in data.scores:
        if subject(data, score.dataset).current:
            here, wide = by_dataset.get(score.dataset, []), by_source.get(score.source, [])
            _count(result, _slots(score, here, wide, sizes[score.source]))
    return result


def _count(result: Effects[K], slots: Iterator[tuple[str, set[K]]]) -> None:
    blocked: set[K] = set()
    lifted: set[K] = set()
    for name, blockers in slots:
        for key in blockers:
            result.effect[key] += 1 / len(blockers)
            result.criteria[key][name] += 1
        blocked |= blockers
        if len(blockers) == 1:
            lifted |= blockers
    result.blocks.update(blocked)
    result.lifts.update(lifted)


def _slots(
    score: Score, here: list[tuple[K, Finding]], wide: list[tuple[K, Finding]], size: int
) -> Iterator[tuple[str, set[K]]]:
    """What could rise on one dataset, each with the causes that it waits for.

    A finding that stands for many datasets of a source names none of them: it counts where it
    stands for most of them, or where nothing else explains the verdict.
    """
    failed = {profile for profile, fine in score.conforms.items() if not fine}
    broken = {k for k, f in here if f.severity.rank == 3 and failed & {f.profile, *f.profiles}}
    for criterion, verdict in score.criteria.items():
        needed = NEEDED.get(verdict)
        if needed is None:
            continue
        found = _at(here, criterion, needed)
        common = _at(wide, criterion, needed, least=size / 2)
        if criterion == "6" and needed == 3 and broken:
            yield criterion, broken
        else:
            yield criterion, found | common or _at(wide, criterion, needed)
    yield CONFORMANCE, broken


def _at(findings: list[tuple[K, Finding]], criterion: str, rank: int, least: float = 0) -> set[K]:
    return {
        key
        for key, f in findings
        if f.criterion == criterion and f.severity.rank == rank and f.count >= least
    }


def touched(data: ReportData, finding: Finding, scores: Mapping[str, list[Score]]) -> set[str]:
    """The datasets that a finding is about; of one that stands for many, those it can be."""
    if finding.subject:
        return {finding.subject}
    group = scores.get(finding.source, []) if finding.source else []
    if finding.criterion:
        verdict = {rank: name for name, rank in NEEDED.items()}[finding.severity.rank]
        return {x.dataset for x in group if x.criteria.get(finding.criterion) == verdict}
    return {x.dataset for x in group} if finding.count >= len(group) else set()
