"""`run`: harvest, build, check, publish and load in one go, and what became of each source."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dcat_harvest import __version__, amend, facets, guards, records, renames, resources, same
from dcat_harvest.beside import beside
from dcat_harvest.build import Built, build, provenance, tombstone
from dcat_harvest.conflicts import conflicts
from dcat_harvest.errors import HarvestError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.harvest import Fetches, Harvested, Progress, harvest
from dcat_harvest.iri import Names, digest
from dcat_harvest.jsonld import tidy
from dcat_harvest.model import Dataset, Score
from dcat_harvest.publish import files, release
from dcat_harvest.records import Records, State
from dcat_harvest.report.data import Change, ReportData, SourceStatus, Subject
from dcat_harvest.report.fields import missing_field
from dcat_harvest.report.history import earlier
from dcat_harvest.report.subjects import is_kept
from dcat_harvest.settings import Settings, iso
from dcat_harvest.sources import Source
from dcat_harvest.terms import terms

if TYPE_CHECKING:
    from subprocess import Popen

Say = Callable[[str], None]


class Sources(msgspec.Struct, kw_only=True):
    """Records of all sources to publish, kept ones included, and how each source fared."""

    records: dict[str, Records]
    statuses: dict[str, SourceStatus]
    findings: list[Finding]
    state: State
    changes: dict[str, dict[str, list[str]]]
    errors: dict[str, str]


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
    files of a replay): with the same evidence, rules and settings as the current release there is
    nothing to do, unless `full`.
    """
    release.check_writable(output)
    with release.locked(output):
        inputs = _inputs(sources, settings, evidence) if evidence else ""
        same = None if full or not inputs else _unchanged(output, inputs)
        if same is not None:
            return same
        generated = _old_manifest(release.current(output)).get("generated", "")
        guards.check_clock(generated, iso(now), full=full)
        say("harvest")
        harvested = harvest(sources, fetches, progress=progress)
        gathered = gather(harvested, release.current(output), iso(now), set(accept_shrink))
        return publish(gathered, output, settings, now, say=say, inputs=inputs)


def _inputs(sources: Sequence[Source], settings: Settings, evidence: str) -> str:
    """A sum of everything that a release is made from, but the clock."""
    asked = [msgspec.json.encode(s.manifest).decode() for s in sources]
    bare = msgspec.structs.replace(settings, now="", output="", notify_command="", notify_url="")
    rest = msgspec.json.encode(bare).decode()
    folder = Path(settings.amendments)
    amended = [p.read_text("utf-8") for p in sorted(folder.rglob("*.toml")) if p.is_file()]
    return digest("\n".join([__version__, _rules(), evidence, rest, *asked, *amended]), 32)


def _unchanged(output: Path, inputs: str) -> Outcome | None:
    """The current release, where it was made from the very same, and no source failed then."""
    from dcat_harvest.report.release import read_files

    before = release.current(output)
    old = _old_manifest(before)
    if before is None or old.get("inputs") != inputs or not (output / "store").exists():
        return None
    if any(s["status"] != "ok" for s in old["sources"].values()):
        return None
    data = read_files(before / "quality")
    quiet = {
        k: msgspec.structs.replace(v, new=0, changed=0, gone=0) for k, v in data.sources.items()
    }
    data = msgspec.structs.replace(data, sources=quiet)
    return Outcome(release=before, name=before.name, fresh=False, data=data, errors={})


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
    for raw in harvested:
        kept = records.read(folder, raw.source) if folder else ([], [])
        aliases[raw.source] = renames.renames(kept[0], raw, old.aliases.get(raw.source, {}))
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
    out.state.aliases = {source: known for source, known in sorted(aliases.items()) if known}
    for source, known in out.statuses.items():
        kinds = out.changes[source]
        out.statuses[source] = msgspec.structs.replace(
            known,
            datasets=_number(out.records[source][0]),
            new=_counted(out.state, source, [*kinds["new"], *kinds["back"]]),
            changed=_counted(out.state, source, kinds["changed"]),
            gone=_counted(out.state, source, kinds["gone"]),
        )
    return out


def _number(datasets: Iterable[Dataset]) -> int:
    """Count datasets and series; a resource of another kind is none."""
    return sum(d.kind != "resource" for d in datasets)


def _counted(state: State, source: str, keys: Iterable[str]) -> int:
    known = {**state.gone.get(source, {}), **state.known.get(source, {})}
    return sum(known[key].kind != "resource" for key in keys)


def _amend(gathered: Sources, folder: Path) -> None:
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


def publish(
    gathered: Sources,
    output: Path,
    settings: Settings,
    now: datetime,
    *,
    say: Say = lambda text: None,
    inputs: str = "",
) -> Outcome:
    """Build, check, write a release aside, make it current, load the store."""
    names, before = Names(settings.base), release.current(output)
    _amend(gathered, Path(settings.amendments))
    say("build")
    built = build_catalogue(gathered, names, settings, now)
    say("check")
    found, scores = check(built, gathered, settings, now)
    content = content_name(built, gathered, settings)
    old = _old_manifest(before)
    data = _report_data(gathered, found, scores, settings, content, before, now)
    data = msgspec.structs.replace(data, history=earlier(before))
    if before and old.get("release") == content:
        error = "" if (output / "store").exists() else _load_store(output, settings)
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
        with beside(lambda: write_pages(folder, built, gathered, data, names, before)):
            write_graphs(folder, built, gathered, data, names)
            filling = fill_store(folder, output, settings)
        release.seal(folder, {**_manifest(data, gathered, settings), "inputs": inputs})
        _await_filled(filling)
        target = release.adopt(output, folder, content)
        say("load")
        store_error = _swap_store(filling)
    release.prune(output, settings.keep)
    if settings.endpoint and not store_error:
        store_error = _load_store(output, settings, settings.endpoint)
    return Outcome(
        release=target,
        name=content,
        fresh=True,
        data=data,
        errors=gathered.errors,
        store_error=store_error,
    )


def build_catalogue(gathered: Sources, names: Names, settings: Settings, now: datetime) -> Built:
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
    built = build(
        gathered.records,
        names=names,
        catalog=settings.catalog,
        dates=lambda d: records.dates(gathered.state, d),
        withdrawn=tombs,
        modified=max([*changed, *(t["modified"]["@value"] for t in tombs)], default=iso(now)),  # type: ignore[index]
        more=same.joined(same.links(linked, held, names), facets.subjects(held, names)),
    )
    built.findings += conflicts(linked, held)
    return built


def check(
    built: Built, gathered: Sources, settings: Settings, now: datetime
) -> tuple[list[Finding], list[Score]]:
    """Findings of every kind, and the scores of every dataset."""
    from dcat_harvest.assess import CRITERIA, Assessment, assess

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
        )
    found = [*gathered.findings, *built.findings, *made.findings]
    totals = {source: _number(datasets) for source, (datasets, _) in gathered.records.items()}
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


def content_name(built: Built, gathered: Sources, settings: Settings) -> str:
    """The name of a release: a sum of its content without the clock (design, decision 23)."""
    import hashlib

    clock = ("#record> <http://purl.org/dc/terms/", "/catalog> <http://purl.org/dc/terms/modified>")
    summed = hashlib.sha256()
    for source in sorted(built.lines):
        for text in built.lines[source]:
            if not any(mark in text for mark in clock):
                summed.update(text.encode())
                summed.update(b"\n")
    statuses = {k: v.status for k, v in gathered.statuses.items()}
    rest = (__version__, settings.base, settings.profiles, statuses, _rules())
    summed.update(json.dumps(rest, sort_keys=True).encode())
    return summed.hexdigest()[:16]


def _rules() -> str:
    """A sum of shapes and vocabulary: other rules make another release."""
    kinds = (".ttl", ".toml", ".jsonld", ".txt", ".nt")
    found = sorted(p for d in ("shapes", "vocab") for p in resources.path(d).rglob("*"))
    return digest("".join(digest(p.read_text("utf-8")) for p in found if p.suffix in kinds), 16)


def write_graphs(
    folder: Path, built: Built, gathered: Sources, data: ReportData, names: Names
) -> None:
    """The catalogue in every format, records, provenance and quality: what the store holds."""
    files.write_catalog(folder, built)
    (folder / "records").mkdir()
    for source, group in gathered.records.items():
        records.write(folder / "records", source, group)
    records.write_state(folder / "records", gathered.state)
    nodes = map(tidy, provenance(gathered.records, names))
    files.write_turtle(folder / "provenance.ttl", files.expected_lines(nodes))
    used = terms(x for group in built.lines.values() for x in group)
    files.write_turtle(folder / "terms.ttl", used)
    write_quality(folder / "quality", data)


def write_pages(
    folder: Path,
    built: Built,
    gathered: Sources,
    data: ReportData,
    names: Names,
    before: Path | None,
) -> None:
    """The site, the feed and VoID."""
    from dcat_harvest.publish import pages

    by_iri = {names.dataset(d.source, d.key): d for x, _ in gathered.records.values() for d in x}
    pages.write(folder, built, data, names, records=by_iri, before=before)


def write_quality(folder: Path, data: ReportData) -> None:
    """`quality/`: the findings and the reports, those for a whole source counted once."""
    from dcat_harvest.report import release as reports
    from dcat_harvest.report import write

    reports.write_files(folder, data)
    with (folder / "dqv.ttl").open("wb") as file:
        write("dqv", _totals(data), file)


def _totals(data: ReportData) -> ReportData:
    """Without the single MQA metrics, which stand in report.json: they would be nine tenths."""
    scores = tuple(
        msgspec.structs.replace(s, mqa={k: v for k, v in s.mqa.items() if k != "metrics"})
        for s in data.scores
    )
    return msgspec.structs.replace(data, scores=scores)


def fill_store(folder: Path, output: Path, settings: Settings) -> "Popen[str]":
    """Begin to fill a new embedded store from a staged release, in a process beside this one."""
    from subprocess import PIPE, Popen

    store = str(output / "store")
    module = "dcat_harvest.store.release"
    command = [sys.executable, "-m", module, str(folder), store, settings.base]
    return Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)  # noqa: S603 - ours


def _await_filled(filling: "Popen[str]") -> None:
    """Wait until the staged release has been read: its folder is about to get its name."""
    assert filling.stdout is not None
    filling.stdout.readline()


def _swap_store(filling: "Popen[str]") -> str:
    """Let the filled store take the old one's place; gives the error where that failed."""
    _, said = filling.communicate("the release is current\n")
    if filling.returncode == 0:
        return ""
    return said.strip().rpartition("\n")[2] or f"the store was not filled ({filling.returncode})"


def _load_store(output: Path, settings: Settings, endpoint: str = "") -> str:
    """Load the current release; gives the error where the store refuses."""
    from dcat_harvest.store.release import load

    try:
        load(output, settings.base, endpoint)
    except HarvestError as error:
        return str(error)
    return ""


def _old_manifest(before: Path | None) -> dict[str, Any]:
    path = before / "manifest.json" if before else None
    if path is None or not path.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _report_data(
    gathered: Sources,
    found: list[Finding],
    scores: list[Score],
    settings: Settings,
    name: str,
    before: Path | None,
    now: datetime,
) -> ReportData:
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


def _manifest(data: ReportData, gathered: Sources, settings: Settings) -> dict[str, Any]:
    return {
        "release": data.release,
        "generated": data.generated,
        "version": __version__,
        "base": settings.base,
        "profiles": list(settings.profiles),
        "datasets": sum(_number(d) for d, _ in gathered.records.values()),
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


def clean_work(output: Path) -> None:
    """Remove what an interrupted stage left behind."""
    shutil.rmtree(output / "work", ignore_errors=True)
