"""Workers, started once and kept: processes that read, threads or processes that check."""

import contextlib
import gc
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
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


@contextlib.contextmanager
def quick_turns() -> Iterator[None]:
    """Threads that come back with results wait 1 ms for the interpreter, not the usual 5."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@cache
def processes(workers: int) -> Executor | None:
    """Processes for work in Python; None where there is to be but one, or none can be had.

    Spawned, not forked: a worker holds its task, not a copy of the whole graph.
    """
    if workers < 2:
        return None
    context = multiprocessing.get_context("spawn")
    try:
        return ProcessPoolExecutor(workers, mp_context=context, initializer=gc.disable)
    except (OSError, ImportError):  # no semaphores on this machine
        return None


@cache
def threads(workers: int) -> Executor | None:
    """Threads for work that goes on outside of the interpreter; None for one worker."""
    return ThreadPoolExecutor(workers) if workers > 1 else None


def spread(
    function: Callable[..., Out],
    tasks: Iterable[tuple[object, ...]],
    executor: Executor | None,
    workers: int,
) -> Iterator[Out]:
    """Results of the tasks, in their order; only a few are under way, so memory stays flat."""
    if executor is None:
        yield from (function(*task) for task in tasks)
        return
    waiting: deque[Future[Out]] = deque()
    for task in tasks:
        waiting.append(executor.submit(function, *task))
        if len(waiting) > workers * 2:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
