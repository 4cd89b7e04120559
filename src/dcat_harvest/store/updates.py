"""SPARQL Update texts, and the notes of what was loaded."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec
import pyoxigraph as ox

from dcat_harvest.graph import Graph

LOADS = "https://w3id.org/dcat-harvest/loads"
DEF = "https://w3id.org/dcat-harvest/def#"


class Marker(msgspec.Struct, frozen=True):
    """What we loaded into a graph last: digest of the lines, and count as the store saw it."""

    digest: str
    count: int
    release: str


def digest(graph: Graph) -> str:
    """A name for exactly these statements."""
    return "sha256:" + hashlib.sha256("\n".join(graph).encode()).hexdigest()


def expected(graph: Graph, count: int) -> int:
    """How many statements a store that rewrites literals would hold (01 and 1 become one)."""
    if count > len(graph) or not count:
        return len(graph)
    store = ox.Store()
    store.bulk_load(graph.nt(), ox.RdfFormat.N_TRIPLES)
    return len(store)


def data(verb: Literal["INSERT", "DELETE"], iri: str, lines: Sequence[str]) -> str:
    """One INSERT DATA or DELETE DATA; the empty string where there is nothing to do."""
    if not lines:
        return ""
    body = "\n".join(lines)
    return f"{verb} DATA {{ GRAPH <{iri}> {{\n{body}\n}} }}"


def mark(iri: str, marker: Marker) -> str:
    """The update that notes what a graph holds now."""
    values = (("digest", marker.digest), ("count", str(marker.count)), ("release", marker.release))
    lines = [f'<{iri}> <{DEF}{name}> "{value}" .' for name, value in values]
    return f"{unmark(iri)} ;\n{data('INSERT', LOADS, lines)}"


def unmark(iri: str) -> str:
    """The update that forgets what a graph holds."""
    where = f"GRAPH <{LOADS}> {{ <{iri}> ?p ?o }}"
    return f"DELETE {{ {where} }} WHERE {{ {where} }}"
