"""Worker processes, started once and kept: reading and checking share them."""

import contextlib
import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from typing import TypeVar

Out = TypeVar("Out")


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Without the collector of cycles: millions of strings make it slow, and hold none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def pool(workers: int) -> ProcessPoolExecutor | None:
    """The processes; None where there is to be but one, or the machine allows none.

    Spawned, not forked: a worker holds its batch, not a copy of the whole graph.
    """
    if workers < 2:
        return None
    try:
        made = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        for _ in range(workers):
            made.submit(_ready)
    except (OSError, ImportError):  # no semaphores on this machine
        return None
    return made


def _ready() -> None:
    """Load what the work needs, while the parent still reads."""
    gc.disable()
    with contextlib.suppress(ImportError):
        import shacl  # noqa: F401 - loaded for what comes

    import dcat_harvest.check.work  # noqa: F401 - loaded for what comes


def spread(
    function: Callable[..., Out], tasks: Iterable[tuple[object, ...]], workers: int
) -> Iterator[Out]:
    """Results of the tasks, in their order; only a few are under way, so memory stays flat."""
    shared = pool(workers)
    if shared is None:
        yield from (function(*task) for task in tasks)
        return
    waiting: deque[Future[Out]] = deque()
    for task in tasks:
        waiting.append(shared.submit(function, *task))
        if len(waiting) > workers * 2:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
