"""Count how many tests of the W3C SHACL core suite each engine passes.

`python bench/w3c.py DIR [--failures]`, where DIR holds the suite (its `core` folder, or any folder
of its Turtle files). A test passes where conforms and the set of (focus, path, value, component,
severity) are those of the expected report.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src")]

from dcat_harvest.check import engine  # noqa: E402 - the path comes first
from dcat_harvest.errors import HarvestError  # noqa: E402 - the path comes first

SH = engine.SH
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
Dataset = ox.Dataset
Term = Any  # of an RDF graph: what a test file holds is not known beforehand
Expected = set[tuple[str, str, str, str, str]]


def tests(folder: Path) -> Iterator[tuple[Path, Dataset, Term]]:
    """Every `sht:Validate` of every file."""
    for path in sorted(folder.rglob("*.ttl")):
        base = path.absolute().as_uri()
        graph = Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=base))
        kind = ox.NamedNode(f"{SHT}Validate")
        for quad in graph.quads_for_object(kind):
            yield path, graph, quad.subject


def one(graph: Dataset, subject: Term, name: str) -> Term:
    """The object of a statement, None where there is none."""
    return next(
        (q.object for q in graph.quads_for_subject(subject) if q.predicate.value == name), None
    )


def text_of(where: Term, path: Path, graph: Dataset) -> str:
    """The graph that a test names, as N-Triples; its own file for the empty name."""
    here = path.absolute().as_uri()
    quads = (
        graph
        if where.value == here
        else ox.parse(
            path=path.parent / Path(where.value).name,
            format=ox.RdfFormat.TURTLE,
            base_iri=where.value,
        )
    )
    return "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in quads)


def expected(graph: Dataset, report: Term) -> Expected:
    """The results of the expected report; paths by predicate, longer ones as `path`."""
    found: Expected = set()
    for quad in graph.quads_for_subject(report):
        if quad.predicate.value != f"{SH}result":
            continue
        node: Term = quad.object
        said: dict[str, Term] = {
            q.predicate.value.removeprefix(SH): q.object for q in graph.quads_for_subject(node)
        }
        path = said.get("resultPath")
        value = said.get("value")
        found.add(
            (
                bare(said["focusNode"]),
                "" if path is None else path.value if isinstance(path, ox.NamedNode) else "path",
                "" if value is None else bare(value),
                said["sourceConstraintComponent"]
                .value.rpartition("#")[2]
                .removesuffix("ConstraintComponent"),
                said["resultSeverity"].value.removeprefix(SH),
            )
        )
    return found


def bare(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def simple(results: list[engine.Result]) -> Expected:
    return {
        (
            x.focus,
            "path" if x.path[:1] in "(^" and x.path else x.path,
            x.value,
            x.component,
            x.severity,
        )
        for x in results
    }


def passes(name: str, path: Path, graph: Dataset, test: Term) -> bool:
    """Run one test on one engine."""
    action = one(graph, test, f"{MF}action")
    wanted = one(graph, test, f"{MF}result")
    assert action is not None
    assert wanted is not None
    data = one(graph, action, f"{SHT}dataGraph")
    shapes = one(graph, action, f"{SHT}shapesGraph")
    assert data is not None
    assert shapes is not None
    is_failure = isinstance(wanted, ox.NamedNode) and wanted.value == f"{SHT}Failure"
    try:
        found = engine.run(
            name, text_of(data, path, graph), engine.Shapes(text_of(shapes, path, graph))
        )
    except OSError:
        return False  # a graph of the web that is not in the suite
    except HarvestError:
        return is_failure
    return not is_failure and simple(found) == expected(graph, wanted)


def main(folder: Path, *, show: bool) -> None:
    """Print the pass count of each engine."""
    found = list(tests(folder))
    for name in ("shacl", "pyshacl"):
        failed = [path for path, graph, test in found if not passes(name, path, graph, test)]
        print(f"{name}: {len(found) - len(failed)} of {len(found)}")
        for path in failed if show else ():
            print(f"  {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), show="--failures" in sys.argv)
