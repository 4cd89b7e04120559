"""`run`: harvest, build, check, publish and load in one go, and what became of each source."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dcat_harvest import (
    __version__,
    facets,
    filling,
    guards,
    recheck,
    records,
    same,
)
from dcat_harvest.beside import beside
from dcat_harvest.build import Built, build, tombstone
from dcat_harvest.claims import claim
from dcat_harvest.conflicts import conflicts
from dcat_harvest.gather import Sources, amend_records, gather
from dcat_harvest.harvest import Fetches, Progress, harvest
from dcat_harvest.iri import Names, digest
from dcat_harvest.jsonld import tidy
from dcat_harvest.judge import judge
from dcat_harvest.memo import Memos, rules
from dcat_harvest.provenance import provenance
from dcat_harvest.publish import files, release
from dcat_harvest.recheck import Rechecked
from dcat_harvest.report.data import ReportData
from dcat_harvest.report.history import earlier
from dcat_harvest.settings import Settings, iso
from dcat_harvest.sources import Source
from dcat_harvest.tell import manifest, report_data
from dcat_harvest.terms import terms

if TYPE_CHECKING:
    from subprocess import Popen

Say = Callable[[str], None]


class Outcome(msgspec.Struct, kw_only=True):
    """What a run did: the release and what to tell the user."""

    release: Path
    name: str
    fresh: bool
    """False: nothing changed, so the release is the one that was there."""
    data: ReportData
    errors: dict[str, str]
    store_error: str = ""

    @property
    def exit_code(self) -> int:
        """0, 3 where a source failed or a guard fired, 4 where the store refused."""
        return 4 if self.store_error else 3 if self.errors else 0


def run(
    sources: Sequence[Source],
    fetches: Fetches,
    output: Path,
    settings: Settings,
    now: datetime,
    *,
    progress: Progress | None = None,
    say: Say = lambda text: None,
    accept_shrink: Iterable[str] = (),
    evidence: str = "",
    full: bool = False,
) -> Outcome:
    """The whole pipeline. Raises HarvestError before anything current is touched.

    `evidence` is a sum of what pages are answered from, where that is known beforehand (the WARC
    files of a replay), else the web is asked (`recheck`): with the same answers, rules and settings
    as the current release there is nothing to do, unless `full`.
    """
    release.check_writable(output)
    with release.locked(output):
        before = release.current(output)
        is_known = evidence or isinstance(fetches, Rechecked)
        inputs = _inputs(sources, settings, evidence) if is_known else ""
        say("harvest")
        good = None if full else _good(output)
        if good and recheck.is_same(output, inputs, good.name, fetches, sources, progress):
            return _unchanged(good)
        guards.check_clock(_old_manifest(before).get("generated", ""), iso(now), full=full)
        harvested = harvest(sources, fetches, progress=progress)
        gathered = gather(harvested, before, iso(now), set(accept_shrink))
        memos = Memos(output / "memo", fresh=full)
        outcome = publish(gathered, output, settings, now, say=say, memos=memos)
        if is_known and not outcome.store_error:
            recheck.note(output, inputs, outcome.name, fetches)
        return outcome


def _inputs(sources: Sequence[Source], settings: Settings, evidence: str) -> str:
    """A sum of everything that a release is made from, but the clock."""
    asked = [msgspec.json.encode(s.manifest).decode() for s in sources]
    bare = msgspec.structs.replace(settings, now="", output="", notify_command="", notify_url="")
    rest = msgspec.json.encode(bare).decode()
    folder = Path(settings.amendments)
    amended = [p.read_text("utf-8") for p in sorted(folder.rglob("*.toml")) if p.is_file()]
    return digest("\n".join([__version__, rules(), evidence, rest, *asked, *amended]), 32)


def _good(output: Path) -> Path | None:
    """The current release where it has its store, and no source failed then."""
    before = release.current(output)
    statuses = [s["status"] for s in _old_manifest(before).get("sources", {}).values()]
    has_store = (output / "store").exists()
    return before if has_store and all(one == "ok" for one in statuses) else None


def _unchanged(before: Path) -> Outcome:
    """The current release, told as a run that found nothing new."""
    from dcat_harvest.report.release import read_files

    data = read_files(before / "quality")
    quiet = {
        k: msgspec.structs.replace(v, new=0, changed=0, gone=0) for k, v in data.sources.items()
    }
    data = msgspec.structs.replace(data, sources=quiet)
    return Outcome(release=before, name=before.name, fresh=False, data=data, errors={})


def publish(
    gathered: Sources,
    output: Path,
    settings: Settings,
    now: datetime,
    *,
    say: Say = lambda text: None,
    memos: Memos | None = None,
) -> Outcome:
    """Build, check, write a release aside, make it current, load the store.

    `memos` hold what earlier runs made, so that only what changed is made again (decision 0040).
    """
    names, before, memos = Names(settings.base), release.current(output), memos or Memos()
    amend_records(gathered, Path(settings.amendments))
    say("build")
    built = build_catalogue(gathered, names, settings, now, memos)
    say("check")
    found, scores = judge(built, gathered, settings, now, memos)
    claim(built, scores)
    content, old = content_name(built, gathered, settings), _old_manifest(before)
    data = report_data(gathered, found, scores, settings, content, before, now)
    data = msgspec.structs.replace(data, history=earlier(before))
    if before and old.get("release") == content:
        error = "" if (output / "store").exists() else filling.load(output, settings)
        return Outcome(
            release=before,
            name=content,
            fresh=False,
            data=data,
            errors=gathered.errors,
            store_error=error,
        )
    say("publish")
    with release.staged(output) as folder:
        with beside(lambda: write_pages(folder, built, gathered, data, names, before, memos)):
            write_catalogue(folder, built, gathered, names)
            begun = write_quality(folder, data, output, settings)
        release.seal(folder, manifest(data, gathered, settings))
        filling.await_filled(begun)
        target = release.adopt(output, folder, content)
        say("load")
        store_error = filling.swap(begun)
    release.prune(output, settings.keep)
    if settings.endpoint and not store_error:
        store_error = filling.load(output, settings, settings.endpoint)
    return Outcome(
        release=target,
        name=content,
        fresh=True,
        data=data,
        errors=gathered.errors,
        store_error=store_error,
    )


def build_catalogue(
    gathered: Sources, names: Names, settings: Settings, now: datetime, memos: Memos | None = None
) -> Built:
    """The catalogue of what was gathered, tombstones included."""
    tombs = [
        tombstone(names, source, key, was.title, was.modified)
        for source, gone in sorted(gathered.state.gone.items())
        for key, was in sorted(gone.items())
        if was.kind == "dataset"
    ]
    changed = [k.modified for group in gathered.state.known.values() for k in group.values()]
    held = {source: datasets for source, (datasets, _) in gathered.records.items()}
    linked = same.pairs(held)
    memo = (memos or Memos()).open("build", names.base)
    built = build(
        gathered.records,
        names=names,
        catalog=settings.catalog,
        dates=lambda d: records.dates(gathered.state, d),
        withdrawn=tombs,
        modified=max([*changed, *(t["modified"]["@value"] for t in tombs)], default=iso(now)),  # type: ignore[index]
        more=same.joined(same.links(linked, held, names), facets.subjects(held, names)),
        memo=memo,
    )
    memo.save()
    built.findings += conflicts(linked, held)
    return built


def content_name(built: Built, gathered: Sources, settings: Settings) -> str:
    """The name of a release: a sum of its content without the clock (design, decision 23)."""
    import hashlib

    dct = "<http://purl.org/dc/terms/"
    told = (("#record", "issued"), ("#record", "modified"), ("/catalog", "modified"))
    clock = tuple(f"{where}> {dct}{when}>" for where, when in told)
    summed = hashlib.sha256()
    for source in sorted(built.lines):
        for text in built.lines[source]:
            if not any(mark in text for mark in clock):
                summed.update(text.encode())
                summed.update(b"\n")
    statuses = {k: v.status for k, v in gathered.statuses.items()}
    rest = (__version__, settings.base, settings.profiles, statuses, rules())
    summed.update(json.dumps(rest, sort_keys=True).encode())
    return summed.hexdigest()[:16]


def write_catalogue(folder: Path, built: Built, gathered: Sources, names: Names) -> None:
    """The catalogue in every format, records and provenance."""
    files.write_catalog(folder, built)
    (folder / "records").mkdir()
    for source, group in gathered.records.items():
        records.write(folder / "records", source, group)
    for source, ended in gathered.gone.items():
        if ended:
            records.write(folder / "records" / records.GONE, source, (ended, []))
    records.write_state(folder / "records", gathered.state)
    nodes = map(tidy, provenance(gathered.records, names))
    files.write_turtle(folder / "provenance.ttl", files.expected_lines(nodes))
    used = terms(x for group in built.lines.values() for x in group)
    files.write_turtle(folder / "terms.ttl", used)


def write_quality(folder: Path, data: ReportData, output: Path, settings: Settings) -> "Popen[str]":
    """`quality/`; with the measurements there is all that the store holds, so it begins to fill."""
    from dcat_harvest.report import release as reports

    measured = "dqv.ttl"
    reports.write_files(folder / "quality", data, [measured])
    begun = filling.begin(folder, output, settings)
    reports.write_files(folder / "quality", data, [x for x in reports.FILES if x != measured])
    return begun


def write_pages(
    folder: Path,
    built: Built,
    gathered: Sources,
    data: ReportData,
    names: Names,
    before: Path | None,
    memos: Memos | None = None,
) -> None:
    """The site, the feed and VoID."""
    from dcat_harvest.publish import pages

    by_iri = {names.dataset(d.source, d.key): d for x, _ in gathered.records.values() for d in x}
    memo = (memos or Memos()).open("pages")
    pages.write(folder, built, data, names, records=by_iri, before=before, memo=memo)
    memo.save()


def _old_manifest(before: Path | None) -> dict[str, Any]:
    path = before / "manifest.json" if before else None
    if path is None or not path.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))
