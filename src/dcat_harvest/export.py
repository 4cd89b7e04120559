"""Writing the current release for one target, checked by that target's rules."""

from pathlib import Path

import msgspec
import pyoxigraph as ox

from dcat_harvest.check import check
from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph
from dcat_harvest.publish.files import turtle
from dcat_harvest.store.release import base_of, current_of, read_graph
from dcat_harvest.targets import publish_target
from dcat_harvest.targets import target as target_of


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """One target's files, and what its rules say of them."""

    target: str
    folder: Path
    statements: int
    findings: tuple[Finding, ...]


def export(output: Path, name: str, *, engine: str = "shacl", workers: int = 1) -> Exported:
    """Write `targets/NAME/catalog.ttl`, `.nt` and `.rdf` of the current release, and check them.

    Raises UsageError for a target that there is not, or whose file could not be written.
    """
    table = target_of(name)
    release = current_of(output)
    graph = publish_target(read_graph(release / "catalog.nt"), table)
    folder = output / "targets" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder / "catalog.nt", graph.nt())
        _put(folder / "catalog.ttl", turtle(graph))
        _put(folder / "catalog.rdf", _rdf_xml(graph))
    except OSError as problem:
        raise UsageError(f"{folder}: cannot be written: {problem}") from None
    found = check(
        graph, profiles=table.profiles, engine=engine, workers=workers, base=base_of(release)
    )
    return Exported(target=name, folder=folder, statements=len(graph), findings=tuple(found))


def _rdf_xml(graph: Graph) -> bytes:
    return ox.serialize(graph.triples(), format=ox.RdfFormat.RDF_XML) or b""


def _put(path: Path, data: bytes) -> None:
    # Aside and renamed: a reader never sees half a file.
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(data)
    aside.replace(path)
