"""What a side of a comparison holds: a release, an RDF file or an endpoint."""

from pathlib import Path

import pyoxigraph as ox

from dcat_harvest.errors import InputError
from dcat_harvest.graph import Graph
from dcat_harvest.store.endpoint import endpoint_of
from dcat_harvest.store.http import Http, from_environment
from dcat_harvest.store.release import current_of, read_graph
from dcat_harvest.store.updates import LOADS
from dcat_harvest.store.wire import remote_query


def is_endpoint(side: str) -> bool:
    """Whether a side is an address and not a path."""
    return side.startswith(("http://", "https://"))


def read_side(side: str) -> Graph:
    """The catalogue statements of a side."""
    if is_endpoint(side):
        return _endpoint(side)
    path = Path(side)
    if path.is_dir():
        release = path if (path / "catalog.nt").is_file() else current_of(path)
        return read_graph(release / "catalog.nt")
    if not path.is_file():
        raise InputError(f"{side}: no such file or folder")
    return read_graph(path)


def _endpoint(url: str) -> Graph:
    """All named graphs but those of quality, provenance and our own notes; else the default."""
    http = Http(from_environment())
    where = (
        "{ GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), '/graph/quality') && "
        f"!STRENDS(STR(?g), '/graph/provenance') && ?g != <{LOADS}>) }}"
    )
    query = endpoint_of(url).query
    for pattern in (where, "{ ?s ?p ?o }"):
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {pattern}"
        answer = remote_query(query, text, "turtle", http).encode()
        graph = Graph.parse(answer, ox.RdfFormat.TURTLE)
        if len(graph):
            return graph
    return graph


def as_stored(graph: Graph) -> Graph:
    """The graph with the literals that an Oxigraph store would hold."""
    store = ox.Store()
    store.bulk_load(graph.nt(), ox.RdfFormat.N_TRIPLES)
    return Graph.parse(
        store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b"",
        ox.RdfFormat.N_TRIPLES,
    )
