"""The work of a check: which shapes run together, in which batches, on how many workers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from dcat_harvest.check import engine as engines
from dcat_harvest.check import shards
from dcat_harvest.check.background import codelists
from dcat_harvest.check.engine import Result, Shapes
from dcat_harvest.check.profiles import Loaded
from dcat_harvest.check.shape_needs import Needs, needs
from dcat_harvest.graph import Graph

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
    links: shards.Links
    owners: shards.Owners
    needs: Needs
    batch_size: int


def jobs(graph: Graph, loaded: Sequence[Loaded], batch_size: int) -> Job:
    """The plan for these profiles on this graph."""
    runs = tuple(_runs(loaded))
    wanted = needs(chain.from_iterable(x.nt for x in loaded))
    typed = sorted({p for run in runs for p in run.typed})
    links = shards.links(graph, wanted, typed)
    return Job(
        loaded=tuple(loaded),
        runs=runs,
        graph=graph,
        links=links,
        owners=shards.owners(links),
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
        yield _run(group + neutral if i == 0 else group)


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


def run_jobs(job: Job, engine: str, workers: int) -> Iterator[tuple[Result, tuple[str, ...]]]:
    """Results with the profiles that say them, of all batches, in batch order."""
    for number, result in _raw(job, engine, workers):
        run = job.runs[number]
        names = run.said_by.get(result.shape) or tuple(x.profile.name for x in run.loaded)
        kept = tuple(
            x.profile.name
            for x in run.loaded
            if x.profile.name in names and _counts(job, x, result)
        )
        if kept:
            yield result, kept


def _counts(job: Job, loaded: Loaded, result: Result) -> bool:
    """The focus filter of a profile, and its restriction to HVD datasets."""
    term = result.focus if result.focus[:2] == "_:" else f"<{result.focus}>"
    profile = loaded.profile
    if profile.only == "hvd" and term not in job.owners.hvd:
        return False
    return profile.focus == "nodes" or term in job.owners.root or term[:2] == "_:"


def _batches(job: Job) -> Iterator[tuple[int, shards.Batch]]:
    """Each part of the data with each run; background differs by run, so the text does."""
    background = codelists()
    for i, owned in enumerate(shards.parts(job.links, job.owners, job.batch_size)):
        for number, run in enumerate(job.runs):
            made = shards.batch(
                owned, job.links, job.needs, background, first=i == 0, typed=run.typed
            )
            yield number, made


def _raw(job: Job, engine: str, workers: int) -> Iterator[tuple[int, Result]]:
    batches = _batches(job)
    if workers < 2:
        for number, one in batches:
            for result in _evaluated(engine, one, job.runs[number].shapes):
                yield number, result
        return
    yield from _spread(job, engine, workers, batches)


def _spread(
    job: Job, engine: str, workers: int, batches: Iterator[tuple[int, shards.Batch]]
) -> Iterator[tuple[int, Result]]:
    """In processes; a few batches ahead of them, so that memory stays flat."""
    import multiprocessing
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    waiting: deque[tuple[int, Future[list[Result]]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for number, one in batches:
            waiting.append((number, pool.submit(_evaluated, engine, one, job.runs[number].shapes)))
            if len(waiting) > workers * 2:
                done, future = waiting.popleft()
                yield from ((done, x) for x in future.result())
        while waiting:
            done, future = waiting.popleft()
            yield from ((done, x) for x in future.result())


def _evaluated(engine: str, batch: shards.Batch, shapes: Shapes) -> list[Result]:
    """Results about what the batch owns, and about objects that nothing is said of."""
    found = engines.run(engine, batch.nt, shapes)
    if all(x.focus in batch.owned for x in found):
        return found
    subjects, objects = set(), set()
    for text in batch.nt[: batch.data_end].split("\n")[:-1]:
        subject, _, rest = text.split(" ", 2)
        subjects.add(subject)
        objects.add(rest[:-2])
    free = objects - subjects
    return [x for x in found if x.focus in batch.owned or _term(x.focus) in free]


def _term(focus: str) -> str:
    return focus if focus[:1] in ('"', "_") else f"<{focus}>"
