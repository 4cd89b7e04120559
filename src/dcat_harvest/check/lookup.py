"""Finds the dataset that somebody names by IRI, identifier, end of an IRI or title."""

import difflib
from collections.abc import Iterator, Mapping

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.constraints import datasets as all_of
from dcat_harvest.check.statements import Index, bare, named, text
from dcat_harvest.errors import UsageError


def find(index: Index, word: str, lang: str = "nl") -> str:
    """The dataset (bare) that goes by an IRI, identifier, end of an IRI or title."""
    datasets = all_of(index)
    if named(word) in datasets:
        return word
    names = {x: {bare(x), *_names(index, x)} for x in datasets}
    wanted = word.casefold()
    exact = [x for x, these in names.items() if any(y.casefold() == wanted for y in these)]
    exact = exact or [x for x in datasets if bare(x).casefold().endswith(f"/{wanted}")]
    if len(exact) == 1:
        return bare(exact[0])
    near = [bare(x) for x in exact[:5]] or _near(wanted, names) or [bare(x) for x in datasets[:3]]
    template: str = v.table("explain.toml")[lang]["unknown_dataset"]
    raise UsageError(template.format(word=word, near=", ".join(near)))


def _near(wanted: str, names: Mapping[str, set[str]]) -> list[str]:
    """At most three datasets that have the word in a name, else names that are like it."""
    if not wanted:
        return []
    having = sorted(bare(x) for x, all_ in names.items() if wanted in "\n".join(all_).casefold())
    every = {y for all_ in names.values() for y in all_}
    spelt = {z.casefold(): z for y in every for z in (y, y.rpartition("/")[2])}
    return having[:3] or [spelt[x] for x in difflib.get_close_matches(wanted, spelt, 3, 0.5)]


def _names(index: Index, dataset: str) -> Iterator[str]:
    for predicate in (v.IDENTIFIER, v.TITLE, v.LANDING_PAGE):
        yield from (text(x) for x in index.objects(dataset, predicate))
