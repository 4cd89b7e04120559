"""The addresses of a SPARQL server, from the one that the user knows."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import msgspec


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server answers queries and takes updates and graphs."""

    query: str
    update: str
    store: str
    stores: tuple[str, ...]
    """Where its Graph Store Protocol may live, to be tried in this order."""


# Last part of the query address -> update, graph store (of Oxigraph, Fuseki, Virtuoso, RDF4J).
_KNOWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "query": ("update", ("store", "data")),
    "sparql": ("update", ("data", "store")),
    "sparql-auth": ("sparql-auth", ("sparql-graph-crud-auth",)),
}


def endpoint_of(url: str, environment: Mapping[str, str] | None = None) -> Endpoint:
    """The addresses that belong to `url`; DCAT_HARVEST_ENDPOINT_UPDATE and _STORE overrule.

    A bare host is taken for an Oxigraph server.
    """
    values = os.environ if environment is None else environment
    query, update, stores = _guess(url)
    update = values.get("DCAT_HARVEST_ENDPOINT_UPDATE") or update
    own = values.get("DCAT_HARVEST_ENDPOINT_STORE")
    stores = (own,) if own else stores
    return Endpoint(query=query, update=update, store=stores[0], stores=stores)


def _guess(url: str) -> tuple[str, str, tuple[str, ...]]:
    parts = urlsplit(url)
    base, _, last = parts.path.rpartition("/")
    if "/repositories/" in parts.path:
        root = parts.path.rstrip("/")
        at = [_with(url, f"{root}{tail}") for tail in ("", "/statements", "/rdf-graphs/service")]
        return at[0], at[1], (at[2],)
    if last in ("store", "update", "data"):
        last = "query"
    if last in _KNOWN:
        update, stores = _KNOWN[last]
        if last == "sparql" and parts.port == 8890:
            # Virtuoso keeps writing behind another address, with a password.
            update, stores = "sparql-auth", ("sparql-graph-crud-auth",)
        places = tuple(_with(url, f"{base}/{s}") for s in stores)
        return _with(url, f"{base}/{last}"), _with(url, f"{base}/{update}"), places
    root = parts.path.rstrip("/")
    if root:
        # A Fuseki dataset or the like: one address for all.
        return url, url, (url,)
    return _with(url, "/query"), _with(url, "/update"), (_with(url, "/store"),)


def _with(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path, query="", fragment=""))
