"""A remote store: Graph Store Protocol where it works, SPARQL Update in chunks where not."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Literal

import msgspec
import requests

from dcat_harvest.errors import StoreError
from dcat_harvest.graph import Graph
from dcat_harvest.store import Format, Loaded
from dcat_harvest.store.endpoint import Endpoint
from dcat_harvest.store.http import Http, refused
from dcat_harvest.store.updates import (
    DEF,
    LOADS,
    Marker,
    data,
    digest,
    expected,
    mark,
    unmark,
)
from dcat_harvest.store.wire import remote_query

PROBE = "https://w3id.org/dcat-harvest/probe"
PROBE_LINE = f"<{PROBE}> <{DEF}probe> <{PROBE}> ."
N_TRIPLES = "application/n-triples"
GSP_LINES = 20_000
Way = Literal["put", "put-copy", "update"]


class Remote:
    """A SPARQL 1.1 server. Loads are whole per graph or not at all, and counted afterwards."""

    def __init__(
        self,
        endpoint: Endpoint,
        http: Http,
        *,
        chunk: int = 5000,
        delta_share: float = 0.2,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.endpoint, self.http, self.chunk = endpoint, http, chunk
        self.delta_share, self.progress = delta_share, progress
        self._way: Way | None = None

    def query(self, text: str, format: Format = "table", *, timeout: float | None = None) -> str:
        """The answer of the server, rendered like that of the embedded store."""
        return remote_query(
            self.endpoint.query, text, format, self.http, timeout=timeout, union=True
        )

    def counts(self) -> dict[str, int]:
        """Named graph to its number of statements."""
        rows = self._rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {row[0]: int(row[1]) for row in rows}

    def release(self) -> str:
        """The release that was loaded last; the empty string where none is known."""
        found = {m.release for m in self._markers().values()}
        return found.pop() if len(found) == 1 else ""

    def load(
        self,
        graphs: Mapping[str, Graph],
        *,
        release: str = "",
        previous: Mapping[str, Graph] | None = None,
        prune: bool = False,
    ) -> tuple[Loaded, ...]:
        """Bring each graph to these statements; one that fails leaves the others their turn.

        `previous` are the graphs of the release that the store holds: with them a small change
        is sent as a delta. `prune` drops graphs that we loaded before and that are gone now.
        """
        markers = self._markers()
        done = [self._graph(iri, g, markers, release, previous or {}) for iri, g in graphs.items()]
        if prune:
            done += [self._drop(iri) for iri in sorted(markers.keys() - graphs.keys())]
        return tuple(done)

    def _graph(
        self,
        iri: str,
        graph: Graph,
        markers: Mapping[str, Marker],
        release: str,
        previous: Mapping[str, Graph],
    ) -> Loaded:
        self.progress(iri)
        try:
            found = self._small(iri, graph, markers.get(iri), release, previous.get(iri))
            if found is None and iri in markers:
                # A crash from here on must not leave a note of what is no longer there.
                self._update(unmark(iri))
            return found or self._whole(iri, graph, release)
        except StoreError as problem:
            return Loaded(graph=iri, how="failed", error=str(problem))

    def _small(
        self, iri: str, graph: Graph, marker: Marker | None, release: str, old: Graph | None
    ) -> Loaded | None:
        """Nothing or a delta, where the store holds what we think it holds; else None."""
        if marker is None or self.count(iri) != marker.count:
            return None
        name = digest(graph)
        if marker.digest == name:
            if marker.release != release:
                self._mark(iri, Marker(marker.digest, marker.count, release))
            return Loaded(graph=iri, how="unchanged", statements=marker.count)
        if old is None or digest(old) != marker.digest:
            return None
        before, now = set(old), set(graph)
        added, removed = sorted(now - before), sorted(before - now)
        if len(added) + len(removed) > max(200, self.delta_share * len(graph)):
            return None
        count = marker.count + len(added) - len(removed)
        after = Marker(name, count, release)
        parts = [data("DELETE", iri, removed), data("INSERT", iri, added), mark(iri, after)]
        self._update(" ;\n".join(p for p in parts if p))
        if self.count(iri) != count:
            return None
        return Loaded(
            graph=iri, how="delta", statements=count, added=len(added), removed=len(removed)
        )

    def _whole(self, iri: str, graph: Graph, release: str) -> Loaded:
        match self._find_way():
            case "put":
                self._put(iri, graph)
            case "put-copy":
                self._aside(iri, graph, self._post_or_insert)
            case "update":
                self._aside(iri, graph, self._insert)
        count = self._verified(iri, graph)
        self._mark(iri, Marker(digest(graph), count, release))
        return Loaded(graph=iri, how="whole", statements=count, added=len(graph))

    def _aside(self, iri: str, graph: Graph, fill: Callable[[str, Graph], None]) -> None:
        # Into a graph aside, counted there, then copied in one request: nobody sees a half.
        aside = f"{iri}#loading"
        self._update(f"DROP SILENT GRAPH <{aside}>")
        try:
            fill(aside, graph)
            self._verified(aside, graph)
            self._update(f"COPY GRAPH <{aside}> TO GRAPH <{iri}>")
        finally:
            self._update(f"DROP SILENT GRAPH <{aside}>")

    def _put(self, iri: str, graph: Graph) -> None:
        # Into a graph that is not there yet a POST comes to the same, in a third of the time.
        method = "PUT" if self.count(iri) else "POST"
        response = self._store(method, iri, data=graph.nt(), headers={"Content-Type": N_TRIPLES})
        if not response.ok:
            raise refused(f"{method} of {iri}", response)

    def _post_or_insert(self, iri: str, graph: Graph) -> None:
        # In pieces: Virtuoso 7.2 hangs or cuts the connection on a PUT of many megabytes.
        headers = {"Content-Type": N_TRIPLES}
        try:
            for at in range(0, len(graph), GSP_LINES):
                piece = Graph(graph.lines[at : at + GSP_LINES]).nt()
                response = self._store("POST", iri, data=piece, headers=headers)
                if not response.ok:
                    raise refused(f"POST to {iri}", response)
            self._verified(iri, graph)
        except StoreError:
            self._update(f"DROP SILENT GRAPH <{iri}>")
            self._insert(iri, graph)

    def _insert(self, iri: str, graph: Graph) -> None:
        size, at = self.chunk, 0
        while at < len(graph):
            try:
                self._update(data("INSERT", iri, graph.lines[at : at + size]))
            except StoreError:
                # Some servers compile a request and give up on a long one.
                if size <= 20:
                    raise
                size //= 4
                continue
            at += size

    def _verified(self, iri: str, graph: Graph) -> int:
        count = self.count(iri)
        if count not in (len(graph), expected(graph, count)):
            raise StoreError(
                f"{iri}: {len(graph)} statements were sent, the store holds {count}; load again"
            )
        return count

    def count(self, iri: str) -> int:
        """The number of statements in a named graph."""
        return int(self._rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")[0][0])

    def _drop(self, iri: str) -> Loaded:
        try:
            self._update(f"DROP SILENT GRAPH <{iri}> ;\n{unmark(iri)}")
        except StoreError as problem:
            return Loaded(graph=iri, how="failed", error=str(problem))
        return Loaded(graph=iri, how="dropped")

    def _markers(self) -> dict[str, Marker]:
        keys = " ; ".join(f"<{DEF}{k}> ?{k}" for k in ("digest", "count", "release"))
        rows = self._rows(
            f"SELECT ?g ?digest ?count ?release {{ GRAPH <{LOADS}> {{ ?g {keys} }} }}"
        )
        return {g: Marker(d, int(n), r) for g, d, n, r in rows}

    def _mark(self, iri: str, marker: Marker) -> None:
        self._update(mark(iri, marker))

    def _rows(self, text: str) -> list[list[str]]:
        answer = remote_query(self.endpoint.query, text, "json", self.http)
        rows = msgspec.json.decode(answer)
        names = rows["head"]["vars"]
        return [[b[n]["value"] for n in names] for b in rows["results"]["bindings"] if b]

    def _update(self, text: str) -> None:
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        response = self.http.send("POST", self.endpoint.update, data=text.encode(), headers=headers)
        if response.status_code in (406, 415):
            response = self.http.send("POST", self.endpoint.update, data={"update": text})
        if not response.ok:
            raise refused("SPARQL Update", response)

    def _store(self, method: str, iri: str, **options: object) -> requests.Response:
        # The time to connect is also that of sending, and a server that first empties the old
        # graph does not read for a while.
        patience = (self.http.timeout[1],) * 2
        where = {"graph": iri}
        return self.http.send(
            method, self.endpoint.store, params=where, timeout=patience, **options
        )

    def _find_way(self) -> Way:
        """Whether the Graph Store Protocol really works here: tried with one statement."""
        if self._way is None:
            found = list(islice(self._ways(), 1))
            self._way = found[0] if found else "update"
        return self._way

    def _ways(self) -> Iterator[Way]:
        for store in self.endpoint.stores:
            self.endpoint = msgspec.structs.replace(self.endpoint, store=store)
            try:
                self._put(PROBE, Graph([PROBE_LINE]))
                self._put(PROBE, Graph([PROBE_LINE]))
                works = self.count(PROBE) == 1
                server = self._store("DELETE", PROBE).headers.get("Server", "")
            except StoreError:
                continue
            if works:
                # A PUT of Oxigraph is one transaction (tested); of others we do not know it.
                yield "put" if server.lower().startswith("oxigraph") else "put-copy"
