"""Which datasets are new, gone or changed, and field by field what changed in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
import pyoxigraph as ox

from dcat_harvest.graph import Graph, triples
from dcat_harvest.store.answers import prefixes

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_TITLES = frozenset({"dct:title", "foaf:name", "vcard:fn", "rdfs:label", "skos:prefLabel"})
_MOST_PARENTS = 50
Key = tuple[str, str]
Fields = dict[Key, frozenset[str]]


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a dataset, or of one of its distributions, before and after."""

    part: str
    """The distribution, empty for the dataset itself."""
    field: str
    """The path of properties: `dct:temporal/dcat:startDate`."""
    old: tuple[str, ...]
    new: tuple[str, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset (or shared node) that differs."""

    kind: Literal["new", "gone", "changed", "shared"]
    iri: str
    title: str
    fields: tuple[FieldChange, ...] = ()


class Side:
    """One graph, with what is needed to walk it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        dcat = prefixes()["dcat"]
        kinds = {f"<{dcat}Dataset>", f"<{dcat}DatasetSeries>"}
        self.datasets: set[str] = set()
        self.links: dict[str, list[str]] = defaultdict(list)
        apart = {f"<{dcat}{x}>" for x in ("Catalog", "CatalogRecord", "DataService")}
        self.apart: set[str] = set()
        for text in graph:
            subject, predicate, rest = text.split(" ", 2)
            value = rest[:-2]
            if predicate == RDF_TYPE:
                if value in kinds:
                    self.datasets.add(subject)
                if value in apart:
                    self.apart.add(subject)
            elif value[0] in "<_":
                self.links[value].append(subject)

    def owns(self, node: str) -> bool:
        """Whether a node is told of and belongs to the one that links to it."""
        return (
            node in self.graph.said
            and len(self.links.get(node, ())) == 1
            and node not in self.datasets
            and node not in self.apart
        )

    def title(self, node: str) -> str:
        """The title, name or label of a node; else the empty string."""
        for triple in triples(self.graph.about(node)):
            if curie(triple.predicate.value) in _TITLES and isinstance(triple.object, ox.Literal):
                return triple.object.value
        return ""

    def datasets_of(self, nodes: Iterable[str]) -> set[str]:
        """The datasets that are these nodes, or that these nodes are part of."""
        found: set[str] = set()
        seen: set[str] = set()
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in self.datasets:
                found.add(node)
            elif node not in self.apart and len(self.links.get(node, ())) <= _MOST_PARENTS:
                todo += self.links.get(node, ())
        return found

    def records_of(self, nodes: Iterable[str], datasets: set[str]) -> set[str]:
        """The catalogue records among the nodes that are about one of these datasets."""
        topic = f"<{prefixes()['foaf']}primaryTopic>"
        return {
            node
            for node in nodes
            for line in self.graph.about(node)
            if topic in line and line.split(" ", 2)[2][:-2] in datasets
        }

    def fields(self, node: str) -> tuple[Fields, set[str]]:
        """The fields of a node and of what it owns, and the nodes that were visited."""
        found: dict[Key, set[str]] = defaultdict(set)
        seen: set[str] = set()
        self._walk(node, "", "", found, seen)
        return {k: frozenset(v) for k, v in found.items()}, seen

    def _walk(
        self, node: str, part: str, path: str, found: dict[Key, set[str]], seen: set[str]
    ) -> None:
        seen.add(node)
        for triple in triples(self.graph.about(node)):
            field = (
                f"{path}/{curie(triple.predicate.value)}" if path else curie(triple.predicate.value)
            )
            value = str(triple.object)
            if field == "dcat:distribution" and value in self.graph.said:
                name = self._distribution(value)
                found["", field].add(name)
                if value not in seen:
                    self._walk(value, name, "", found, seen)
            elif self.owns(value) and value not in seen and not path.count("/") > 3:
                self._walk(value, part, field, found, seen)
            else:
                found[part, field].add(shown(triple.object))

    def _distribution(self, node: str) -> str:
        """Its IRI; for a blank node the address that it gives."""
        if node.startswith("<"):
            return node[1:-1]
        dcat = prefixes()["dcat"]
        for name in ("downloadURL", "accessURL"):
            for triple in triples(self.graph.about(node)):
                if triple.predicate.value == f"{dcat}{name}":
                    return shown(triple.object)
        return node


def changes(old: Graph, new: Graph) -> tuple[Change, ...]:
    """All datasets that differ, sorted by IRI, then the shared nodes that differ."""
    before, after = Side(old), Side(new)
    touched = _touched(old, new)
    found = [
        Change(kind="new", iri=bare(d), title=after.title(d))
        for d in sorted(after.datasets - before.datasets)
    ]
    found += [
        Change(kind="gone", iri=bare(d), title=before.title(d))
        for d in sorted(before.datasets - after.datasets)
    ]
    told: set[str] = set()
    for dataset in sorted(before.datasets_of(touched) | after.datasets_of(touched)):
        was, seen = before.fields(dataset)
        now, met = after.fields(dataset)
        told |= seen | met
        fields = _compare(was, now)
        if fields and dataset in before.datasets and dataset in after.datasets:
            title = after.title(dataset)
            found.append(Change(kind="changed", iri=bare(dataset), title=title, fields=fields))
    told |= before.records_of(touched, before.datasets - after.datasets)
    told |= after.records_of(touched, after.datasets - before.datasets)
    return (*found, *_shared(before, after, touched - told))


def _touched(old: Graph, new: Graph) -> set[str]:
    differ = set(old) ^ set(new)
    return {text[: text.index(" ")] for text in differ}


def _shared(before: Side, after: Side, nodes: Iterable[str]) -> list[Change]:
    found = []
    for node in sorted(nodes):
        fields = _compare(_own(before, node), _own(after, node))
        title = after.title(node) or before.title(node)
        found.append(Change(kind="shared", iri=bare(node), title=title, fields=fields))
    return found


def _own(side: Side, node: str) -> Fields:
    found: dict[Key, set[str]] = defaultdict(set)
    for triple in triples(side.graph.about(node)):
        found["", curie(triple.predicate.value)].add(shown(triple.object))
    return {k: frozenset(v) for k, v in found.items()}


def _compare(
    old: Mapping[Key, frozenset[str]], new: Mapping[Key, frozenset[str]]
) -> tuple[FieldChange, ...]:
    none: frozenset[str] = frozenset()
    # Values that both sides have say nothing; only what went and what came is told.
    return tuple(
        FieldChange(
            part=part,
            field=field,
            old=tuple(sorted(old.get((part, field), none) - new.get((part, field), none))),
            new=tuple(sorted(new.get((part, field), none) - old.get((part, field), none))),
        )
        for part, field in sorted(old.keys() | new.keys())
        if old.get((part, field)) != new.get((part, field))
    )


def curie(iri: str) -> str:
    """An IRI with one of our prefixes, where one fits."""
    for prefix, start in prefixes().items():
        if iri.startswith(start):
            return f"{prefix}:{iri[len(start) :]}"
    if bare(RDF_TYPE) == iri:
        return "rdf:type"
    return iri


def bare(term: str) -> str:
    """An IRI term without its brackets."""
    return term[1:-1] if term.startswith("<") else term


def shown(term: object) -> str:
    """A term for people: IRIs bare, literals with language or datatype only where it tells."""
    match term:
        case ox.NamedNode():
            return term.value
        case ox.Literal() if term.language:
            return f"{term.value} @{term.language}"
        case ox.Literal():
            kind = term.datatype.value.rpartition("#")[2]
            return term.value if kind == "string" else f"{term.value} ({kind})"
        case _:
            return str(term)
