"""What to publish of each source: what was read, or the last good where a guard fires."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from dcat_harvest import amend, guards, records, renames
from dcat_harvest.findings import Finding
from dcat_harvest.harvest import Harvested
from dcat_harvest.model import Dataset
from dcat_harvest.records import Records, State
from dcat_harvest.report.data import SourceStatus
from dcat_harvest.report.fields import missing_field


class Sources(msgspec.Struct, kw_only=True):
    """Records of all sources to publish, kept ones included, and how each source fared."""

    records: dict[str, Records]
    statuses: dict[str, SourceStatus]
    findings: list[Finding]
    state: State
    changes: dict[str, dict[str, list[str]]]
    errors: dict[str, str]
    gone: dict[str, list[Dataset]] = msgspec.field(default_factory=dict)
    """The last record of each dataset that is gone: what comes back renamed is known by it."""


def gather(
    harvested: Iterable[Harvested], before: Path | None, now: str, accept_shrink: set[str]
) -> Sources:
    """What to publish of each source: what was read, or the last good where a guard fires.

    Sources of the last release that were not asked this time stay as they are.
    """
    folder = before / "records" if before else None
    old = records.read_state(folder)
    out = Sources(records={}, statuses={}, findings=[], state=State(), changes={}, errors={})
    kept_keys: dict[str, set[str]] = {}
    aliases = dict(old.aliases)
    held: dict[str, list[Dataset]] = {}
    for raw in harvested:
        kept = records.read(folder, raw.source) if folder else ([], [])
        held[raw.source] = [*_ended(folder, raw.source), *kept[0]]
        were = old.aliases.get(raw.source, {})
        aliases[raw.source] = renames.renames(held[raw.source], raw, were)
        one = renames.apply(raw, aliases[raw.source])
        verdict = guards.judge(one, kept[0], accepted=one.source in accept_shrink)
        out.findings += [*one.findings, *verdict.findings]
        if verdict.status != "ok":
            out.errors[one.source] = verdict.reason
        kept_here = kept[0] if verdict.is_kept else verdict.unsure
        kept_keys[one.source] = {d.key for d in kept_here}
        read = sorted([*one.datasets, *verdict.unsure], key=lambda d: d.key)
        out.records[one.source] = kept if verdict.is_kept else (read, one.services)
        out.statuses[one.source] = SourceStatus(
            status=verdict.status,  # type: ignore[arg-type]
            stale=len(kept_here),
        )
    for source in records.sources_in(folder) if folder else ():
        if source not in out.records and folder:
            out.records[source] = records.read(folder, source)
            out.statuses[source] = SourceStatus(status="ok")
            kept_keys[source] = {d.key for d in out.records[source][0]}
    out.records = dict(sorted(out.records.items()))
    out.state, out.changes = records.advance(old, out.records, now)
    records.leave(out.state, out.changes, old, kept_keys)
    for source, tombs in out.state.gone.items():
        last = {d.key: d for d in held.get(source) or _ended(folder, source)}
        out.gone[source] = [last[key] for key in sorted(tombs) if key in last]
    out.state.aliases = {source: known for source, known in sorted(aliases.items()) if known}
    for source, known in out.statuses.items():
        kinds = out.changes[source]
        out.statuses[source] = msgspec.structs.replace(
            known,
            datasets=number(out.records[source][0]),
            new=_counted(out.state, source, [*kinds["new"], *kinds["back"]]),
            changed=_counted(out.state, source, kinds["changed"]),
            gone=_counted(out.state, source, kinds["gone"]),
        )
    return out


def _ended(folder: Path | None, source: str) -> list[Dataset]:
    """The last records of datasets that were gone before."""
    return records.read(folder / records.GONE, source)[0] if folder else []


def number(datasets: Iterable[Dataset]) -> int:
    """Count datasets and series; a resource of another kind is none."""
    return sum(d.kind != "resource" for d in datasets)


def _counted(state: State, source: str, keys: Iterable[str]) -> int:
    known = {**state.gone.get(source, {}), **state.known.get(source, {})}
    return sum(known[key].kind != "resource" for key in keys)


def amend_records(gathered: Sources, folder: Path) -> None:
    """Put in what people supplied (design, decision 22); what it mends is no finding any more."""
    for source, (datasets, services) in gathered.records.items():
        amended, found = amend.apply_all(datasets, folder)
        mended = {(d.source, d.key): amend.amended_fields(d) for d in amended}
        gathered.records[source] = (amended, services)
        gathered.findings = [
            f
            for f in gathered.findings
            if missing_field(f) not in mended.get((f.source, f.key), ())
        ] + found
