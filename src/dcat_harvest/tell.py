"""What a run tells: the data of its reports, and its manifest."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest import __version__
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.gather import Sources, number
from dcat_harvest.iri import Names
from dcat_harvest.model import Score
from dcat_harvest.records import State
from dcat_harvest.report.data import Change, ReportData, Subject
from dcat_harvest.report.history import earlier
from dcat_harvest.report.subjects import is_kept
from dcat_harvest.settings import Settings, iso


def report_data(
    gathered: Sources,
    found: list[Finding],
    scores: list[Score],
    settings: Settings,
    name: str,
    before: Path | None,
    now: datetime,
) -> ReportData:
    """What the reports of this release are made from."""
    names = Names(settings.base)
    changes = [
        Change(
            kind="new" if kind == "back" else kind,  # type: ignore[arg-type]
            dataset=names.dataset(source, key),
            source=source,
            title=_title(gathered.state, source, key),
        )
        for source, kinds in sorted(gathered.changes.items())
        for kind, keys in kinds.items()
        for key in keys
        if before
    ]
    return ReportData(
        release=name,
        generated=iso(now),
        title=settings.catalog.title,
        base=settings.base,
        version=__version__,
        profiles=settings.profiles,
        scores=tuple(scores),
        findings=tuple(found),
        sources=gathered.statuses,
        subjects={s.dataset: s for s in _subjects(gathered, names, now.date())},
        changes=tuple(changes),
        history=earlier(before),
    )


def _title(state: State, source: str, key: str) -> str:
    known = state.known.get(source, {}).get(key) or state.gone.get(source, {}).get(key)
    return known.title if known else key


def _subjects(gathered: Sources, names: Names, today: date) -> Iterable[Subject]:
    for datasets, _ in gathered.records.values():
        for d in datasets:
            iri = names.dataset(d.source, d.key)
            path = iri.removeprefix(names.base)
            yield Subject(
                dataset=iri,
                title=d.title or d.key,
                publisher=d.publisher.name if d.publisher else "",
                kind=d.kind,
                landing_page=d.landing_page or "",
                page=f"{path}.html",
                rdf=(f"{path}.ttl", f"{path}.jsonld"),
                current=is_kept(d, today),
            )


def manifest(data: ReportData, gathered: Sources, settings: Settings) -> dict[str, Any]:
    """`manifest.json` but for the files: versions, sources, conformance, findings by severity."""
    return {
        "release": data.release,
        "generated": data.generated,
        "version": __version__,
        "base": settings.base,
        "profiles": list(settings.profiles),
        "datasets": sum(number(d) for d, _ in gathered.records.values()),
        "sources": {
            name: {**msgspec.to_builtins(status), "error": gathered.errors.get(name, "")}
            for name, status in sorted(data.sources.items())
        },
        "conformance": conformance(data),
        "findings": {
            s.value: sum(f.count for f in data.findings if f.severity is s) for s in Severity
        },
    }


def conformance(data: ReportData) -> dict[str, Any]:
    """How many datasets conform, how many do not, and per cause."""
    causes: dict[str, set[str]] = {}
    for f in data.findings:
        if f.severity is Severity.VIOLATION and f.profile in data.profiles:
            name = f"{f.component} {f.path.rsplit('/', 1)[-1].rsplit('#', 1)[-1]}".strip()
            causes.setdefault(name, set()).add(f.subject)
    wrong = set().union(*causes.values()) if causes else set()
    total = sum(s.datasets for s in data.sources.values())
    return {
        "conform": total - len(wrong),
        "not_conform": len(wrong),
        "causes": {k: len(v) for k, v in sorted(causes.items(), key=lambda x: -len(x[1]))},
    }
