"""Our evaluation of shapes/criteria.ttl says what the SHACL engines say."""

from pathlib import Path

import made
import pyoxigraph as ox
import pytest

from dcat_harvest.check import checklist, constraints, engine
from dcat_harvest.check.statements import Index, bare
from dcat_harvest.graph import Graph

CASES = sorted((Path(__file__).parent / "criteria").glob("*.ttl"))


def ours(graph: Graph) -> list[tuple[str, str, str, str]]:
    index = Index(graph)
    return sorted(
        (bare(dataset), hit.component, bare(hit.value), checklist.CHECK + hit.check)
        for dataset in constraints.datasets(index)
        for hit in constraints.hits(index, dataset)
    )


def theirs(name: str, graph: Graph) -> list[tuple[str, str, str, str]]:
    shapes = engine.shapes(checklist.shapes_nt())
    results = engine.run(name, graph.nt().decode(), shapes)
    return sorted((x.focus, x.component, x.value, x.shape) for x in results)


def together() -> Graph:
    """All cases in one graph, each under names of its own."""
    return Graph(
        line.replace("https://example.org/id/", f"https://example.org/{path.stem}/")
        for path in CASES
        for line in read(path).lines
    )


def read(path: Path) -> Graph:
    return Graph.parse(path.read_bytes(), ox.RdfFormat.TURTLE)


@pytest.mark.parametrize("path", CASES, ids=lambda x: x.stem)
def test_our_evaluation_is_that_of_the_rust_engine(path: Path) -> None:
    pytest.importorskip("shacl")
    graph = read(path)

    assert ours(graph) == theirs("shacl", graph)


def test_our_evaluation_is_that_of_pyshacl() -> None:
    graph = together()
    found = ours(graph)

    assert found == theirs("pyshacl", graph)
    assert len({x[3] for x in found}) == sum(not x.by_code for x in checklist.checks().values())


@pytest.mark.parametrize("seed", range(4))
def test_our_evaluation_is_that_of_the_rust_engine_on_random_catalogues(seed: int) -> None:
    pytest.importorskip("shacl")
    graph = made.catalogue(seed, size=250)

    assert ours(graph) == theirs("shacl", graph)


def test_our_evaluation_is_that_of_pyshacl_on_a_random_catalogue() -> None:
    graph = made.catalogue(seed=5, size=40)

    assert ours(graph) == theirs("pyshacl", graph)


@pytest.mark.world
def test_our_evaluation_is_that_of_the_engine_on_every_defect(shared: Path) -> None:
    pytest.importorskip("shacl")
    for path in sorted((shared / "data" / "defects").glob("*.ttl")):
        graph = read(path)

        assert ours(graph) == theirs("shacl", graph), path.name
