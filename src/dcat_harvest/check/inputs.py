"""Reads what is to be checked: a file, a folder, standard input; exactly, or not at all."""

import gzip
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from dcat_harvest.check import formats
from dcat_harvest.check.pool import no_collection, processes, spread
from dcat_harvest.check.reading import Input, Limits, Reading
from dcat_harvest.errors import InputError

LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
PIECE = 2**22
"""Bytes of a file of lines that one process reads at once."""


def read(
    source: str,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    stdin: IO[bytes] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Input:
    """What is to be checked at a path, address or `-` (standard input).

    `workers` processes share a large file of N-Triples or N-Quads. Raises InputError with line
    and column where it is no RDF, and FetchError for an address.
    """
    limits = limits or Limits()
    if source.startswith(("http://", "https://")):
        from dcat_harvest.check.web import read_url

        return read_url(source, limits=limits, clock=clock)
    reading = Reading(limits, clock)
    if source == "-":
        import sys

        _read_stream(reading, stdin or sys.stdin.buffer)
        return reading.input("standard input")
    path = Path(source)
    with no_collection():
        for one in _files(path, limits):
            if not (workers > 1 and path.is_file() and _read_apart(reading, one, workers)):
                _read_file(reading, one)
        return reading.input(source)


def _files(path: Path, limits: Limits) -> Iterator[Path]:
    if not path.exists():
        kind, _, rest = str(path).partition(":/")
        if rest and kind.isalpha() and len(kind) > 1:
            raise InputError(f"{kind}://{rest}: only http and https addresses are read")
        raise InputError(f"{path}: there is no such file or folder; check the name")
    if not path.is_dir():
        yield path
        return
    found = sorted(x for x in path.rglob("*") if formats.by_name(x.name) and x.is_file())
    if not found:
        raise InputError(
            f"{path}: no RDF file in this folder (wanted {', '.join(formats.SUFFIXES)})"
        )
    if len(found) > limits.files:
        raise InputError(f"{path}: more than {limits.files} files")
    yield from found


def _read_file(reading: Reading, path: Path) -> None:
    try:
        size = path.stat().st_size
        if size > reading.limits.size:
            raise InputError(
                f"{path}: {size} bytes is larger than {reading.limits.size}; split the file, or "
                "load it into a SPARQL store and use --endpoint"
            )
        if not (path.is_file() or path.is_fifo()):
            raise InputError(f"{path}: this is no ordinary file")
        with path.open("rb") as stream:
            start = stream.peek(4096)[:4096]
            packed = start.startswith(formats.GZIP)
            whole = io.BufferedReader(gzip.GzipFile(fileobj=stream)) if packed else stream
            if packed:
                start = whole.peek(4096)[:4096]
            format = _format(formats.by_name(path.name), start, str(path))
            if start.startswith(b"\xef\xbb\xbf"):
                whole.read(3)
            source: IO[bytes] | bytes = reading.all_of(whole, str(path)) if packed else whole
            reading.add(source, format, str(path), path.absolute().as_uri())
    except (OSError, EOFError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _read_apart(reading: Reading, path: Path, workers: int) -> bool:
    """Read a large file of lines in pieces; False where that cannot be done."""
    format = formats.by_name(path.name)
    if format not in LINES or path.name.endswith(".gz"):
        return False
    size = path.stat().st_size
    if not PIECE * 4 < size <= reading.limits.size:
        return False
    quads = format == ox.RdfFormat.N_QUADS
    starts = range(0, size, PIECE)
    tasks = ((str(path), quads, at) for at in starts)
    pieces = spread(_piece, tasks, processes(workers), workers)
    for at, (is_good, changed) in zip(starts, pieces, strict=True):
        if not is_good:  # read as a whole, it tells what is wrong, and where
            reading.restart()
            return False
        text = (changed or _bytes(str(path), at)).decode().rstrip("\n")
        reading.take(text.split("\n") if text else [], text, str(path))
    return True


def _piece(path: str, quads: bool, start: int) -> tuple[bool, bytes]:
    """Whether one piece of a file is RDF, and its statements as N-Triples where that differs.

    Nothing where the piece itself is what would be written: the caller reads it faster than a
    worker sends it.
    """
    data = _bytes(path, start)
    format = ox.RdfFormat.N_QUADS if quads else ox.RdfFormat.N_TRIPLES
    try:
        found = ox.parse(data, format=format)
        bare = (x.triple for x in found) if quads else found
        text = ox.serialize(bare, format=ox.RdfFormat.N_TRIPLES) or b"\n"
    except SyntaxError:
        return False, b""
    return b"<<" not in text, b"" if text == data else text  # `<<`: maybe RDF-star


def _bytes(path: str, start: int) -> bytes:
    """The lines of a file that begin in one piece."""
    with Path(path).open("rb") as stream:
        stream.seek(max(0, start - 1))
        if start:
            stream.readline()
        data = stream.read(max(0, start + PIECE - stream.tell()))
        return data + (stream.readline() if data else b"")


def _read_stream(reading: Reading, stream: IO[bytes]) -> None:
    where = "standard input"
    data = reading.all_of(stream, where)
    if data.startswith(formats.GZIP):
        data = reading.all_of(io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(data))), where)
    data = data.removeprefix(b"\xef\xbb\xbf")
    reading.add(data, _format(None, data, where), where, "urn:dcat-harvest:stdin")


def _format(named: ox.RdfFormat | None, start: bytes, where: str) -> ox.RdfFormat:
    """The format by name, else by content. Raises InputError where it can be no RDF."""
    if not start.strip():
        raise InputError(f"{where}: the file is empty; give a file with RDF in it")
    if formats.is_html(start):
        raise InputError(
            f"{where}: this is a web page (HTML), not RDF; give the RDF file or its address"
        )
    found = named or formats.by_content(start)
    if found is None:
        raise InputError(f"{where}: this is no RDF (it looks like a binary file)")
    return found
