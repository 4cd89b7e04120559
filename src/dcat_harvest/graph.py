"""The catalogue as statements: sorted, unique N-Triples lines, read and written by pyoxigraph.

Lines, because a pyoxigraph *Store* rewrites literals and objects take ten times the memory
(design, decision 10). Literals come through exactly as written.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from operator import eq

import pyoxigraph as ox


class Graph:
    """Statements as N-Triples lines without the line end, sorted and unique."""

    def __init__(self, lines: Iterable[str]) -> None:
        found = sorted(lines)
        if any(map(eq, found, islice(found, 1, None))):
            # No set: it would take as much memory again.
            found = [x for x, after in zip_longest(found, islice(found, 1, None)) if x != after]
        self.lines = found
        self._spans: dict[str, tuple[int, int]] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    @classmethod
    def parse(cls, data: bytes, format: ox.RdfFormat, base_iri: str | None = None) -> "Graph":
        """Read RDF; raises SyntaxError (pyoxigraph's, with line and column) where it is not."""
        return cls(line(t) for t in ox.parse(data, format=format, base_iri=base_iri))

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """Subject term as in N-Triples (`<iri>` or `_:b`) to its first and past-last line."""
        if self._spans is None:
            found: dict[str, tuple[int, int]] = {}
            start, subject = 0, " "
            for i, text in enumerate(self.lines):
                if not text.startswith(subject):
                    found[subject[:-1]] = (start, i)
                    start, subject = i, text[: text.index(" ") + 1]
            found[subject[:-1]] = (start, len(self.lines))
            del found[""]
            self._spans = found
        return self._spans

    def about(self, subject: str) -> list[str]:
        """The lines with this subject term (`<iri>`), empty where there is none."""
        start, end = self.spans.get(subject, (0, 0))
        return self.lines[start:end]

    def nt(self) -> bytes:
        """The whole as N-Triples."""
        return "".join(f"{x}\n" for x in self.lines).encode()

    def triples(self) -> Iterator[ox.Triple]:
        """The statements as pyoxigraph triples, in line order."""
        return triples(self.lines)


def line(triple: ox.Triple | ox.Quad) -> str:
    """One statement as an N-Triples line without its end."""
    return f"{triple.subject} {triple.predicate} {triple.object} ."


def triples(lines: Iterable[str]) -> Iterator[ox.Triple]:
    """Parse N-Triples lines."""
    text = "\n".join(chain(lines, ("",))).encode()
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        yield ox.Triple(quad.subject, quad.predicate, quad.object)
