"""Background knowledge for validation: what code-list values are. Never published."""

from collections.abc import Iterable, Mapping
from functools import cache

import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.graph import line

SUB_CLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


class Background:
    """Statements by subject, taken up only as far as data refers to them."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]]) -> None:
        self.lines = lines
        self._closed: dict[str, dict[str, None]] = {}
        self.axioms = tuple(x for found in lines.values() for x in found if f" <{SUB_CLASS}> " in x)

    def about(self, terms: Iterable[str]) -> list[str]:
        """What is known of these terms, the types of what that names, and the axioms."""
        found = dict.fromkeys(self.axioms)
        for term in sorted(terms):
            if term not in self._closed:
                self._closed[term] = self._closure(term)
            found.update(self._closed[term])
        return list(found)

    def _closure(self, term: str) -> dict[str, None]:
        known = self.lines.get(term, ())
        further = (x for text in known for x in self.lines.get(text.split(" ", 2)[2][:-2], ()))
        return dict.fromkeys((*known, *further))


@cache
def codelists() -> Background:
    """The values of `vocab/codelists/background.ttl`."""
    found: dict[str, list[str]] = {}
    path = resources.path("vocab/codelists/background.ttl")
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        found.setdefault(str(quad.subject), []).append(line(quad))
    return Background({term: tuple(lines) for term, lines in found.items()})
