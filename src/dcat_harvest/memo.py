"""What the last run made, kept by what it was made from: the same in, the same out.

A memo is a cache and no more: `output/memo/` may be deleted at any moment. A value is found by a
sum of everything that goes into it, the program and its rules included, so what is found is what
would be made again. A file or value that is not whole is as if it were not there.
"""

import contextlib
import hashlib
import os
import struct
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO

from dcat_harvest import __version__, resources
from dcat_harvest.iri import digest

_HEAD = struct.Struct("<16sI16s")
"""Before each value: its key, its length, its sum."""
ENGINES = ("pyoxigraph", "msgspec", "shacl", "pyshacl", "rdflib", "jinja2", "markupsafe", "w3lib")


def sum_of(*parts: str | bytes) -> bytes:
    """A sum of 16 bytes; where one part ends and the next begins counts."""
    summed = hashlib.sha256()  # most processors have it built in
    for one in parts:
        data = one.encode() if isinstance(one, str) else one
        summed.update(len(data).to_bytes(8, "little"))
        summed.update(data)
    return summed.digest()[:16]


class Memo:
    """Values of one kind, in one file. `path` None: one that holds nothing and keeps nothing.

    `given`: what goes into every value of it, such as settings. `fresh`: what is there is not
    looked at, and replaced. Values go straight to disk: they would double the memory of a run.
    """

    def __init__(self, path: Path | None = None, given: Iterable[str] = (), *, fresh: bool = False):
        self._path = path
        self._sum = sum_of(program(), *given) if path else b""
        self._old: IO[bytes] | None = None
        self._new: IO[bytes] | None = None
        self._held: dict[bytes, tuple[int, int, bytes]] = {}
        """Key to where its value is, how long, and its sum."""
        self._used: dict[bytes, None] = {}
        """Keys that were found."""
        if path and not fresh:
            with contextlib.suppress(OSError):
                self._open(path)

    @property
    def keeps(self) -> bool:
        """False where there is no use in telling it anything."""
        return self._path is not None

    def _open(self, path: Path) -> None:
        self._old = path.open("rb")
        if self._old.read(16) != self._sum:
            return
        while len(head := self._old.read(_HEAD.size)) == _HEAD.size:
            key, length, summed = _HEAD.unpack(head)
            self._held[key] = (self._old.tell(), length, summed)
            self._old.seek(length, os.SEEK_CUR)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key; None where there is none, or it is damaged."""
        value = self._read(key)
        if value is not None:
            self._used[key] = None
        return value

    def _read(self, key: bytes) -> bytes | None:
        at, length, summed = self._held.get(key, (0, 0, b""))
        if not summed or self._old is None:
            return None
        try:
            self._old.seek(at)
            value = self._old.read(length)
        except OSError:
            value = b""
        return value if len(value) == length and sum_of(value) == summed else None

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value. A disk that is full or refuses costs the memo and nothing else."""
        if self._path is None:
            return
        self._used.pop(key, None)
        try:
            if self._new is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._new = self._aside(self._path).open("wb")
                self._new.write(self._sum)
            self._new.write(_HEAD.pack(key, len(value), sum_of(value)))
            self._new.write(value)
        except OSError:
            self._drop()

    def save(self) -> None:
        """Make what this run found or made the memo of the next, in one step."""
        if self._new is not None or self._used.keys() != self._held.keys():
            for key in list(self._used):
                if (value := self._read(key)) is not None:
                    self.put(key, value)
        if self._old is not None:
            self._old.close()
        try:
            if self._path is not None and self._new is not None:
                self._new.close()
                self._aside(self._path).replace(self._path)
        except OSError:
            self._drop()

    def _drop(self) -> None:
        path, self._path = self._path, None
        with contextlib.suppress(OSError):
            if self._new is not None:
                self._new.close()
        if path is not None:
            with contextlib.suppress(OSError):
                self._aside(path).unlink(missing_ok=True)

    @staticmethod
    def _aside(path: Path) -> Path:
        return path.with_name(f".{path.name}-{os.getpid()}")


class Memos:
    """The memos of an output folder, opened one at a time; without a folder they keep nothing."""

    def __init__(self, folder: Path | None = None, *, fresh: bool = False) -> None:
        self._folder, self._fresh = folder, fresh
        if folder and folder.is_dir():
            for left in folder.glob(".*"):  # of a run that was killed
                with contextlib.suppress(OSError):
                    left.unlink()

    def open(self, kind: str, *given: str) -> Memo:
        """The memo of one kind; see `Memo`."""
        return Memo(self._folder and self._folder / kind, given, fresh=self._fresh)


@cache
def program() -> str:
    """A sum of the program, its rules and vocabulary, and the engines it uses."""
    found = [__version__, sys.version, rules()]
    root = Path(__file__).parent
    found += [p.read_text("utf-8") for p in sorted(root.rglob("*")) if p.suffix in _CODE]
    for name in ENGINES:
        with contextlib.suppress(ImportError):
            found.append(f"{name} {version(name)}")
    return digest("\n".join(found), 32)


_CODE = (".py", ".html", ".toml")


@cache
def rules() -> str:
    """A sum of shapes and vocabulary: other rules make another release."""
    kinds = (".ttl", ".toml", ".jsonld", ".txt", ".nt")
    found = sorted(p for d in ("shapes", "vocab") for p in resources.path(d).rglob("*"))
    return digest("".join(digest(p.read_text("utf-8")) for p in found if p.suffix in kinds), 16)
