"""Reads what is to be checked: a file, a folder, standard input; exactly, or not at all."""

import gzip
import io
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

import msgspec
import pyoxigraph as ox

from dcat_harvest.check import formats
from dcat_harvest.check.blank import stable
from dcat_harvest.check.jsonld_losses import prepared
from dcat_harvest.check.pool import spread
from dcat_harvest.errors import InputError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Graph

DEPTH = 200
"""Elements within elements of RDF/XML: its parser slows down with the square of it."""
LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
PIECE = 2**23
"""Bytes of a file of lines that one process reads at once."""
SEEN = re.compile(r"^(.*?) \(line \d+\)$")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What reading may cost at most."""

    size: int = 2**30
    """Bytes of one input, unpacked."""
    statements: int = 20_000_000
    seconds: float = 600.0
    pages: int = 1000
    """Pages of a paged answer."""
    files: int = 10_000


class Input(msgspec.Struct, frozen=True):
    """Something to check."""

    graph: Graph
    findings: tuple[Finding, ...] = ()
    """What of it could not be taken over, as warnings."""
    where: str = ""


class Reading:
    """Collects statements of one or more documents within the limits."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.clock = clock
        self.end = clock() + limits.seconds
        self.lines: list[str] = []
        self.findings: list[Finding] = []

    def add(self, data: IO[bytes] | bytes, format: ox.RdfFormat, where: str, base: str) -> None:
        """Parse one document. Raises InputError with the place where it is no RDF."""
        if format in (ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML):
            data = data if isinstance(data, bytes) else self.all_of(data, where)
            if format == ox.RdfFormat.RDF_XML:
                _check_nesting(data, where)
            else:
                data, losses = prepared(data, where)
                for (key, why), count in sorted(losses.items()):
                    self.findings.append(
                        finding("json-ld-loss", where=where, field=key, reason=why, count=count)
                    )
        try:
            self._take(ox.parse(data, format=format, base_iri=base, rename_blank_nodes=True), where)
        except SyntaxError as error:
            raise InputError(_told(where, format, error, data)) from error
        except (OSError, EOFError, ValueError) as error:
            raise InputError(f"{where}: cannot be read: {error}") from error

    def _take(self, quads: Iterable[ox.Quad], where: str) -> None:
        lines = self.lines
        for number, quad in enumerate(quads):
            text = _line(quad)
            if "<<" in text and isinstance(quad.object, ox.Triple):
                raise InputError(f"{where}: RDF-star statements are not read")
            lines.append(text)
            if number % 5000 == 0:
                self.check_size(where)

    def check_size(self, where: str) -> None:
        """Raise InputError where the time is over or there are too many statements."""
        self.check_time(where)
        if len(self.lines) > self.limits.statements:
            raise InputError(f"{where}: more than {self.limits.statements} statements")

    def check_time(self, where: str) -> None:
        """Raise InputError where the time is over."""
        if self.clock() > self.end:
            raise InputError(f"{where}: not read within {self.limits.seconds:g} seconds")

    def all_of(self, stream: IO[bytes], where: str) -> bytes:
        """The rest of a stream. Raises InputError over the size limit."""
        try:
            data = stream.read(self.limits.size + 1)
        except (OSError, EOFError) as error:
            raise InputError(f"{where}: cannot be read: {error}") from error
        if len(data) > self.limits.size:
            raise InputError(f"{where}: larger than {self.limits.size} bytes")
        return data

    def input(self, where: str) -> Input:
        """All that was read. Raises InputError where that is nothing."""
        if not self.lines:
            raise InputError(f"{where}: there is no statement in it")
        lines, self.lines = self.lines, []
        return Input(Graph(stable(lines)), tuple(self.findings), where)


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
    for one in _files(path, limits):
        if not (workers > 1 and path.is_file() and _read_apart(reading, one, workers)):
            _read_file(reading, one)
    return reading.input(source)


def _line(quad: ox.Quad) -> str:
    if isinstance(quad.graph_name, ox.DefaultGraph):
        return f"{quad} ."
    return f"{quad.subject} {quad.predicate} {quad.object} ."


def _files(path: Path, limits: Limits) -> Iterator[Path]:
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder")
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
    before = len(reading.lines)
    tasks = ((str(path), format == ox.RdfFormat.N_QUADS, at) for at in range(0, size, PIECE))
    for text in spread(_piece, tasks, workers):
        if text is None:  # read as a whole, it tells the place of the error
            del reading.lines[before:]
            return False
        reading.lines += text.split("\n")[:-1]
        reading.check_size(str(path))
    return True


def _piece(path: str, quads: bool, start: int) -> str | None:
    """The statements whose lines begin in one piece of a file; None where some are no RDF."""
    with Path(path).open("rb") as stream:
        stream.seek(max(0, start - 1))
        if start:
            stream.readline()
        data = stream.read(max(0, start + PIECE - stream.tell()))
        data += stream.readline() if data else b""
    format = ox.RdfFormat.N_QUADS if quads else ox.RdfFormat.N_TRIPLES
    try:
        return "".join(f"{_line(x)}\n" for x in ox.parse(data, format=format))
    except SyntaxError:
        return None


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
        raise InputError(f"{where}: the file is empty")
    if formats.is_html(start):
        raise InputError(f"{where}: this is a web page (HTML), not RDF")
    found = named or formats.by_content(start)
    if found is None:
        raise InputError(f"{where}: this is no RDF (it looks like a binary file)")
    return found


def _told(where: str, format: ox.RdfFormat, error: SyntaxError, data: IO[bytes] | bytes) -> str:
    """What is wrong, with line and column, and what the content looks like instead."""
    text = str(error)
    text = found.group(1) if (found := SEEN.match(text)) else text
    place = f" (line {error.lineno}, column {error.offset})" if error.lineno else ""
    place = "" if "line" in text and "column" in text else place
    message = f"{where}: not {formats.NAMES.get(format, 'RDF')}: {text}{place}"
    start = data[:4096] if isinstance(data, bytes) else _start(data)
    seen = formats.by_content(start)
    turtles = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    if seen is not None and seen != format and not (seen in turtles and format in turtles):
        message += f". It looks like {formats.NAMES[seen]}: does the suffix fit?"
    return message


def _start(stream: IO[bytes]) -> bytes:
    try:
        stream.seek(0)
        return stream.read(4096)
    except (OSError, ValueError):
        return b""


def _check_nesting(data: bytes, where: str) -> None:
    depth = 0

    def opened(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH:
            raise InputError(f"{where}: XML nested deeper than {DEPTH} elements")

    def closed(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(
            f"{where}: not XML: {expat.errors.messages[error.code]} "
            f"(line {error.lineno}, column {error.offset + 1})"
        ) from error
