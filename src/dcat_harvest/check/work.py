"""The work of a check: which shapes run together, in which batches, on how many workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from dcat_harvest.check import engine as engines
from dcat_harvest.check import reach, shards
from dcat_harvest.check.background import codelists
from dcat_harvest.check.engine import Result, Shapes
from dcat_harvest.check.pool import processes, quick_turns, spread, threads
from dcat_harvest.check.profiles import Loaded
from dcat_harvest.check.shape_needs import Needs, needs
from dcat_harvest.graph import Graph

Told = tuple[Result, tuple[str, ...]]
"""A result, and the profiles that say it."""
RESOURCE = "<http://www.w3.org/2000/01/rdf-schema#Resource>"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Shapes of one or more profiles that can be evaluated together."""

    loaded: tuple[Loaded, ...]
    shapes: Shapes
    said_by: Mapping[str, tuple[str, ...]]
    """Source shape to the profiles that have it."""
    typed: tuple[str, ...]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that engines need."""

    loaded: tuple[Loaded, ...]
    runs: tuple[Run, ...]
    graph: Graph
    links: reach.Links
    owners: reach.Owners
    needs: Needs
    batch_size: int


def jobs(graph: Graph, loaded: Sequence[Loaded], batch_size: int) -> Job:
    """The plan for these profiles on this graph."""
    runs = tuple(_runs(loaded))
    wanted = needs(chain.from_iterable(x.nt for x in loaded))
    typed = sorted({p for run in runs for p in run.typed})
    links = reach.links(graph, wanted, typed, codelists().lines.keys())
    return Job(
        loaded=tuple(loaded),
        runs=runs,
        graph=graph,
        links=links,
        owners=reach.owners(links),
        needs=wanted,
        batch_size=batch_size,
    )


def _runs(loaded: Sequence[Loaded]) -> Iterator[Run]:
    """Our own shapes together, but for those that different background would sway.

    Official files of two versions use the same IRIs for different shapes: each alone.
    """
    together: dict[tuple[str, ...], list[Loaded]] = {}
    neutral: list[Loaded] = []
    for one in loaded:
        if one.is_official:
            yield _run([one])
        elif one.profile.typed_as_resource or any(RESOURCE in x for x in one.nt):
            together.setdefault(one.profile.typed_as_resource, []).append(one)
        else:
            neutral.append(one)
    groups = list(together.values()) or ([[]] if neutral else [])
    for i, group in enumerate(groups):
        mine = group + neutral if i == 0 else group
        yield _run(sorted(mine, key=loaded.index))


def _run(group: Sequence[Loaded]) -> Run:
    said_by: dict[str, list[str]] = {}
    for one in group:
        for shape in one.rules:
            said_by.setdefault(shape, []).append(one.profile.name)
    lines = dict.fromkeys(chain.from_iterable(x.nt for x in group))
    typed = {p for x in group for p in x.profile.typed_as_resource}
    return Run(
        loaded=tuple(group),
        shapes=engines.shapes("\n".join((*lines, ""))),
        said_by={shape: tuple(names) for shape, names in said_by.items()},
        typed=tuple(sorted(typed)),
    )


def run_jobs(job: Job, engine: str, workers: int) -> Iterator[Told]:
    """Results with the profiles that say them, of all batches, in batch order."""
    return told(job, evaluate(job, engine, workers, _batches(job)))


def told(job: Job, results: Iterable[tuple[int, Result]]) -> Iterator[Told]:
    """Results with the profiles of their run (its number is given) that say them."""
    known: dict[tuple[int, str], tuple[Loaded, ...]] = {}
    for number, result in results:
        if (saying := known.get((number, result.shape))) is None:
            run = job.runs[number]
            names = run.said_by.get(result.shape) or tuple(x.profile.name for x in run.loaded)
            saying = tuple(x for x in run.loaded if x.profile.name in names)
            known[number, result.shape] = saying
        kept = tuple([x.profile.name for x in saying if _counts(job, x, result)])
        if kept:
            yield result, kept


def _counts(job: Job, loaded: Loaded, result: Result) -> bool:
    """The focus filter of a profile, and its restriction to HVD datasets."""
    profile = loaded.profile
    if profile.only != "hvd" and profile.focus == "nodes":
        return True
    term = result.focus if result.focus[:2] == "_:" else f"<{result.focus}>"
    if profile.only == "hvd" and term not in job.owners.hvd:
        return False
    return profile.focus == "nodes" or term in job.owners.root or term[:2] == "_:"


def _batches(job: Job) -> Iterator[tuple[int, shards.Batch]]:
    """Each part of the data with each run; background differs by run, so the text does."""
    groups = shards.groups(job.links, job.owners)
    for i, owned in enumerate(shards.together(groups.values(), job.batch_size)):
        for number, run in enumerate(job.runs):
            if (mine := looked_at(owned, run, job)) or (not owned and job.links.hubs):
                yield number, batch(job, number, mine, first=i == 0)


def batch(job: Job, number: int, owned: Sequence[str], *, first: bool) -> shards.Batch:
    """The batch of these nodes for a run; the first looks at what nobody owns too."""
    typed = job.runs[number].typed
    return shards.batch(owned, job.links, job.needs, codelists(), first=first, typed=typed)


def looked_at(owned: Sequence[str], run: Run, job: Job) -> Sequence[str]:
    """What of a batch the run's results can be about."""
    if any(x.profile.only != "hvd" for x in run.loaded):
        return owned
    return [x for x in owned if x in job.owners.hvd]


def evaluate(
    job: Job, engine: str, workers: int, batches: Iterable[tuple[int, shards.Batch]]
) -> Iterator[tuple[int, Result]]:
    """Results with the number of their run, of batches with it."""
    tasks = ((engine, number, made, job.runs[number].shapes) for number, made in batches)
    executor = threads(workers) if engine in engines.OUTSIDE else processes(workers)
    with quick_turns():
        for number, found in spread(_evaluated, tasks, executor, workers):
            yield from ((number, x) for x in found)


def _evaluated(
    engine: str, number: int, batch: shards.Batch, shapes: Shapes
) -> tuple[int, list[Result]]:
    """Results about what the batch owns, and about objects that nothing is said of."""
    found = engines.run(engine, batch.nt, shapes)
    odd = {x.focus for x in found if x.focus not in batch.owned} - batch.borrowed
    data = batch.nt[: batch.data_end] if odd else ""
    free = {x for x in odd if f" {_term(x)} .\n" in data}
    return number, [x for x in found if x.focus in batch.owned or x.focus in free]


def _term(focus: str) -> str:
    return focus if focus[:1] in ('"', "_") else f"<{focus}>"
