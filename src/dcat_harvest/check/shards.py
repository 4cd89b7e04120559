"""Splits a graph into batches of datasets that can be validated apart, exactly.

A batch owns its datasets and what only they or they first refer to; it borrows what shapes look
at beyond that: types of what its nodes point to, whole nodes where a shape walks further, links
against their direction, background. A hub (a catalogue of thousands of datasets) is looked at in
every batch with its share of links. Only results about what a batch owns count.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from dcat_harvest.check.background import Background
from dcat_harvest.check.reach import RESOURCE, TYPE, Hub, Links, Owners, bare
from dcat_harvest.check.shape_needs import Needs

DEPTH = 6
"""Steps that a shape may walk."""
NODES = 10
"""Nodes of a batch a dataset: usual ones have 8, and an engine takes 30 kB a node."""


class Batch(msgspec.Struct, frozen=True):
    """Work for one engine run."""

    nt: str
    owned: frozenset[str]
    """Bare IRIs and blank nodes whose results count."""
    borrowed: frozenset[str]
    """Other subjects of the data that are in it, in whole or in part."""
    data_end: int
    """Where in `nt` the statements of the data end and background begins."""


def groups(data: Links, owned_by: Owners) -> dict[str, list[str]]:
    """Root to the subjects that it owns; hubs apart, for every batch looks at those."""
    found: dict[str, list[str]] = {}
    for subject in data.graph.said:
        if subject not in data.hubs:
            found.setdefault(owned_by.root[subject], []).append(subject)
    return found


def together(groups: Iterable[Sequence[str]], size: int) -> Iterator[list[str]]:
    """Whole groups, at most `size` datasets or `NODES` times as many nodes; one may be empty."""
    batch: list[str] = []
    count = 0
    for group in groups:
        if batch and (count >= size or len(batch) + len(group) > size * NODES):
            yield batch
            batch, count = [], 0
        batch.extend(group)
        count += len(group) > 1
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
    loan = _Loan(data, needs, mine)
    for share in data.hubs.values():
        for predicate, value, text in _share(share, mine, first=first):
            loan.lines[text] = None
            loan.take(predicate, value, DEPTH)
        loan.lines.update(dict.fromkeys(share.literals))
    for subject in owned:
        loan.around(subject, DEPTH)
    for subject in owned if data.into else ():
        for text in data.into.get(subject, ()):
            loan.back(text)
    nodes = (*owned, *data.hubs)
    own = "".join(map(data.graph.text, owned))
    shown = own + "\n".join((*loan.lines, *data.axioms, ""))
    added = dict.fromkeys(
        f"{value} {TYPE} {RESOURCE} ."
        for subject in (nodes if typed else ())
        for predicate, value in data.resources.get(subject, ())
        if predicate in typed
    )
    terms = {t for s in (*data.hubs, *loan.whole) for t in data.known.get(s, ())}
    known = "\n".join((*added, *background.about(terms), ""))
    return Batch(
        nt=shown + known,
        owned=frozenset(map(bare, nodes)),
        borrowed=frozenset(
            map(bare, (loan.whole | loan.typed | loan.seen) - mine - data.hubs.keys())
        ),
        data_end=len(shown),
    )


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
        self.seen: set[str] = set()
        """Subjects of the data that are named here, and are another batch's to judge."""

    def around(self, node: str, depth: int) -> None:
        """What a node points to."""
        for predicate, other in self.data.out.get(node, ()):
            if other not in self.whole:
                self.take(predicate, other, depth)

    def take(self, predicate: str, other: str, depth: int) -> None:
        """The types of a node; all of it where shapes walk on behind this predicate."""
        if other in self.whole:
            return
        if other in self.data.graph.said:
            self.seen.add(other)
        if depth and predicate in self.needs.walked and other not in self.data.hubs:
            self._all(other, depth - 1)
        elif predicate in self.needs.classed:
            self._types(other)

    def back(self, text: str) -> None:
        """A statement that points at an owned node, and where it comes from."""
        source, predicate, _ = text.split(" ", 2)
        if source in self.whole:
            return
        self.lines[text] = None
        if predicate in self.needs.inverse and source not in self.data.hubs:
            self._all(source, DEPTH)
        elif predicate in self.needs.inverse:
            self._types(source)
        else:
            self.seen.add(source)  # its link makes a target; nothing looks at itself

    def _all(self, node: str, depth: int) -> None:
        self.whole.add(node)
        self.lines.update(dict.fromkeys(self.data.graph.about(node)))
        self.around(node, depth)

    def _types(self, node: str) -> None:
        if node not in self.typed:
            self.typed.add(node)
            for kind in self.data.types.get(node, ()):
                self.lines[f"{node} {TYPE} {kind} ."] = None
