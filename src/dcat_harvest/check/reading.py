"""Collects statements of documents within limits; tells exactly what is wrong with one."""

import re
import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import IO
from xml.parsers import expat

import msgspec
import pyoxigraph as ox

from dcat_harvest.check import formats
from dcat_harvest.check.blank import stable
from dcat_harvest.check.jsonld_losses import prepared
from dcat_harvest.errors import InputError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Gathering, Graph

WITH_GRAPHS = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD)
DEPTH = 200
"""Elements within elements of RDF/XML: its parser slows down with the square of it."""
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
        self.statements = Gathering()
        self.blank: list[str] = []
        """Lines that may name a blank node."""
        self.marks: tuple[str, ...] = ()
        self.marked: list[str] = []
        """Lines with one of the marks in them."""
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
            quads = ox.parse(data, format=format, base_iri=base, rename_blank_nodes=True)
            self._take(quads, where, has_graphs=format in WITH_GRAPHS)
        except SyntaxError as error:
            raise InputError(_told(where, format, error, data)) from error
        except (OSError, EOFError, ValueError) as error:
            raise InputError(f"{where}: cannot be read: {error}") from error

    def _take(self, quads: Iterable[ox.Quad], where: str, *, has_graphs: bool) -> None:
        waiting = iter(quads)
        while some := list(islice(waiting, 5000)):
            made = list(map(nt_line, some)) if has_graphs else [f"{x} ." for x in some]
            text = "\n".join(made)
            if "<<" in text and any(isinstance(x.object, ox.Triple) for x in some):
                raise InputError(f"{where}: RDF-star statements are not read; leave out << … >>")
            self.take(made, text, where)

    def take(self, lines: list[str], text: str, where: str) -> None:
        """Take statements; `text` is all of them. Raises InputError over a limit."""
        if any(mark in text for mark in self.marks):
            self.marked += (x for x in lines if any(mark in x for mark in self.marks))
        if "_:" in text:
            self.blank += (x for x in lines if "_:" in x)
            lines = [x for x in lines if "_:" not in x]
        self.statements.add(lines)
        self.check_size(where)

    def restart(self) -> None:
        """Forget all statements."""
        self.statements = Gathering()
        self.blank.clear()

    def check_size(self, where: str) -> None:
        """Raise InputError where the time is over or there are too many statements."""
        self.check_time(where)
        if self.statements.count + len(self.blank) > self.limits.statements:
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
        if not self.statements.count and not self.blank:
            raise InputError(f"{where}: there is no statement in it, so nothing to check")
        self.statements.add(stable(self.blank))
        return Input(self.statements.graph(), tuple(self.findings), where)


def nt_line(quad: ox.Quad) -> str:
    """One statement as an N-Triples line without its end; its graph is left out."""
    if isinstance(quad.graph_name, ox.DefaultGraph):
        return f"{quad} ."
    return f"{quad.subject} {quad.predicate} {quad.object} ."


def _told(where: str, format: ox.RdfFormat, error: SyntaxError, data: IO[bytes] | bytes) -> str:
    """What is wrong, with line and column, and what the content looks like instead."""
    text = str(error)
    text = found.group(1) if (found := SEEN.match(text)) else text
    place = f" (line {error.lineno}, column {error.offset})" if error.lineno else ""
    place = "" if "line" in text and "column" in text else place
    message = f"{where}: not {formats.NAMES.get(format, 'RDF')}: {text}{place}"
    message += _looks(format, data[:4096] if isinstance(data, bytes) else _start(data))
    if "UTF-8" in text:
        message += ". RDF is written in UTF-8: save the file in that encoding"
    return message


def _looks(format: ox.RdfFormat, start: bytes) -> str:
    """What the content looks like, where that is another format."""
    seen = formats.by_content(start)
    turtles = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    if seen is None or seen == format or (seen in turtles and format in turtles):
        return ""
    return f". It looks like {formats.NAMES[seen]}: does the suffix fit?"


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
            f"{_looks(ox.RdfFormat.RDF_XML, data[:4096])}"
        ) from error
