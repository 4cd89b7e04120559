"""JSON-LD nodes to statements, strictly: pyoxigraph's triples must equal the expected ones.

pyoxigraph drops what it cannot read in JSON-LD without a word (design, decision 5); so each batch
is expected beforehand from the context, statement by statement, and any difference stops the run.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal

import msgspec
import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.errors import BrokenInvariant
from dcat_harvest.graph import line

Node = dict[str, object]
BATCH = 200
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ESCAPES = {
    **{i: f"\\u{i:04X}" for i in [*range(0x20), 0x7F]},
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}


class Term(msgspec.Struct, frozen=True):
    """One key of the context: predicate as an N-Triples term, and how its values are written."""

    predicate: str
    kind: Literal["iri", "language", "plain", "typed"]
    datatype: str = ""


@cache
def context() -> dict[str, object]:
    """`vocab/context.jsonld`, the mapping itself."""
    return dict(json.loads(resources.text("vocab/context.jsonld"))["@context"])


@cache
def prefixes() -> dict[str, str]:
    """Prefix to namespace, as the context has them."""
    return {k: v for k, v in context().items() if isinstance(v, str)}


@cache
def terms() -> dict[str, Term]:
    """Key to predicate and kind, in the order of the context."""
    return {k: _term(v) for k, v in context().items() if isinstance(v, dict)}


def _term(entry: Mapping[str, str]) -> Term:
    predicate = f"<{expand(entry['@id'])}>"
    if entry.get("@container") == "@language":
        return Term(predicate, "language")
    match entry.get("@type"):
        case "@id":
            return Term(predicate, "iri")
        case None:
            return Term(predicate, "plain")
        case datatype:
            return Term(predicate, "typed", f"^^<{expand(datatype)}>")


def expand(name: str) -> str:
    """A compact IRI with a prefix of the context written out; any other text as it is."""
    prefix, colon, rest = name.partition(":")
    space = prefixes().get(prefix) if colon and not rest.startswith("//") else None
    return space + rest if space else name


def tidy(node: Mapping[str, object]) -> Node:
    """The node without absent values, its keys in the order of the context."""
    kept = {k: v for k, v in node.items() if v not in (None, [], {}, "")}
    unknown = kept.keys() - terms().keys() - {"@id", "@type"}
    if unknown:
        raise BrokenInvariant(f"{node.get('@id')}: no key {sorted(unknown)} in the context")
    ordered: Node = {"@id": kept["@id"], "@type": kept["@type"]}
    ordered.update((k, kept[k]) for k in terms() if k in kept)
    return ordered


def expected(node: Node) -> Iterator[str]:
    """The N-Triples lines that a tidy node must give."""
    subject = f"<{node['@id']}>"
    for name in _many(node["@type"]):
        yield f"{subject} {RDF_TYPE} <{expand(str(name))}> ."
    for key, value in node.items():
        if key not in ("@id", "@type"):
            term = terms()[key]
            for text in _objects(term, value):
                yield f"{subject} {term.predicate} {text} ."


def _objects(term: Term, value: object) -> Iterator[str]:
    if term.kind == "language":
        assert isinstance(value, dict)
        for lang, texts in value.items():
            for text in _many(texts):
                yield f"{quoted(str(text))}@{lang}"
        return
    for one in _many(value):
        if isinstance(one, dict):
            yield f"{quoted(str(one['@value']))}^^<{expand(str(one['@type']))}>"
        elif term.kind == "iri":
            yield f"<{expand(str(one))}>"
        else:
            yield quoted(str(one)) + term.datatype


def quoted(text: str) -> str:
    """A literal's lexical form as N-Triples writes it."""
    return f'"{text.translate(_ESCAPES)}"'


def _many(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else (value,)


def lines(nodes: Iterable[Node]) -> Iterator[str]:
    """The statements of tidy nodes as N-Triples lines, compared in batches; see `compare`."""
    pending: list[Node] = []
    for node in nodes:
        pending.append(node)
        if len(pending) >= BATCH:
            yield from _batch(pending)
            pending = []
    if pending:
        yield from _batch(pending)


def _batch(nodes: list[Node]) -> set[str]:
    wanted = {text for node in nodes for text in expected(node)}
    compare(wanted, msgspec.json.encode(nodes), str(nodes[0]["@id"]))
    return wanted


def compare(wanted: set[str], packed: bytes, first: str) -> None:
    """Read nodes (as JSON) with pyoxigraph and compare them with the wanted statements.

    Raises BrokenInvariant, naming the first node and the statements, where they differ.
    """
    try:
        read = {line(q) for q in ox.parse(document(packed), format=ox.RdfFormat.JSON_LD)}
    except SyntaxError as error:
        raise BrokenInvariant(f"{first} and on: not JSON-LD: {error}") from error
    if read != wanted:
        lost, added = sorted(wanted - read)[:3], sorted(read - wanted)[:3]
        raise BrokenInvariant(
            f"{first} and on: statements lost {lost} or changed {added}; nothing is published"
        )


def document(packed: bytes) -> bytes:
    """A JSON-LD document of nodes that are JSON already; nothing has to be fetched to read it."""
    return head() + packed + b"}\n"


@cache
def head() -> bytes:
    """A document up to its nodes: the whole context."""
    return msgspec.json.encode({"@context": context()})[:-1] + b', "@graph": '
