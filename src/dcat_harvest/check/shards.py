"""Splits a graph into batches of datasets that can be validated apart, exactly.

A batch owns its datasets and what only they or they first refer to; it borrows what shapes look
at beyond that: types of what its nodes point to, whole nodes where a shape walks further, links
against their direction, background. A hub (a catalogue of thousands of datasets) is looked at in
every batch with its share of links. Only results about what a batch owns count.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from dcat_harvest.check.background import Background
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
SERVICES = frozenset([f"<{DCAT}accessService>", f"<{DCAT}servesDataset>"])
HUB = 200
"""Links of one predicate that make a node a hub."""
DEPTH = 6
"""Steps that a shape may walk."""


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


class Batch(msgspec.Struct, frozen=True):
    """Work for one engine run."""

    nt: str
    owned: frozenset[str]
    """Bare IRIs and blank nodes whose results count."""
    borrowed: frozenset[str]
    """Other subjects of the data that are in it, in whole or in part."""
    data_end: int
    """Where in `nt` the statements of the data end and background begins."""


class Owners(msgspec.Struct, frozen=True):
    """Which dataset a node belongs to."""

    root: Mapping[str, str]
    """Every subject to the root that reaches it first; itself where none does."""
    datasets: Mapping[str, int]
    """Subject to the number of datasets that reach it, where more than one does."""
    hvd: frozenset[str]
    """What HVD datasets and their services reach."""


def links(
    graph: Graph, needs: Needs, typed: Iterable[str] = (), background: Collection[str] = ()
) -> Links:
    """Read every statement once.

    `typed`: predicates whose objects are rdfs:Resource; `background`: terms that it knows.
    """
    spans, lines = graph.spans, graph.lines
    resource_predicates = {f"<{x}>" for x in typed}
    backward = needs.inverse | needs.targets
    out: dict[str, list[tuple[str, str]]] = {}
    types: dict[str, list[str]] = {}
    into: dict[str, list[str]] = {}
    resources: dict[str, list[tuple[str, str]]] = {}
    known: dict[str, list[str]] = {}
    axioms = []
    names: dict[str, str] = {x: x for x in spans}
    for subject, (start, end) in spans.items():
        mine: list[tuple[str, str]] = []
        terms: list[str] = [subject] if subject in background else []
        for text in lines[start:end]:
            _, predicate, rest = text.split(" ", 2)
            value = rest[:-2]
            if predicate == TYPE:
                types.setdefault(subject, []).append(names.setdefault(value, value))
                continue
            if predicate == SUB_CLASS:
                axioms.append(text)
            if predicate in backward:
                into.setdefault(value, []).append(text)
            if value[0] == '"':
                continue
            if value in background:
                terms.append(names.setdefault(value, value))
            if predicate in resource_predicates:
                resources.setdefault(subject, []).append((predicate[1:-1], value))
            if value in spans:
                mine.append((names.setdefault(predicate, predicate), names[value]))
        if mine:
            out[subject] = mine
        if terms:
            known[subject] = terms
    found = {s: split for s, links in out.items() if (split := _split(links, needs))}
    hubs = {s: _hub(graph.about(s), split, spans, found) for s, split in found.items()}
    return Links(graph, out, types, into, hubs, resources, known, tuple(axioms))


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
    datasets = [s for s in data.graph.spans if not DATASETS.isdisjoint(data.types.get(s, ()))]
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
    for node in data.graph.spans:
        root.setdefault(node, node)
    return Owners(root, counts, frozenset(hvd))


def _hvd_roots(data: Links) -> set[str]:
    """Datasets and services that say they are HVD, and services of such datasets."""
    law = f" {HVD_LAW} ."
    said = {
        s
        for s, types in data.types.items()
        if not ROOTS.isdisjoint(types)
        and any(x.endswith(law) or f" {HVD_CATEGORY} " in x for x in data.graph.about(s))
    }
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
    seen = {start: None}
    queue = deque([start])
    while queue:
        for _, other in data.out.get(queue.popleft(), ()):
            if other not in seen and other not in tops:
                seen[other] = None
                queue.append(other)
    return list(seen)


def parts(data: Links, owned_by: Owners, size: int) -> Iterator[list[str]]:
    """Subjects in groups of at most `size` datasets (or 40 times as many nodes)."""
    groups: dict[str, list[str]] = {}
    for subject in data.graph.spans:
        if subject not in data.hubs:
            groups.setdefault(owned_by.root[subject], []).append(subject)
    batch: list[str] = []
    count = 0
    for group in groups.values():
        if batch and (count >= size or len(batch) + len(group) > size * 40):
            yield batch
            batch, count = [], 0
        batch.extend(group)
        count += len(group) > 1
    if batch or data.hubs:
        yield batch


def batch(
    owned: Sequence[str],
    data: Links,
    needs: Needs,
    background: Background,
    *,
    first: bool,
    typed: Collection[str] = (),
) -> Batch:
    """One batch: its own statements and what it borrows.

    The first also takes the links of hubs to what nobody owns. `typed`: predicates whose objects
    are rdfs:Resource here.
    """
    mine = frozenset(owned)
    own = [text for subject in owned for text in data.graph.about(subject)]
    loan = _Loan(data, needs, mine)
    for share in data.hubs.values():
        for predicate, value, text in _share(share, mine, first=first):
            loan.lines[text] = None
            loan.take(predicate, value, DEPTH)
        loan.lines.update(dict.fromkeys(share.literals))
    for subject in owned:
        loan.around(subject, DEPTH)
        for text in data.into.get(subject, ()):
            loan.back(text)
    nodes = (*owned, *data.hubs)
    shown = "\n".join((*own, *loan.lines, *data.axioms, ""))
    added = dict.fromkeys(
        f"{value} {TYPE} {RESOURCE} ."
        for subject in (nodes if typed else ())
        for predicate, value in data.resources.get(subject, ())
        if predicate in typed
    )
    terms = {t for s in (*nodes, *loan.whole) for t in data.known.get(s, ())}
    known = "\n".join((*added, *background.about(terms), ""))
    return Batch(
        nt=shown + known,
        owned=frozenset(map(bare, nodes)),
        borrowed=frozenset(map(bare, (loan.whole | loan.typed) - mine - data.hubs.keys())),
        data_end=len(shown),
    )


def bare(term: str) -> str:
    """An IRI without brackets; a blank node as it is."""
    return term[1:-1] if term[0] == "<" else term


def _share(share: Hub, mine: frozenset[str], *, first: bool) -> Iterator[tuple[str, str, str]]:
    """A hub's links: those not split, those to what the batch owns, and one of each kind."""
    yield from share.kept
    for predicate, found in share.split.items():
        wanted = found.keys() & mine
        if first:
            wanted |= share.free[predicate]
        if not wanted:
            wanted = {next(iter(found))}
        for value in sorted(wanted):
            yield predicate, value, found[value]


class _Loan:
    """Collects what a batch borrows from the rest of the graph."""

    def __init__(self, data: Links, needs: Needs, mine: frozenset[str]) -> None:
        self.data, self.needs = data, needs
        self.lines: dict[str, None] = {}
        self.whole: set[str] = set(mine)
        self.typed: set[str] = set()

    def around(self, node: str, depth: int) -> None:
        """What a node points to."""
        for predicate, other in self.data.out.get(node, ()):
            if other not in self.whole:
                self.take(predicate, other, depth)

    def take(self, predicate: str, other: str, depth: int) -> None:
        """The types of a node; all of it where shapes walk on behind this predicate."""
        if other in self.whole:
            return
        if depth and predicate in self.needs.walked and other not in self.data.hubs:
            self._all(other, depth - 1)
        else:
            self._types(other)

    def back(self, text: str) -> None:
        """A statement that points at an owned node, and where it comes from."""
        source, predicate, _ = text.split(" ", 2)
        if source in self.whole:
            return
        self.lines[text] = None
        if predicate in self.needs.inverse and source not in self.data.hubs:
            self._all(source, DEPTH)
        else:
            self._types(source)

    def _all(self, node: str, depth: int) -> None:
        self.whole.add(node)
        self.lines.update(dict.fromkeys(self.data.graph.about(node)))
        self.around(node, depth)

    def _types(self, node: str) -> None:
        if node not in self.typed:
            self.typed.add(node)
            for kind in self.data.types.get(node, ()):
                self.lines[f"{node} {TYPE} {kind} ."] = None
