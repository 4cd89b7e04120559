"""The reference engine of the SHACL port: pySHACL on rdflib, with literals left as they are."""

import gc
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from dcat_harvest.check.engine import SH, XSD_STRING, Result, Shapes, bare
from dcat_harvest.errors import BrokenInvariant, InputError

if TYPE_CHECKING:
    import rdflib


def run(data_nt: str, shapes: Shapes) -> Iterator[Result]:
    """Results of pySHACL; rdflib and its logger are left as they were."""
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
        yield from read(report)
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
        log.setLevel(level)
        if not gc.isenabled():
            gc.collect()  # rdflib's graphs and stores hold each other


def read(report: "rdflib.Graph") -> Iterator[Result]:
    """The top-level results of a report."""
    from rdflib import URIRef

    for node in report.objects(None, URIRef(f"{SH}result")):
        one = {name: report.value(node, URIRef(SH + name)) for name in RESULT}
        shape = one["sourceShape"]
        component = str(one["sourceConstraintComponent"]).rpartition("#")[2]
        severity = str(one["resultSeverity"])
        yield Result(
            focus=bare(_term(one["focusNode"])),
            path=bare(_path(report, one["resultPath"])),
            value=bare(_term(one["value"])),
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
