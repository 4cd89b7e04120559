"""Runs one task in a process beside this one, where the system can fork and has a core for it."""

import errno
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dcat_harvest.errors import BrokenInvariant

_DISK = 74
"""How the child ends where the disk refused (EX_IOERR)."""


@contextmanager
def beside(task: Callable[[], None]) -> Iterator[None]:
    """Run `task` while the block runs; both are done at its end.

    The task shares what is in memory at the start and gives nothing back but what it writes to
    disk. Without fork, or with one core, it runs before the block. Raises BrokenInvariant with
    the task's own error where it failed, and OSError where the disk refused.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2 or sys.platform == "darwin":
        task()
        yield
        return
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run(task, writer)
    os.close(writer)
    try:
        yield
    except BaseException:
        os.close(reader)
        _end(child)
        raise
    with os.fdopen(reader, encoding="utf-8") as said:
        error = said.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == _DISK:
        number = int(error or errno.ENOSPC)
        raise OSError(number, os.strerror(number))
    if status:
        raise BrokenInvariant(error.strip() or f"a process beside the run ended with {status}")


def _run(task: Callable[[], None], writer: int) -> None:
    """The child's whole life; it never returns."""
    code = 1
    try:
        task()
        code = 0
    except OSError as error:
        code = _DISK
        os.write(writer, str(error.errno or errno.ENOSPC).encode())
    except BaseException:
        os.write(writer, traceback.format_exc()[-4000:].encode())
    finally:
        os._exit(code)


def _end(child: int) -> None:
    import signal

    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
