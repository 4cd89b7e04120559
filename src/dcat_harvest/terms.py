"""The labels of every code-list value that a catalogue uses: `terms.ttl` of a release."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.graph import line

FILES = (
    "vocab/codelists/background.ttl",
    "vocab/def.ttl",
    "vocab/criteria.ttl",
    "vocab/facets.ttl",
)
LABELS = (
    " <http://www.w3.org/2004/02/skos/core#prefLabel> ",
    " <http://www.w3.org/2000/01/rdf-schema#label> ",
    " <http://purl.org/dc/terms/title> ",
)


def terms(lines: Iterable[str]) -> list[str]:
    """The sorted labels of the values and properties that these statements use.

    They are no statements of the catalogue itself: the lists belong to their keepers.
    """
    used = set(_names(lines))
    return sorted({x for x in _labels() if x[: x.index(" ")] in used})


def _names(lines: Iterable[str]) -> Iterator[str]:
    for text in lines:
        _, predicate, value = text.split(" ", 2)
        yield predicate
        if value[0] == "<":
            yield value[:-2]


def _labels() -> Iterator[str]:
    for name in FILES:
        path = resources.path(name)
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            text = line(quad)
            if any(label in text for label in LABELS):
                yield text
