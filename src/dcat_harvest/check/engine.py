"""The SHACL port: two engines, one set of results.

`shacl` (Rust) is the default, `pyshacl` the reference and the fallback where `shacl` has no
wheel. Neither text of theirs nor order of theirs is used: results are facts, sorted.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pyoxigraph as ox

from dcat_harvest.errors import BrokenInvariant, InputError, UsageError

if TYPE_CHECKING:
    import rdflib

EngineName = Literal["shacl", "pyshacl"]
SH = "http://www.w3.org/ns/shacl#"
LABEL = "urn:dcat-harvest:label"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
TARGETS = frozenset(
    f"<{SH}{name}>"
    for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)
# `shacl` renames blank nodes: this shape makes it tell which name each has become.
PROBE = f"""
<urn:dcat-harvest:probe> <{SH}targetSubjectsOf> <{LABEL}> .
<urn:dcat-harvest:probe> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SH}NodeShape> .
<urn:dcat-harvest:probe> <{SH}property> <{LABEL}/property> .
<{LABEL}/property> <{SH}path> <{LABEL}> .
<{LABEL}/property> <{SH}nodeKind> <{SH}IRI> .
"""


class Result(NamedTuple):
    """One top-level `sh:result`. IRIs are bare, literals and blank nodes N-Triples terms."""

    focus: str
    path: str
    """Predicate IRI, or the text of a longer path; empty for a node shape's own constraint."""
    value: str
    component: str
    """Local name without `ConstraintComponent`."""
    severity: str
    """`Violation`, `Warning` or `Info`; another severity by its IRI."""
    shape: str
    """Source shape; empty where it is a blank node."""


class Shapes(NamedTuple):
    """Shapes as N-Triples, repaired and known to have a target."""

    nt: str


def shapes(nt: str) -> Shapes:
    """Shapes from N-Triples text; raises UsageError where nothing in it has a target.

    Both engines accept such shapes and then call everything conforming.
    """
    lines = nt.split("\n")
    if not any(x.split(" ", 2)[1] in TARGETS for x in lines if x.count(" ") > 1):
        implicit = f"<{SH}NodeShape> ."
        classes = {x.split(" ", 1)[0] for x in lines if x.endswith("rdf-schema#Class> .")}
        if not any(x.endswith(implicit) and x.split(" ", 1)[0] in classes for x in lines):
            raise UsageError("the shapes have no target, so they would check nothing")
    return Shapes(nt)


def run(engine: str, data_nt: str, shapes: Shapes) -> list[Result]:
    """All results of these shapes on this data, unique and sorted, the same from any engine.

    Raises InputError where the data is not strict N-Triples.
    """
    engines: dict[str, Callable[[str, Shapes], Iterable[Result]]] = {
        "shacl": _with_shacl,
        "pyshacl": _with_pyshacl,
    }
    if engine not in engines:
        raise UsageError(f"no engine {engine!r}; there are {', '.join(engines)}")
    return sorted({x for x in engines[engine](data_nt, shapes) if x.path != LABEL})


def default() -> EngineName:
    """`shacl` where it is installed, else `pyshacl`."""
    from importlib.util import find_spec

    return "shacl" if find_spec("shacl") else "pyshacl"


@lru_cache(maxsize=16)
def _compiled(nt: str) -> Any:
    import shacl

    try:
        return shacl.Shapes.from_text(nt + PROBE, "ntriples")
    except ValueError as error:
        raise UsageError(f"the shapes cannot be read: {error}") from error


def _with_shacl(data_nt: str, shapes: Shapes) -> Iterator[Result]:
    labels = _labels(data_nt)
    try:
        report = _compiled(shapes.nt).validate_text(data_nt + labels, "ntriples")
    except ValueError as error:
        raise InputError(f"the data cannot be read: {error}") from error
    results = report.results
    names = {x.focus_node: _unquoted(x.value) for x in results if labels and _is_label(x)}
    known: dict[str, str] = {}  # one string for each of the few paths and shapes
    for x in results:
        shape = x.source_shape or ""
        yield Result(
            focus=_bare(names.get(x.focus_node, x.focus_node)),
            path=known.setdefault(x.path or "", _bare(x.path or "")),
            value=_bare(names.get(x.value, x.value) if x.value else ""),
            component=known.setdefault(
                x.component, x.component.removesuffix("ConstraintComponent")
            ),
            severity=known.setdefault(x.severity, x.severity),
            shape=known.setdefault(shape, "" if shape.startswith("_:") else _bare(shape)),
        )


def _is_label(result: Any) -> bool:
    return bool(result.path == f"<{LABEL}>" and result.component.startswith("NodeKind"))


def _labels(data_nt: str) -> str:
    """One statement per blank node that says its own name."""
    if "_:" not in data_nt:
        return ""
    found: set[str] = set()
    for line in data_nt.split("\n"):
        if "_:" in line:
            subject, _, rest = line.split(" ", 2)
            found.update(x for x in (subject, rest[:-2]) if x.startswith("_:"))
    return "".join(f'{x} <{LABEL}> "{x}" .\n' for x in sorted(found))


def _unquoted(term: str | None) -> str:
    return (term or "").strip('"')


def _bare(term: str) -> str:
    if term.startswith("<") and term.endswith(">") and term.find(">") == len(term) - 1:
        return term[1:-1]
    return term


def _with_pyshacl(data_nt: str, shapes: Shapes) -> Iterator[Result]:
    import pyshacl
    import rdflib

    normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    log = logging.getLogger("rdflib.term")
    level = log.level
    log.setLevel(logging.CRITICAL)  # one traceback for each ill-typed literal otherwise
    try:
        _, report, text = pyshacl.validate(
            _rdflib(data_nt), shacl_graph=_rdflib(shapes.nt), inplace=True, do_owl_imports=False
        )
        if not isinstance(report, rdflib.Graph):
            raise BrokenInvariant(f"pySHACL refused the shapes: {text}")
        yield from _read(report)
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
        log.setLevel(level)


def _read(report: "rdflib.Graph") -> Iterator[Result]:
    from rdflib import URIRef

    for node in report.objects(None, URIRef(f"{SH}result")):
        one = {name: report.value(node, URIRef(SH + name)) for name in RESULT}
        shape = one["sourceShape"]
        component = str(one["sourceConstraintComponent"]).rpartition("#")[2]
        severity = str(one["resultSeverity"])
        yield Result(
            focus=_bare(_term(one["focusNode"])),
            path=_bare(_path(report, one["resultPath"])),
            value=_bare(_term(one["value"])),
            component=component.removesuffix("ConstraintComponent"),
            severity=severity.removeprefix(SH),
            shape=str(shape) if isinstance(shape, URIRef) else "",
        )


RESULT = (
    "focusNode",
    "resultPath",
    "value",
    "sourceConstraintComponent",
    "resultSeverity",
    "sourceShape",
)
REPEATS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def _path(report: "rdflib.Graph", node: Any) -> str:
    # In the spelling of `shacl`.
    from rdflib import URIRef
    from rdflib.collection import Collection

    if node is None or isinstance(node, URIRef):
        return "" if node is None else f"<{node}>"
    if (inverse := report.value(node, URIRef(f"{SH}inversePath"))) is not None:
        return "^" + _path(report, inverse)
    for name, sign in REPEATS.items():
        if (inner := report.value(node, URIRef(SH + name))) is not None:
            return f"({_path(report, inner)}){sign}"
    either = report.value(node, URIRef(f"{SH}alternativePath"))
    members = Collection(report, node if either is None else either)
    return f"({('/' if either is None else '|').join(_path(report, x) for x in members)})"


def _rdflib(nt: str) -> "rdflib.Graph":
    # Not rdflib's own reader: it renames blank nodes and rewrites literals.
    from rdflib import BNode, Graph, URIRef

    graph = Graph()
    known: dict[Any, Any] = {}
    try:
        for quad in ox.parse(nt, format=ox.RdfFormat.N_TRIPLES):
            terms = []
            for term in (quad.subject, quad.predicate, quad.object):
                if term not in known:
                    match term:
                        case ox.NamedNode():
                            known[term] = URIRef(term.value)
                        case ox.BlankNode():
                            known[term] = BNode(term.value)
                        case _:
                            known[term] = _literal(term)
                terms.append(known[term])
            graph.add((terms[0], terms[1], terms[2]))
    except SyntaxError as error:
        raise InputError(f"the data cannot be read: {error}") from error
    return graph


def _literal(term: Any) -> "rdflib.Literal":
    from rdflib import Literal, URIRef

    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == XSD_STRING
    kind = None if plain else URIRef(term.datatype.value)
    return Literal(term.value, datatype=kind, normalize=False)


def _term(node: Any) -> str:
    from rdflib import BNode, URIRef

    if node is None:
        return ""
    if isinstance(node, URIRef):
        return f"<{node}>"
    if isinstance(node, BNode):
        return f"_:{node}"
    if node.language:
        return str(ox.Literal(str(node), language=node.language))
    if node.datatype is None:
        return str(ox.Literal(str(node)))
    return str(ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))))
