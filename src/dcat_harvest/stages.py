"""The pipeline stage by stage, with files between: `work/` in the output folder."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from dcat_harvest import records
from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.gather import gather
from dcat_harvest.graph import Graph
from dcat_harvest.harvest import Fetches, Harvested, Progress, harvest
from dcat_harvest.iri import Names
from dcat_harvest.publish import release
from dcat_harvest.run import Outcome, Say, build_catalogue, publish
from dcat_harvest.settings import Settings, iso
from dcat_harvest.sources import Source


def harvest_into(
    sources: Iterable[Source], fetches: Fetches, output: Path, *, progress: Progress | None = None
) -> dict[str, str]:
    """Harvest into `work/records` and `work/harvest.json`; gives the errors by source."""
    work = output / "work"
    work.mkdir(parents=True, exist_ok=True)
    known = _read(work / "harvest.json")
    errors: dict[str, str] = {}
    for one in harvest(sources, fetches, progress=progress):
        records.write(work / "records", one.source, (one.datasets, one.services))
        known[one.source] = {
            "failed": one.failed,
            "pages": one.pages,
            "missed": one.missed,
            "findings": [msgspec.to_builtins(f) for f in one.findings],
        }
        if one.failed:
            errors[one.source] = one.failed
    (work / "harvest.json").write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    return errors


def _read(path: Path) -> dict[str, dict[str, object]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def harvested(output: Path) -> list[Harvested]:
    """What the last `fetch` or `read` left; UsageError where there is nothing."""
    work = output / "work"
    known = _read(work / "harvest.json")
    if not known:
        raise UsageError(f"{work}: no records here; run `dcat-harvest fetch` or `read` first")
    found = []
    for source, said in sorted(known.items()):
        datasets, services = records.read(work / "records", source)
        found.append(
            Harvested(
                source=source,
                datasets=datasets,
                services=services,
                findings=msgspec.convert(said["findings"], list[Finding]),
                failed=str(said["failed"]),
                missed=msgspec.convert(said.get("missed", {}), dict[str, int]),
            )
        )
    return found


def build_work(output: Path, settings: Settings, now: datetime) -> tuple[Path, int]:
    """Build the catalogue of the records: `work/catalog.nt`; gives it and its statements."""
    gathered = gather(harvested(output), release.current(output), iso(now), set())
    graph: Graph = build_catalogue(gathered, Names(settings.base), settings, now).graph()
    path = output / "work" / "catalog.nt"
    path.write_bytes(graph.nt())
    return path, len(graph)


def publish_work(
    output: Path, settings: Settings, now: datetime, accept_shrink: set[str], *, say: Say
) -> Outcome:
    """Make the records of `work/` the current release."""
    gathered = gather(harvested(output), release.current(output), iso(now), accept_shrink)
    return publish(gathered, output, settings, now, say=say)
