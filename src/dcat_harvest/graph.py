"""The catalogue as statements: N-Triples by subject, sorted and unique, read and written exactly.

Text, because a pyoxigraph *Store* rewrites literals and objects take ten times the memory
(design, decision 10). A subject is kept once, and so is what many of them say alike.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import eq

import pyoxigraph as ox

MOST_SHARED = 20_000
"""Ends of statements that are looked up, so that equal ones are kept once."""


class Gathering:
    """Takes statements as N-Triples lines in any order; makes a graph of them."""

    def __init__(self) -> None:
        self.count = 0
        """Lines taken."""
        self._said: dict[str, list[str]] = {}
        self._known: dict[str, str] = {}

    def add(self, lines: Iterable[str]) -> None:
        """Take lines without their ends."""
        said, known = self._said, self._known
        # What many say alike comes early; a literal is rarely said twice.
        shared = known.setdefault if len(known) < MOST_SHARED else known.get
        start, after, count = " ", 0, 0
        mine: list[str] = []
        for text in lines:
            count += 1
            if not text.startswith(start):
                after = text.index(" ") + 1
                start = text[:after]
                subject = start[:-1]
                if (found := said.get(subject)) is None:
                    found = said[subject] = []
                mine = found
            rest = text[after:]
            mine.append(rest if rest[-3] != ">" else shared(rest, rest))
        self.count += count

    def said(self) -> dict[str, tuple[str, ...]]:
        """Subject to what it says, sorted and unique; nothing is left here."""
        said, self._said, self._known = self._said, {}, {}
        return {x: _ordered(said.pop(x)) for x in sorted(said)}

    def graph(self) -> "Graph":
        """The graph of all that was taken; nothing is left here."""
        made = Graph()
        made.said = self.said()
        return made


def _ordered(mine: list[str]) -> tuple[str, ...]:
    mine.sort()
    if any(map(eq, mine, islice(mine, 1, None))):
        return tuple(dict.fromkeys(mine))
    return tuple(mine)


class Graph:
    """Statements, sorted by subject, predicate and object as N-Triples terms, and unique."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        gathering = Gathering()
        gathering.add(lines)
        self.said = gathering.said()
        """Subject term (`<iri>` or `_:b`) to what it says: `<predicate> object .`"""

    def __len__(self) -> int:
        return sum(map(len, self.said.values()))

    def __iter__(self) -> Iterator[str]:
        """The statements as N-Triples lines without their ends."""
        for subject, mine in self.said.items():
            for rest in mine:
                yield f"{subject} {rest}"

    @classmethod
    def parse(cls, data: bytes, format: ox.RdfFormat, base_iri: str | None = None) -> "Graph":
        """Read RDF; raises SyntaxError (pyoxigraph's, with line and column) where it is not."""
        return cls(line(t) for t in ox.parse(data, format=format, base_iri=base_iri))

    @property
    def lines(self) -> list[str]:
        """All lines at once: twice the memory of the graph."""
        return list(self)

    def about(self, subject: str) -> list[str]:
        """The lines with this subject term, empty where there is none."""
        return [f"{subject} {rest}" for rest in self.said.get(subject, ())]

    def text(self, subject: str) -> str:
        """The lines with this subject term as one text, empty where there is none."""
        mine = self.said.get(subject)
        return f"{subject} " + f"\n{subject} ".join(mine) + "\n" if mine else ""

    def nt(self) -> bytes:
        """The whole as N-Triples."""
        return "".join(map(self.text, self.said)).encode()

    def triples(self) -> Iterator[ox.Triple]:
        """The statements as pyoxigraph triples, in line order."""
        return triples(self)


def line(triple: ox.Triple | ox.Quad) -> str:
    """One statement as an N-Triples line without its end."""
    return f"{triple.subject} {triple.predicate} {triple.object} ."


def triples(lines: Iterable[str]) -> Iterator[ox.Triple]:
    """Parse N-Triples lines."""
    text = "\n".join(chain(lines, ("",))).encode()
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        yield ox.Triple(quad.subject, quad.predicate, quad.object)
