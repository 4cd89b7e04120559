"""Answers queries in a process of its own, which can be ended: `python -m … STORE MEMORY`.

A request and an answer are a length (four bytes) and that many bytes; an answer is two of them: its
head as JSON, and its body.
"""

import struct
import sys
from itertools import islice
from typing import BinaryIO

import msgspec
import pyoxigraph as ox

from dcat_harvest.errors import HarvestError
from dcat_harvest.serve import results
from dcat_harvest.serve.forms import FORMATS
from dcat_harvest.store.answers import prefixes, syntax_error


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One query, and the formats to answer in; empty where the client takes none of that kind."""

    query: str
    rows_as: str
    graph_as: str
    rows: int
    triples: int
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the body of an answer is."""

    status: int = 200
    media_type: str = "text/plain; charset=utf-8"
    cut: int = 0
    """Where the answer was cut: so many rows or statements."""


def main() -> int:
    """Open the store, then answer until there is no more to read."""
    folder, memory = sys.argv[1:]
    _limit(int(memory))
    store = ox.Store.read_only(folder)
    send(sys.stdout.buffer, b"ready")
    while data := receive(sys.stdin.buffer):
        head, body = answer(store, msgspec.json.decode(data, type=Ask))
        send(sys.stdout.buffer, msgspec.json.encode(head))
        send(sys.stdout.buffer, body)
    return 0


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def send(stream: BinaryIO, data: bytes) -> None:
    """Write one frame."""
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read one frame; nothing where the stream has ended."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def answer(store: ox.Store, ask: Ask) -> tuple[Head, bytes]:
    """Head and body of the answer to one query."""
    try:
        found = store.query(
            ask.query,
            prefixes=prefixes(),
            use_default_graph_as_union=not (ask.default or ask.named),
            default_graph=[ox.NamedNode(x) for x in ask.default] or None,
            named_graphs=[ox.NamedNode(x) for x in ask.named] or None,
        )
        return _written(found, ask)
    except SyntaxError as problem:
        return Head(status=400), f"{syntax_error(ask.query, problem)}\n".encode()
    except (ValueError, HarvestError) as problem:
        return Head(status=400), f"{problem}\n".encode()
    except MemoryError:
        return Head(status=503), b"The query needs more memory than one may have.\n"
    except (OSError, RuntimeError) as problem:
        return Head(status=500), f"The query failed: {problem}\n".encode()


def _written(found: object, ask: Ask) -> tuple[Head, bytes]:
    if isinstance(found, ox.QueryTriples):
        if not ask.graph_as:
            return Head(status=406), _offer(results.GRAPH_TYPES)
        triples = list(islice(found, ask.triples))
        cut = ask.triples if next(iter(found), None) is not None else 0
        kind = FORMATS[ask.graph_as]
        named = prefixes() if ask.graph_as in ("ttl", "rdf") else None
        body = ox.serialize(triples, format=kind, prefixes=named) or b""
        return Head(media_type=results.GRAPH_TYPES[ask.graph_as], cut=cut), body
    if not ask.rows_as:
        return Head(status=406), _offer(results.RESULT_TYPES)
    media_type = results.RESULT_TYPES[ask.rows_as]
    if isinstance(found, ox.QueryBoolean):
        return Head(media_type=media_type), results.boolean(ask.rows_as, bool(found))
    assert isinstance(found, ox.QuerySolutions)
    names, rows, more = results.take(found, ask.rows)
    body = results.write(ask.rows_as, names, rows)
    return Head(media_type=media_type, cut=ask.rows if more else 0), body


def _offer(types: dict[str, str]) -> bytes:
    offered = ", ".join(x.partition(";")[0] for x in types.values())
    return f"This query can be answered as: {offered}\n".encode()


if __name__ == "__main__":
    sys.exit(main())
