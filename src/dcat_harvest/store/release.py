"""The named graphs of a release, and loading a release into a store."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pyoxigraph as ox

from dcat_harvest.errors import HarvestError, InputError, StoreError, UsageError
from dcat_harvest.graph import Graph
from dcat_harvest.store import Loaded, Store
from dcat_harvest.store.embedded import Embedded
from dcat_harvest.store.endpoint import endpoint_of
from dcat_harvest.store.http import Http, from_environment
from dcat_harvest.store.remote import Remote


def graphs_of(release: Path, base: str) -> dict[str, Graph]:
    """Graph IRI to statements: each source, what all share, quality and provenance."""
    return {iri: read_graph(path) for iri, path in files_of(release, base).items()}


def files_of(release: Path, base: str) -> dict[str, Path]:
    """Graph IRI to the Turtle file that holds it; `graph/catalog` is the hub."""
    if not (release / "catalog.nt").is_file():
        raise InputError(f"{release}: no catalog.nt, so this is no release; build one first")
    found = {f"{base}graph/{p.stem}": p for p in sorted((release / "sources").glob("*.ttl"))}
    for name, file in (
        ("quality", "quality/dqv.ttl"),
        ("provenance", "provenance.ttl"),
        ("terms", "terms.ttl"),
    ):
        if (release / file).is_file():
            found[f"{base}graph/{name}"] = release / file
    return found


def read_graph(path: Path, format: ox.RdfFormat | None = None) -> Graph:
    """An RDF file as a graph; its name tells the format."""
    kind = format or ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if kind is None:
        raise InputError(f"{path}: the ending is not that of an RDF file (.ttl .nt .rdf .jsonld)")
    try:
        return Graph.parse(path.read_bytes(), kind)
    except (SyntaxError, OSError) as problem:
        raise InputError(f"{path}: {problem}") from None


def store_at(output: Path, endpoint: str = "") -> Store:
    """The embedded store of an output folder, or a server's with the environment's password."""
    if not endpoint:
        return Embedded(output / "store")
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(f"--endpoint {endpoint!r}: write an address that begins with http(s)://")
    return Remote(endpoint_of(endpoint), Http(from_environment(os.environ)))


def load(
    output: Path, base: str, endpoint: str = "", *, store: Store | None = None
) -> tuple[Loaded, ...]:
    """Load the current release of an output folder: `dcat-harvest load`.

    A server that holds another release of this folder gets what changed only. Raises StoreError
    where a graph was refused, after the others had their turn.
    """
    current = current_of(output)
    target = store or store_at(output, endpoint)
    if isinstance(target, Embedded):
        return target.load(files_of(current, base), release=current.name)
    graphs = graphs_of(current, base)
    previous: Mapping[str, Graph] = {}
    if isinstance(target, Remote):
        held = output / "releases" / (target.release() or "-")
        if held.is_dir() and held != current:
            previous = graphs_of(held, base)
    done = target.load(graphs, release=current.name, previous=previous, prune=True)
    failed = [f"{one.graph}: {one.error}" for one in done if one.how == "failed"]
    if failed:
        raise StoreError(
            f"{len(failed)} of {len(done)} graphs were not loaded; the old ones stay: "
            + "; ".join(failed)
        )
    return done


def current_of(output: Path) -> Path:
    """The newest complete release of an output folder."""
    link = output / "current"
    if link.is_dir():
        return link.resolve()
    if link.is_file():
        # Where links are not to be had, `current` is a file with the name.
        return output / "releases" / link.read_text(encoding="utf-8").strip()
    raise InputError(f"{output}: no release here; run dcat-harvest run first")


def base_of(release: Path) -> str:
    """The base IRI that a release was built with, from its manifest."""
    manifest = msgspec.json.decode((release / "manifest.json").read_bytes(), type=dict[str, object])
    return str(manifest.get("base") or "https://example.org/")


def main() -> int:
    """`python -m dcat_harvest.store.release FOLDER STORE BASE`: fill the embedded store.

    A process of its own, beside the run that still writes pages: catalogue and store are never in
    one memory. The new store takes the old one's place once a line comes in on standard input,
    when the release is current; without one (the run was killed) the old store stays.
    """
    folder, store, base = sys.argv[1:]
    try:
        Embedded(Path(store)).load(files_of(Path(folder), base), ready=_ready)
    except HarvestError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    return 0


def _ready() -> str:
    """Say that the release has been read, and wait until it is current."""
    sys.stdout.write("filled\n")
    sys.stdout.flush()
    return sys.stdin.readline()


if __name__ == "__main__":
    sys.exit(main())
