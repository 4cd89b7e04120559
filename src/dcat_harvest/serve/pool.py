"""Processes that answer queries: so many at once, a bounded queue, each ended when time is up."""

import asyncio
import contextlib
import os
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import msgspec

from dcat_harvest.serve.settings import Limits
from dcat_harvest.serve.worker import Ask, Head


class Busy(Exception):
    """Too many queries wait already."""


class Stopped(Exception):
    """The query was stopped: it took too long, or its process ended."""


class Pool:
    """Query processes on the current store; those of an old store end after their query."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self.store, self.limits = store, limits
        self.waiting = 0
        self._places = asyncio.Semaphore(limits.queries)
        self._idle: list[tuple[str, Process]] = []
        self._all: set[Process] = set()

    async def ask(self, question: Ask) -> tuple[Head, bytes]:
        """The answer to a query. Raises Busy, Stopped, or FileNotFoundError without a store."""
        if self.waiting >= self.limits.waiting:
            raise Busy
        self.waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), self.limits.query_seconds)
        except TimeoutError:
            raise Busy from None
        finally:
            self.waiting -= 1
        try:
            return await self._asked(question)
        finally:
            self._places.release()

    async def _asked(self, question: Ask) -> tuple[Head, bytes]:
        folder, process = await self._take()
        try:
            async with asyncio.timeout(self.limits.query_seconds):
                answer = await self._exchange(process, question)
        except TimeoutError:
            self._end(process)
            seconds = self.limits.query_seconds
            raise Stopped(f"The query was stopped after {seconds:g} seconds.") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self._end(process)
            raise Stopped("The query needed more than one query may have.") from None
        except BaseException:
            self._end(process)
            raise
        self._idle.append((folder, process))
        return answer

    async def _exchange(self, process: Process, question: Ask) -> tuple[Head, bytes]:
        assert process.stdin is not None
        data = msgspec.json.encode(question)
        process.stdin.write(struct.pack(">I", len(data)) + data)
        await process.stdin.drain()
        head = msgspec.json.decode(await self._frame(process), type=Head)
        return head, await self._frame(process)

    async def _frame(self, process: Process) -> bytes:
        assert process.stdout is not None
        length = struct.unpack(">I", await process.stdout.readexactly(4))[0]
        if length > self.limits.answer_bytes:
            raise asyncio.IncompleteReadError(b"", length)
        return await process.stdout.readexactly(length)

    async def _take(self) -> tuple[str, Process]:
        """An idle process on the current store, else a new one."""
        folder = str(self.store.resolve(strict=True))
        while self._idle:
            of, process = self._idle.pop()
            if of == folder and process.returncode is None:
                return of, process
            self._end(process)
        return folder, await self._start(folder)

    async def _start(self, folder: str) -> Process:
        command = (sys.executable, "-m", "dcat_harvest.serve.worker", folder)
        process = await asyncio.create_subprocess_exec(
            *command, str(self.limits.memory_bytes), stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            limit=1 << 20, env=_environment(),
        )  # fmt: skip
        self._all.add(process)
        try:
            async with asyncio.timeout(30):
                await self._frame(process)
        except (TimeoutError, asyncio.IncompleteReadError):
            self._end(process)
            raise Stopped("The store could not be opened.") from None
        return process

    async def warm(self) -> None:
        """Start the processes before the first query comes."""
        with contextlib.suppress(OSError, Stopped):
            folder = str(self.store.resolve(strict=True))
            for _ in range(self.limits.queries):
                self._idle.append((folder, await self._start(folder)))

    def _end(self, process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        self._all.discard(process)

    async def close(self) -> None:
        """End all processes."""
        for process in list(self._all):
            self._end(process)
            with contextlib.suppress(ProcessLookupError):
                await process.wait()


def _environment() -> dict[str, str]:
    # A query that found a way to ask another server would find no server.
    found = dict(os.environ)
    found.update(HTTP_PROXY="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9")
    return found
