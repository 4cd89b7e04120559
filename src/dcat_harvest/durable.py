"""Data on the disk before what points to it: a power cut leaves the old state or the new one."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync_all(folder: Path) -> None:
    """Wait until all that was written in the file system of a folder is on the disk.

    One call: to wait for each of the thousands of files of a release takes minutes on a slow disk.
    """
    if sys.platform == "linux":
        with _opened(folder) as handle:
            _syncfs(handle)
    elif hasattr(os, "sync"):
        os.sync()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    with contextlib.suppress(PermissionError), _opened(path) as handle:  # Windows opens no folder
        os.fsync(handle)


def _syncfs(handle: int) -> None:
    """Call syncfs(2), which Python does not offer; since Linux 5.8 it tells of failed writes."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syncfs(handle) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
