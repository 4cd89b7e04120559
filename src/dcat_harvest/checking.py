"""`check` as a function: read what is to be checked, assess it, compare it with a baseline."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dcat_harvest.assess import CRITERIA, Assessment, assess
from dcat_harvest.check.fault import perhaps_stored
from dcat_harvest.check.inputs import read
from dcat_harvest.check.reading import Input
from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph
from dcat_harvest.report.data import ReportData

MOST_INDEXED = 4 * 2**20
"""Bytes of a file whose lines are looked up: nobody annotates a generated dump."""
_BLANK = re.compile(r"(?:^|(?<= ))_:(?=\w+ )")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What to check and how; see the options of `check`."""

    inputs: tuple[str, ...] = ()
    endpoint: str = ""
    output: Path = Path("output")
    profiles: tuple[str, ...]
    shapes: Path | None = None
    engine: str = ""
    workers: int = 1
    base: str = ""
    probe: bool = False
    inside: tuple[str, ...] = ()
    now: str
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    max_findings: int | None = None
    fail_on: str = "violation"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the report's data, sentences for stderr, and the exit code."""

    data: ReportData
    notes: tuple[str, ...]
    exit_code: int


def check_inputs(asked: Asked) -> Checked:
    """Check files, folders, addresses, an endpoint or the current release.

    Raises InputError where there is nothing to check or it is no RDF, UsageError for a wrong
    profile or baseline.
    """
    from dcat_harvest.report import baseline as baselines
    from dcat_harvest.report.choose import choose, failing, ignored, worst

    if asked.update_baseline and not asked.baseline:
        raise UsageError("--update-baseline: name the file to write with --baseline FILE")
    if asked.probe and CRITERIA not in asked.profiles:
        raise UsageError("--probe counts in the criteria: add --profile criteria")
    for pattern in asked.only:
        _check_known(pattern)
    given = _inputs(asked)
    graph = _union([one.graph for one in given])
    made = _assess(graph, asked)
    found = [*(f for one in given for f in one.findings), *made.findings]
    chosen, notes = choose(found, only=asked.only, ignore=ignored(asked.ignore))
    shown = chosen
    if asked.baseline and asked.update_baseline:
        baselines.write(asked.baseline, baselines.make(chosen, asked.profiles))
        notes = (*notes, f"{asked.baseline}: {len(chosen)} findings written as the baseline")
        failed = False
    elif asked.baseline:
        against = baselines.compare(chosen, baselines.read(asked.baseline, asked.profiles))
        shown = against.failing
        notes = (*notes, _compared(against))
        failed = failing(shown, asked.fail_on)
    else:
        failed = failing(shown, asked.fail_on)
    if asked.max_findings is not None and len(shown) > asked.max_findings:
        notes = (*notes, f"{len(shown)} findings, the {asked.max_findings} most severe are shown")
        shown = worst(shown, asked.max_findings)
    if asked.endpoint:
        shown = tuple(perhaps_stored(shown))
    data = _data(graph, made, shown, notes, given, asked)
    return Checked(data=data, notes=notes, exit_code=int(failed))


def catalogue(asked: Asked) -> Graph:
    """The graph of the inputs, or of the current release."""
    return _union([one.graph for one in _inputs(asked)])


def _compared(against: object) -> str:
    new, worse, fixed = (len(getattr(against, x)) for x in ("new", "worse", "fixed"))
    return f"against the baseline: {new} new, {worse} worse, {fixed} fixed"


def _inputs(asked: Asked) -> list[Input]:
    if asked.endpoint:
        from dcat_harvest.check.web import read_endpoint
        from dcat_harvest.store.endpoint import endpoint_of

        return [read_endpoint(endpoint_of(_address(asked.endpoint)).query)]
    if asked.inputs:
        return [read(source, workers=asked.workers) for source in asked.inputs]
    from dcat_harvest.publish.release import current

    release = current(asked.output)
    if release is None:
        raise UsageError(
            f"{asked.output}: no release to check; name a file, or run `dcat-harvest run` first"
        )
    return [read(str(release / "catalog.nt"))]


def _check_known(pattern: str) -> None:
    """Refuse a code that there is not: with a slip of the pen `--only` lets every build pass."""
    from difflib import get_close_matches
    from fnmatch import fnmatchcase

    from dcat_harvest.check import checklist
    from dcat_harvest.findings import kinds

    criterion = pattern.removeprefix("criterion-")
    codes = [*kinds(), *checklist.checks(), *map(str, checklist.CRITERIA)]
    code = criterion if criterion.isdigit() else pattern.partition("/")[0]
    if not any(fnmatchcase(x, code) for x in codes):
        near = ", ".join(get_close_matches(code, codes, 3)) or "a criterion, 1 to 8"
        raise UsageError(f"--only {pattern!r}: there is no such code; did you mean {near}?")


def _address(endpoint: str) -> str:
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(f"--endpoint {endpoint!r}: write an address that begins with http(s)://")
    return endpoint


def _union(graphs: Sequence[Graph]) -> Graph:
    """One graph of several; a blank node stays its own file's."""
    if len(graphs) == 1:
        return graphs[0]
    return Graph(_BLANK.sub(f"_:f{number}", line) for number, g in enumerate(graphs) for line in g)


def _assess(graph: Graph, asked: Asked) -> Assessment:
    probes = None
    if asked.probe:
        from dcat_harvest.check.links import Prober, links
        from dcat_harvest.check.statements import Index
        from dcat_harvest.guard import Guard
        from dcat_harvest.live import user_agent

        cache = asked.output / "archive" / "probes.jsonl"
        guard = Guard(inside=asked.inside)
        prober = Prober(user_agent(), now=lambda: asked.now, guard=guard, cache=cache)
        sys.stderr.write("asking every address once …\n")
        probes = prober.probe(links(Index(graph)))
    return assess(
        graph,
        profiles=asked.profiles,
        now=asked.now,
        shapes=asked.shapes,
        engine=asked.engine,
        workers=asked.workers,
        base=asked.base,
        probes=probes,
    )


def _data(
    graph: Graph,
    made: Assessment,
    shown: Sequence[Finding],
    notes: tuple[str, ...],
    given: Sequence[Input],
    asked: Asked,
) -> ReportData:
    from datetime import date

    from dcat_harvest import __version__
    from dcat_harvest.report.subjects import Subjects

    iris = {s.dataset for s in made.scores} | {f.subject for f in shown if f.subject}
    today = date.fromisoformat(asked.now[:10])
    lines = _line_index(given, asked.base)
    return ReportData(
        generated=asked.now,
        title=", ".join(one.where for one in given),
        base=asked.base,
        version=__version__,
        profiles=tuple(p for p in asked.profiles if p != CRITERIA),
        scores=tuple(made.scores),
        findings=tuple(shown),
        subjects=Subjects(graph, sorted(iris), today=today, lines=lines),
        notes=notes,
    )


def _line_index(given: Sequence[Input], base: str) -> dict[str, tuple[str, int]]:
    """Where each subject begins, for inputs that are Turtle files."""
    from dcat_harvest.report.lines import index

    found: dict[str, tuple[str, int]] = {}
    for one in given:
        path = Path(one.where)
        is_text = path.suffix in (".ttl", ".nt", ".trig") and path.is_file()
        if is_text and path.stat().st_size <= MOST_INDEXED:
            text = path.read_text(encoding="utf-8", errors="replace")
            found.update(index(text, one.where, base))
    return found
