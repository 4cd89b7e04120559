"""The findings and scores of a built catalogue, and what holds for a whole source counted once."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from dcat_harvest.build import Built
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.gather import Sources, number
from dcat_harvest.iri import Names
from dcat_harvest.memo import Memos
from dcat_harvest.model import Score
from dcat_harvest.settings import Settings, iso


def judge(
    built: Built,
    gathered: Sources,
    settings: Settings,
    now: datetime,
    memos: Memos | None = None,
) -> tuple[list[Finding], list[Score]]:
    """Findings of every kind, and the scores of every dataset."""
    from dcat_harvest.assess import CRITERIA, Assessment, assess
    from dcat_harvest.claims import answered

    keys = {
        e.iri: (e.source, e.key) for g in built.entries.values() for e in g if e.kind == "dataset"
    }
    by_iri = {
        Names(settings.base).dataset(d.source, d.key): d
        for datasets, _ in gathered.records.values()
        for d in datasets
    }
    made = Assessment(findings=[], scores=[])
    if any(datasets for datasets, _ in gathered.records.values()):
        made = assess(
            built.graph(),
            profiles=(*settings.profiles, CRITERIA),
            now=iso(now),
            shapes=Path(settings.shapes) if settings.shapes else None,
            engine=settings.engine,
            workers=settings.workers,
            base=settings.base,
            origins={iri: d.origins for iri, d in by_iri.items()},
            keys=keys,
            records=by_iri,
            memos=memos,
        )
    found = [*gathered.findings, *built.findings, *answered(made.findings, made.scores)]
    totals = {source: number(datasets) for source, (datasets, _) in gathered.records.items()}
    return collapse([_placed(f, settings.base) for f in found], totals), made.scores


WHOLE_SOURCE = 0.9


FEWEST = 20


def collapse(findings: list[Finding], totals: Mapping[str, int]) -> list[Finding]:
    """What holds for a whole source becomes one finding with a count (design, decision 8).

    A whole source: nine of ten of its datasets, and twenty at least. A violation of a profile
    stays with its dataset.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for f in findings:
        alone = f.severity is Severity.VIOLATION and f.profile not in ("", "criteria")
        name = (f.source, f.code, f.severity, f.path, f.component, f.profile, f.actor)
        groups.setdefault((*name, f.subject + f.focus_node if alone else ""), []).append(f)
    out: list[Finding] = []
    for group in groups.values():
        first = group[0]
        subjects = len({f.subject for f in group})
        if subjects < max(FEWEST, WHOLE_SOURCE * totals.get(first.source, 0)):
            out += group
        else:
            count = sum(f.count for f in group)
            out.append(msgspec.structs.replace(first, count=count, subject="", key=""))
    return out


def _placed(f: Finding, base: str) -> Finding:
    """A finding of a reader knows source and key; now there is an IRI for it too."""
    if f.subject or not (f.source and f.key):
        return f
    return msgspec.structs.replace(f, subject=Names(base).dataset(f.source, f.key))
