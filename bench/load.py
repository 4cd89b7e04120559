"""Load a catalogue into an empty Oxigraph server, then a change of 20 datasets as a delta.

`python bench/load.py [DATASETS]` (default 5,000) starts the server of PyPI's `oxigraph` on loopback
and prints seconds. Wanted: 30 s and 1 s.
"""

import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from catalogue import catalogue

from dcat_harvest.graph import Graph
from dcat_harvest.store.embedded import Embedded
from dcat_harvest.store.endpoint import endpoint_of
from dcat_harvest.store.http import Http
from dcat_harvest.store.remote import Remote

NAME = "https://example.org/graph/bench"


def changed(graph: Graph, datasets: int) -> Graph:
    """The catalogue with the titles of some datasets changed."""
    left = datasets
    lines = []
    for line in graph.lines:
        if left and "/dataset/" in line and "<http://purl.org/dc/terms/title>" in line:
            left -= 1
            lines.append(line.replace('> "', '> "Nieuw: ', 1))
        else:
            lines.append(line)
    return Graph(lines)


def main(count: int) -> None:
    graph = Graph(catalogue(count))
    print(f"{count} datasets, {len(graph)} statements")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        Embedded(Path(folder) / "store").load({NAME: graph})
        print(f"embedded, new store     {time.perf_counter() - start:6.2f} s")
        server(graph, Path(folder) / "server")


def server(graph: Graph, folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    binary = Path(sys.executable).parent / "oxigraph"
    command = [str(binary), "serve", "--location", str(folder), "--bind", address]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait(f"http://{address}")
        measure(Remote(endpoint_of(f"http://{address}", {}), Http()), graph)
    finally:
        process.kill()
        process.wait()


def measure(store: Remote, graph: Graph) -> None:
    new = changed(graph, 20)
    for what, now, before in (
        ("whole, into nothing", graph, {}),
        ("nothing changed", graph, {NAME: graph}),
        ("20 datasets, a delta", new, {NAME: graph}),
        ("whole, over the old", graph, {}),
    ):
        start = time.perf_counter()
        (loaded,) = store.load({NAME: now}, release="bench", previous=before)
        spent = time.perf_counter() - start
        print(f"{what:<23} {spent:6.2f} s  {loaded.how} {loaded.statements} {loaded.error}")


def wait(url: str) -> None:
    for _ in range(200):
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{url} did not come up")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
