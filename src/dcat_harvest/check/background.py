"""Background knowledge for validation: what code-list values are. Never published."""

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.graph import line

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUB_CLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


class Background:
    """Statements by subject, taken up only as far as data refers to them."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]]) -> None:
        self.lines = lines
        self.axioms = tuple(x for found in lines.values() for x in found if f" <{SUB_CLASS}> " in x)

    def add(self, lines: dict[str, None]) -> None:
        """Add what is known of every term in these lines, and the types of its schemes."""
        known = self.lines
        found: set[str] = set()
        for text in lines:
            subject, _, rest = text.split(" ", 2)
            value = rest[:-2]
            if value in known:
                found.add(value)
            if subject in known:
                found.add(subject)
        for term in sorted(found):
            for text in known[term]:
                lines[text] = None
                for further in known.get(text.split(" ", 2)[2][:-2], ()):
                    lines[further] = None
        lines.update(dict.fromkeys(self.axioms))


@cache
def codelists() -> Background:
    """The values of `vocab/codelists/background.ttl`."""
    found: dict[str, list[str]] = {}
    path = resources.path("vocab/codelists/background.ttl")
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        found.setdefault(str(quad.subject), []).append(line(quad))
    return Background({term: tuple(lines) for term, lines in found.items()})
