"""Everything that is judged of a graph: profiles by SHACL, the eight criteria, and the scores."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest import check
from dcat_harvest.check import criteria, score
from dcat_harvest.check.criteria import Origins
from dcat_harvest.check.fault import blamed
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.profiles import profile
from dcat_harvest.check.statements import Index
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph
from dcat_harvest.memo import Memos
from dcat_harvest.model import Dataset, Score
from dcat_harvest.reassess import reassess

CRITERIA = criteria.PROFILE


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of the profiles that were asked for, and a score per dataset."""

    findings: list[Finding]
    scores: list[Score]


def assess(
    graph: Graph,
    *,
    profiles: Sequence[str],
    now: str,
    shapes: Path | None = None,
    engine: str = "",
    workers: int = 1,
    base: str = "",
    origins: Origins | None = None,
    keys: Mapping[str, tuple[str, str]] | None = None,
    probes: Mapping[str, Probe] | None = None,
    records: Mapping[str, Dataset] | None = None,
    memos: Memos | None = None,
) -> Assessment:
    """Check profiles; judge and score where one of them gives verdicts.

    `now` is an ISO 8601 time. `keys` maps dataset IRI to source and key, `records` to our own
    record, so that a value that we lost is told from one that the source lacks. `memos` know what
    was found of the same before.
    A profile that another counts is checked where it was not asked for, and its findings are then
    not given. Raises InputError for an empty graph.
    """
    asked_for = [profile(name) for name in dict.fromkeys(profiles)]
    wanted = [p.name for p in asked_for if not p.verdicts]
    extra = [name for p in asked_for for name in p.counts if name not in wanted]
    memos = memos or Memos()
    memo = memos.open("check")
    shacl = check.check(
        graph,
        profiles=[*wanted, *extra],
        shapes=shapes,
        engine=engine or default_engine(),
        workers=workers,
        base=base,
        memo=memo,
    )
    memo.save()
    if not any(p.verdicts for p in asked_for):
        return Assessment(findings=shacl, scores=[])
    index = Index(graph)
    counted = list(_of_each(graph, shacl))
    given: dict[str, Any] = {"profiles": [*wanted, *extra], "base": base, "keys": keys or {}}
    memo = memos.open("criteria")
    if memo.keeps and not probes:
        context = criteria.context_of(index, now=now, official=counted, origins=origins)
        judged, scores = reassess(context, counted, memo=memo, **given)
        memo.save()
    else:
        sources = {iri: source for iri, (source, _) in (keys or {}).items()}
        judged = criteria.judge(
            index, now=now, official=counted, origins=origins, sources=sources, probes=probes
        )
        scores = score.scores(index, counted, verdicts=judged.verdicts, probes=probes, **given)
    asked = [f for f in shacl if not extra or set(f.profiles or (f.profile,)) - set(extra)]
    found = [*asked, *judged.findings]
    if records is not None:
        found = list(blamed(found, records, index))
    return Assessment(findings=found, scores=scores)


def _of_each(graph: Graph, shacl: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, those about a node that several datasets share once for each of them."""
    shared = check.concerned(graph, shacl)
    for found in shacl:
        yield found
        for dataset in shared.get(found.focus_node, ()):
            if dataset != found.subject:
                yield msgspec.structs.replace(found, subject=dataset)


def default_engine() -> str:
    """`shacl` where its wheel is installed, else `pyshacl` (design, decision 7)."""
    return "shacl" if find_spec("shacl") else "pyshacl"
