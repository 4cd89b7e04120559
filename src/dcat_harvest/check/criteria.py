"""The eight criteria of open data: a verdict per dataset and criterion, with its findings.

What SHACL can say is in `shapes/criteria.ttl` and evaluated by `constraints`; what it cannot is
in `expectations` and `probed`. A verdict is the worst of the checks under its criterion.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from dcat_harvest.check import constraints, evidence, expectations, probed, profiles, sayings
from dcat_harvest.check.checklist import CRITERIA, Check, Verdict, checks
from dcat_harvest.check.context import CodeCheck, Context, Seen
from dcat_harvest.check.expectations import first_day
from dcat_harvest.check.pool import no_collection
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.statements import Index, bare, named, text
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph
from dcat_harvest.model import Origin

PROFILE = "criteria"
OFFICIAL = profiles.profile(PROFILE).counts[0]
"""The profile that criterion 6 counts."""
WORST: Mapping[Verdict, int] = {"fail": 3, "partly": 2, "unknown": 1, "pass": 0}
CODE: Mapping[str, CodeCheck] = {
    "c1-assumed": expectations.assumed_access,
    "c1-suppression": sayings.suppression,
    "c2-cost-text": sayings.cost_text,
    "c3-assumed": expectations.assumed_licence,
    "c4-registration": sayings.registration,
    "c5-name": expectations.file_name,
    "c5-media-type": expectations.media_type,
    "c6-profile": expectations.official,
    "c6-recommended": expectations.recommended,
    "c6-unchecked": expectations.unchecked,
    "c7-dates": expectations.dates,
    "c7-stale": expectations.stale,
    "c7-suppression": sayings.suppression,
    "c8-copied": expectations.copied,
    "c8-says-title": expectations.says_title,
    "c8-title-file": expectations.title_is_file,
    **probed.CHECKS,
}
# Checks in code that see more than the graph: the day, origins, other datasets. Without probes.
OUTSIDE: tuple[CodeCheck, ...] = (
    expectations.assumed_access,
    expectations.assumed_licence,
    expectations.official,
    expectations.recommended,
    expectations.unchecked,
    expectations.dates,
    expectations.stale,
    expectations.copied,
)
_HOLE = re.compile(r"\{(\w+)\}")
Origins = Mapping[str, Mapping[str, Origin]]
Verdicts = Mapping[str, Verdict]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the criteria say of the datasets of a graph."""

    verdicts: Mapping[str, Verdicts]
    """Dataset IRI (bare) -> "1" to "8" -> verdict, datasets in order of their terms."""
    findings: tuple[Finding, ...]


def judge(
    graph: Graph | Index,
    *,
    now: str,
    official: Iterable[Finding] | None = None,
    profile: str = OFFICIAL,
    origins: Origins | None = None,
    probes: Mapping[str, Probe] | None = None,
    sources: Mapping[str, str] | None = None,
    datasets: Sequence[str] | None = None,
) -> Judgement:
    """Judge every dataset of a graph by the eight criteria.

    `now` is an ISO 8601 date or time. `official` are the findings of `profile`, None where that
    was not checked (criterion 6 is then unknown). `sources` maps dataset IRI to source name.
    `datasets` limits it to these IRIs.
    """
    index = graph if isinstance(graph, Index) else Index(graph)
    subjects = None if datasets is None else tuple(map(named, datasets))
    context = context_of(
        index, now=now, official=official, profile=profile, origins=origins, probes=probes
    )
    with no_collection():
        return _judged(context, subjects or constraints.datasets(index), sources or {})


def context_of(
    index: Index,
    *,
    now: str,
    official: Iterable[Finding] | None,
    profile: str = OFFICIAL,
    origins: Origins | None = None,
    probes: Mapping[str, Probe] | None = None,
) -> Context:
    """All that the checks may know; the arguments are those of `judge`."""
    return Context(
        index=index,
        today=first_day(now),
        origins=origins or {},
        probes=probes or {},
        official=None if official is None else _by_dataset(official, profile),
        profile=profile,
        copies=expectations.shared_descriptions(index, constraints.datasets(index)),
    )


def _judged(context: Context, subjects: Sequence[str], sources: Mapping[str, str]) -> Judgement:
    found: list[Finding] = []
    verdicts: dict[str, Verdicts] = {}
    for dataset in subjects:
        these = noted(context, dataset)
        verdicts[bare(dataset)] = verdict(x.name for x in these)
        source = sources.get(bare(dataset), "")
        found += (told(x, dataset, source) for x in these)
    return Judgement(verdicts=verdicts, findings=tuple(found))


class Noted(msgspec.Struct, frozen=True, array_like=True):
    """What a check found at a dataset, with its evidence: a finding but for its texts."""

    name: str
    first: Seen
    count: int
    evidence: str


Known = Mapping[CodeCheck, list[Seen]]


def noted(context: Context, dataset: str, known: Known | None = None) -> list[Noted]:
    """What the checks found at a dataset (a term); `known` checks are not done again."""
    return [
        Noted(
            name,
            x[0],
            x[0].count if len(x) == 1 else len(x),
            _evidence(context.index, dataset, checks()[name], x[0]),
        )
        for name, x in observations(context, dataset, known).items()
    ]


def observations(
    context: Context, dataset: str, known: Known | None = None
) -> dict[str, list[Seen]]:
    """Check to what it found at a dataset (a term), in order, without what `after` makes idle."""
    found: dict[str, list[Seen]] = defaultdict(list)
    for hit in constraints.hits(context.index, dataset):
        found[hit.check].append(
            Seen(text(hit.value), words={"component": hit.component}, statement=hit.value)
        )
    done: dict[CodeCheck, list[Seen]] = dict(known or {})
    for name, check in CODE.items():
        if name in probed.CHECKS and not context.probes:
            continue
        if check not in done:
            done[check] = list(check(context, dataset))
        if done[check]:
            found[name] = done[check]
    return {
        name: found[name]
        for name, check in checks().items()
        if name in found and not any(x in found for x in check.after)
    }


def verdict(found: Iterable[str]) -> Verdicts:
    """The verdict per criterion, from the names of the checks that found something."""
    result: dict[str, Verdict] = dict.fromkeys(CRITERIA, "pass")
    for name in found:
        check = checks()[name]
        if WORST[check.verdict] > WORST[result[check.criterion]]:
            result[check.criterion] = check.verdict
    return result


def _by_dataset(official: Iterable[Finding], profile: str) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for x in official:
        if x.subject and (x.profile == profile or profile in x.profiles):
            found[x.subject].append(x)
    return found


def told(x: Noted, dataset: str, source: str) -> Finding:
    """The finding of what a check found at a dataset (a term)."""
    check, first, name = checks()[x.name], x.first, x.name
    words = {**first.words, "value": first.value, "count": str(x.count)}
    return Finding(
        code=name,
        severity=check.severity,
        source=source,
        subject=bare(dataset),
        profile=PROFILE,
        profiles=(PROFILE,),
        focus_node=bare(first.node or dataset),
        path=evidence.path_of(name),
        component=first.words.get("component", ""),
        value=first.value,
        shape=check.shape,
        message_nl=_fill(check.message.nl, words),
        message_en=_fill(check.message.en, words),
        remedy_nl=_fill(check.remedy.nl, words),
        remedy_en=_fill(check.remedy.en, words),
        actor=check.actor,
        fault="source" if check.actor == "publisher" else "",
        criterion=check.criterion,
        evidence=x.evidence,
        count=x.count,
    )


def _evidence(index: Index, dataset: str, check: Check, first: Seen) -> str:
    if first.statement:
        return evidence.statement(index, first.node or dataset, first.statement)
    if first.words.get("component") == "MaxCount":  # one too many: what is there shows it
        return next(filter(None, evidence.reached(index, dataset, check)), "")
    return evidence.absence(dataset, evidence.path_text(check.name))


def _fill(template: str, words: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda m: words.get(m[1], m[0]), template) if "{" in template else template


def passes(index: Index, dataset: str, criterion: str) -> Iterator[str]:
    """The statements on which a verdict rests: what the checks of the criterion looked at."""
    subject = named(dataset)
    found = (
        line
        for check in checks().values()
        if check.criterion == criterion
        for line in evidence.reached(index, subject, check)
    )
    yield from dict.fromkeys(x for x in found if x)
