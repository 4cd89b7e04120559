"""A graph as an index for checks: terms by subject and predicate, read from its N-Triples lines.

Terms stay N-Triples text: 4,000 datasets are looked through without making an object per term.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from dcat_harvest.graph import Graph

Terms = tuple[str, ...]
Node = dict[str, Terms]
EMPTY: Node = {}
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
MOST_NODES = 4096  # parsed nodes kept at a time: memory stays flat
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Nodes(dict[str, Node]):
    """Subject to what it says, parsed when first asked for."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._graph = graph

    def __missing__(self, subject: str) -> Node:
        found = self[subject] = _node(self._graph.said.get(subject, ()))
        return found


class Index:
    """What each subject says, and who refers to it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = Nodes(graph)
        """Predicate to objects, in line order; empty for a subject that says nothing."""
        self._inverse: dict[str, dict[str, Terms]] = {}
        self.conforming: dict[tuple[str, str], bool] = {}
        """(Shape, node) to whether it conforms, as `constraints` finds out."""

    def node(self, subject: str) -> Node:
        """What one subject says."""
        return self.nodes[subject]

    def objects(self, subject: str, predicate: str) -> Terms:
        """The objects of one predicate."""
        return self.nodes[subject].get(predicate, ())

    def subjects(self, predicate: str, value: str) -> Terms:
        """The subjects that have this value."""
        if predicate not in self._inverse:
            self._inverse[predicate] = self._invert(predicate)
        return self._inverse[predicate].get(value, ())

    def of_class(self, name: str) -> Terms:
        """The subjects of a class, by its IRI term."""
        return self.subjects(A, name)

    def _invert(self, predicate: str) -> dict[str, Terms]:
        found: dict[str, list[str]] = {}
        start = f"{predicate} "
        for subject, mine in self.graph.said.items():
            for rest in mine:
                if rest.startswith(start):
                    found.setdefault(rest[len(start) : -2], []).append(subject)
        return {value: tuple(subjects) for value, subjects in found.items()}


def _node(mine: Iterable[str]) -> Node:
    found: Node = {}
    several: dict[str, list[str]] = {}
    for rest in mine:
        predicate, _, value = rest[:-2].partition(" ")
        if predicate not in found:
            found[predicate] = (value,)
        elif predicate in several:
            several[predicate].append(value)
        else:
            several[predicate] = [*found[predicate], value]
    for predicate, values in several.items():
        found[predicate] = tuple(values)
    return found


def term(iri: str) -> str:
    """An IRI as N-Triples term."""
    return f"<{iri}>"


def is_iri(value: str) -> bool:
    """Whether a term is an IRI."""
    return value.startswith("<") and not value.startswith("<<")


def is_literal(value: str) -> bool:
    """Whether a term is a literal."""
    return value.startswith('"')


@lru_cache(maxsize=65536)
def text(value: str) -> str:
    """What SPARQL's str() gives: the IRI, or the characters of a literal."""
    if is_iri(value):
        return _plain(value[1:-1])
    return _plain(value[1 : value.rindex('"')]) if is_literal(value) else ""


@lru_cache(maxsize=4096)
def language(value: str) -> str:
    """The language tag of a literal in lower case, or nothing."""
    end = value.rindex('"') + 1 if is_literal(value) else 0
    return value[end + 1 :].split("--", 1)[0].lower() if end and value[end : end + 1] == "@" else ""


def datatype(value: str) -> str:
    """The datatype IRI of a literal."""
    rest = value[value.rindex('"') + 1 :]
    if rest.startswith("^^"):
        return rest[3:-1]
    tagged = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    return tagged if rest.startswith("@") else "http://www.w3.org/2001/XMLSchema#string"


def named(node: str) -> str:
    """The term of a node that a finding or score names: a bare IRI or a blank node."""
    return node if node.startswith("_:") else f"<{node}>"


def bare(value: str) -> str:
    """An IRI without its brackets; another term as it is."""
    return value[1:-1] if is_iri(value) else value


def texts(values: Terms) -> Iterator[str]:
    """The characters of each term."""
    return (text(x) for x in values)


def _plain(inner: str) -> str:
    return _ESCAPE.sub(_unescape, inner) if "\\" in inner else inner


def _unescape(match: re.Match[str]) -> str:
    short, long, single = match.groups()
    if single is not None:
        return _SHORT.get(single, single)
    return chr(int(short or long, 16))
