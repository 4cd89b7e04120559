"""SHACL paths, compiled to functions over N-Triples terms, and written out."""

from collections.abc import Callable, Iterator

from dcat_harvest.check.statements import Index, Terms, is_iri
from dcat_harvest.errors import BrokenInvariant

SH = "http://www.w3.org/ns/shacl#"
NIL = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Path = Callable[[Index, str], Terms]


def compiled(shapes: Index, path: str) -> Path:
    """The values that a path of the shapes reaches from a node."""
    node = shapes.node(path)
    if f"<{RDF}first>" in node:
        return _sequence([compiled(shapes, x) for x in items(shapes, path)])
    for key, make in (
        ("inversePath", _inverse),
        ("alternativePath", _alternative),
        ("zeroOrOnePath", _optional),
    ):
        if values := node.get(f"<{SH}{key}>"):
            return make(shapes, values[0])
    if not is_iri(path):
        raise BrokenInvariant(f"path {node} in shapes/criteria.ttl is not one we evaluate")
    return lambda index, focus: index.nodes[focus].get(path, ())


def _sequence(steps: list[Path]) -> Path:
    def walk(index: Index, focus: str) -> Terms:
        found: Terms = (focus,)
        for step in steps:
            if len(found) == 1:
                found = step(index, found[0])
            elif found:
                found = tuple(dict.fromkeys(y for x in found for y in step(index, x)))
        return found

    return walk


def _inverse(shapes: Index, path: str) -> Path:
    return lambda index, focus: index.subjects(path, focus)


def _alternative(shapes: Index, path: str) -> Path:
    steps = [compiled(shapes, x) for x in items(shapes, path)]

    def walk(index: Index, focus: str) -> Terms:
        found: Terms = ()
        for step in steps:
            found += step(index, focus)
        return found if len(found) < 2 else tuple(dict.fromkeys(found))

    return walk


def _optional(shapes: Index, path: str) -> Path:
    step = compiled(shapes, path)
    return lambda index, focus: tuple(dict.fromkeys((focus, *step(index, focus))))


def items(shapes: Index, head: str) -> Iterator[str]:
    """The members of an RDF list."""
    while head != NIL:
        node = shapes.node(head)
        yield node[f"<{RDF}first>"][0]
        head = node[f"<{RDF}rest>"][0]


def written(shapes: Index, path: str) -> tuple[str, str]:
    """A path as SHACL writes it with IRIs, and the first property that it ends in."""
    node = shapes.node(path)
    if f"<{RDF}first>" in node:
        steps = [written(shapes, x) for x in items(shapes, path)]
        return "/".join(x for x, _ in steps), steps[-1][1]
    if values := node.get(f"<{SH}inversePath>"):
        return f"^{written(shapes, values[0])[0]}", values[0]
    if values := node.get(f"<{SH}zeroOrOnePath>"):
        return f"{written(shapes, values[0])[0]}?", values[0]
    if values := node.get(f"<{SH}alternativePath>"):
        branches = [written(shapes, x) for x in items(shapes, values[0])]
        return f"({'|'.join(x for x, _ in branches)})", branches[0][1]
    return path, path
