"""A graph to walk: what refers to what, which nodes are hubs, which dataset a node belongs to."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from dcat_harvest.check.shape_needs import Needs
from dcat_harvest.graph import Graph

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUB_CLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
RESOURCE = "<http://www.w3.org/2000/01/rdf-schema#Resource>"
DCAT = "http://www.w3.org/ns/dcat#"
DATASETS = frozenset(f"<{DCAT}{x}>" for x in ("Dataset", "DatasetSeries"))
SERVICES_AND_CATALOGUES = frozenset(f"<{DCAT}{x}>" for x in ("DataService", "Catalog"))
ROOTS = DATASETS | SERVICES_AND_CATALOGUES | {f"<{DCAT}CatalogRecord>"}
TOPIC = "<http://xmlns.com/foaf/0.1/primaryTopic>"
HVD_LAW = "<http://data.europa.eu/eli/reg_impl/2023/138/oj>"
HVD_CATEGORY = "<http://data.europa.eu/r5r/hvdCategory>"
LEGISLATION = "<http://data.europa.eu/r5r/applicableLegislation>"
SERVICES = frozenset([f"<{DCAT}accessService>", f"<{DCAT}servesDataset>"])
HUB = 200
"""Links of one predicate that make a node a hub."""


class Hub(msgspec.Struct, frozen=True):
    """A node with so many links that every batch gets a share of them."""

    literals: Sequence[str]
    """Lines that link to nothing in the data."""
    kept: Sequence[tuple[str, str, str]]
    """(predicate, object, line) that every batch gets."""
    split: Mapping[str, Mapping[str, str]]
    """Predicate to object to line."""
    free: Mapping[str, frozenset[str]]
    """Predicate to objects that no batch owns."""


class Links(msgspec.Struct, frozen=True):
    """A graph with what is needed to walk it; terms are as in N-Triples."""

    graph: Graph
    out: Mapping[str, Sequence[tuple[str, str]]]
    """Subject to (predicate, object) for objects that are subjects too."""
    types: Mapping[str, Sequence[str]]
    into: Mapping[str, Sequence[str]]
    """Object to the lines that point at it, for inverse and target predicates only."""
    hubs: Mapping[str, Hub]
    resources: Mapping[str, Sequence[tuple[str, str]]]
    """Subject to (bare predicate, object) of objects that are rdfs:Resource while we check."""
    known: Mapping[str, Sequence[str]]
    """Subject to the terms of the background that it names or is."""
    axioms: tuple[str, ...]
    """`rdfs:subClassOf` lines of the data: every batch has them."""
    hvd: frozenset[str]
    """Subjects that say they are of high value."""


class Owners(msgspec.Struct, frozen=True):
    """Which dataset a node belongs to."""

    root: Mapping[str, str]
    """Every subject to the root that reaches it first; itself where none does."""
    datasets: Mapping[str, int]
    """Subject to the number of datasets that reach it, where more than one does."""
    hvd: frozenset[str]
    """What HVD datasets and their services reach."""


def links(  # noqa: PLR0912 - one pass over every statement, hot
    graph: Graph, needs: Needs, typed: Iterable[str] = (), background: Collection[str] = ()
) -> Links:
    """Read every statement once.

    `typed`: predicates whose objects are rdfs:Resource; `background`: terms that it knows.
    """
    said = graph.said
    resource_predicates = {f"<{x}>" for x in typed}
    backward = needs.inverse | needs.targets
    out: dict[str, list[tuple[str, str]]] = {}
    types: dict[str, list[str]] = {}
    into: dict[str, list[str]] = {}
    resources: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, list[str]] = {}
    axioms = []
    subjects = {x: x for x in said}
    names: dict[str, str] = {}  # one string for each of the many that are equal
    hvd = set()
    special = {TYPE, SUB_CLASS, HVD_CATEGORY, LEGISLATION} | backward | resource_predicates
    for subject, ends in said.items():
        mine: list[tuple[str, str]] = []
        terms: list[str] = [subject] if subject in background else []
        for end in ends:
            if '> "' in end:
                continue  # a literal leads nowhere
            predicate, _, value = end[:-2].partition(" ")
            if predicate in special:
                if predicate == TYPE:
                    types.setdefault(subject, []).append(names.setdefault(value, value))
                    continue
                if predicate == SUB_CLASS:
                    axioms.append(f"{subject} {end}")
                if predicate == HVD_CATEGORY or value == HVD_LAW:
                    hvd.add(subject)
                if predicate in backward:
                    into.setdefault(value, []).append(f"{subject} {end}")
                if predicate in resource_predicates:
                    resources.setdefault(subject, []).append((predicate[1:-1], value))
            if value in background:
                terms.append(names.setdefault(value, value))
            if (other := subjects.get(value)) is not None:
                mine.append((names.setdefault(predicate, predicate), other))
        if mine:
            out[subject] = mine
        if terms:
            known[subject] = terms
    found = {s: split for s, links in out.items() if (split := _split(links, needs))}
    hubs = {s: _hub(graph.about(s), split, said, found) for s, split in found.items()}
    return Links(graph, out, types, into, hubs, resources, known, tuple(axioms), frozenset(hvd))


def _split(found: Sequence[tuple[str, str]], needs: Needs) -> frozenset[str]:
    """The predicates of a node that can be split over batches, where there are enough links."""
    if len(found) <= HUB:
        return frozenset()
    counts: dict[str, int] = {}
    for predicate, _ in found:
        counts[predicate] = counts.get(predicate, 0) + 1
    return frozenset(p for p, n in counts.items() if n > HUB and p not in needs.whole)


def _hub(
    lines: Sequence[str],
    split: frozenset[str],
    subjects: Collection[str],
    hubs: Collection[str],
) -> Hub:
    literals: list[str] = []
    kept: list[tuple[str, str, str]] = []
    shared: dict[str, dict[str, str]] = {p: {} for p in split}
    for text in lines:
        _, predicate, rest = text.split(" ", 2)
        value = rest[:-2]
        if predicate in split:
            shared[predicate][value] = text
        elif value in subjects:
            kept.append((predicate, value, text))
        else:
            literals.append(text)
    free = {
        p: frozenset(v for v in found if v not in subjects or v in hubs)
        for p, found in shared.items()
    }
    return Hub(literals, kept, shared, free)


def owners(data: Links) -> Owners:
    """Who reaches what: datasets first, then services, catalogues and records, then the rest."""
    root: dict[str, str] = {}
    counts: dict[str, int] = {}
    hvd: set[str] = set()
    is_hvd = _hvd_roots(data)
    tops = {s for s, types in data.types.items() if not ROOTS.isdisjoint(types)}
    datasets = [s for s in data.graph.said if not DATASETS.isdisjoint(data.types.get(s, ()))]
    for one in datasets:
        for node in _reach(one, data, tops):
            if node in root:
                counts[node] = counts.get(node, 1) + 1
            else:
                root[node] = one
            if one in is_hvd:
                hvd.add(node)
    for one in sorted(tops, key=lambda s: (f"<{DCAT}Catalog>" in data.types[s], s)):
        if one not in root:
            topic = next((o for p, o in data.out.get(one, ()) if p == TOPIC), one)
            home = root.get(topic, one)
            for node in _reach(one, data, tops):
                root.setdefault(node, home)
                if one in is_hvd:
                    hvd.add(node)
    for node in data.graph.said:
        root.setdefault(node, node)
    return Owners(root, counts, frozenset(hvd))


def _hvd_roots(data: Links) -> set[str]:
    """Datasets and services that say they are HVD, and services of such datasets."""
    said = {s for s in data.hvd if not ROOTS.isdisjoint(data.types.get(s, ()))}
    if not said:
        return said
    used = {
        o
        for s in said
        for n in _reach(s, data, said)
        for p, o in data.out.get(n, ())
        if p in SERVICES
    }
    serving = {
        s for s, found in data.out.items() if any(p in SERVICES and o in said for p, o in found)
    }
    return said | {s for s in used | serving if f"<{DCAT}DataService>" in data.types.get(s, ())}


def _reach(start: str, data: Links, tops: set[str]) -> list[str]:
    """The node and what it refers to, not going into another root."""
    out, found, seen = data.out, [start], {start}
    for node in found:  # it grows while we walk
        for _, other in out.get(node, ()):
            if other not in seen and other not in tops:
                seen.add(other)
                found.append(other)
    return found


def concerned(data: Links, nodes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each of these nodes, all datasets that refer to it, however far."""
    tops = {s for s, types in data.types.items() if not ROOTS.isdisjoint(types)}
    found: dict[str, list[str]] = {x: [] for x in nodes}
    for one in data.graph.said:
        if not DATASETS.isdisjoint(data.types.get(one, ())):
            for node in _reach(one, data, tops):
                if node in found:
                    found[node].append(one)
    return {node: tuple(datasets) for node, datasets in found.items()}


def bare(term: str) -> str:
    """An IRI without brackets; a blank node as it is."""
    return term[1:-1] if term[0] == "<" else term
