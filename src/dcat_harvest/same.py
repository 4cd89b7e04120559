"""Datasets that several sources describe: found on evidence, linked and not merged.

Evidence is an identifier or page of the one at the other, a file of both, a source that the page
names, a title with its publisher, or a pair that a person has judged (`vocab/same.toml`).
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

import msgspec

from dcat_harvest import resources
from dcat_harvest.iri import Names
from dcat_harvest.lookup import address, plain
from dcat_harvest.model import Dataset

Relation = Literal["same", "source", "related", "part"]
Held = Mapping[str, Sequence[Dataset]]
Additions = dict[str, dict[str, list[str]]]
"""IRI -> key of the context -> IRIs; `notation` -> identifiers."""


class Pair(msgspec.Struct, frozen=True):
    """`one` and `other` (source/key) describe the same; of `same` and `source` other is first."""

    one: str
    other: str
    relation: Relation
    how: str


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"relation": "is"}):
    """One `[[pair]]` of `vocab/same.toml`."""

    one: str
    other: str
    relation: Literal["same", "part"]
    because: str


@cache
def judged() -> tuple[Judged, ...]:
    """Load the pairs that a person has judged."""
    table = tomllib.loads(resources.text("vocab/same.toml"))
    return msgspec.convert(table["pair"], tuple[Judged, ...])


def pairs(held: Held, read_by_hand: Iterable[Judged] | None = None) -> list[Pair]:
    """Find what describes the same in two sources; the strongest evidence of a pair wins."""
    known = {name(d): d for datasets in held.values() for d in datasets if d.kind != "resource"}
    found: dict[frozenset[str], Pair] = {}
    hand = judged() if read_by_hand is None else read_by_hand
    for pair in (
        *_identities(known),
        *_stated(known),
        *_read(hand, known),
        *_files(known),
        *_titles(known),
    ):
        found.setdefault(frozenset((pair.one, pair.other)), pair)
    return sorted(found.values(), key=lambda p: (p.one, p.other))


def name(d: Dataset) -> str:
    """Name a dataset within a run: `duo-ckan/adressen_bo`."""
    return f"{d.source}/{d.key}"


def _identities(known: Mapping[str, Dataset]) -> Iterator[Pair]:
    """A page or identifier of the one is the identifier of the other: it is its owner."""
    owners = _unique(known.values(), lambda d: [d.identifier])
    for here in known.values():
        for text in (here.landing_page, *here.other_identifiers, *here.same_as):
            owner = _other(owners, here, text)
            if owner and address(here.identifier or "") != address(owner.identifier or ""):
                yield Pair(name(here), name(owner), "same", f"identifier {owner.identifier}")
    for group in owners.values():
        first, *others = sorted(group, key=lambda d: d.source)
        for one in others:
            yield Pair(name(one), name(first), "same", f"identifier {first.identifier}")


def _stated(known: Mapping[str, Dataset]) -> Iterator[Pair]:
    """The page of the one names the other as its source."""
    places = _unique(known.values(), lambda d: {d.identifier, d.landing_page})
    for here in known.values():
        for link in here.links:
            there = _other(places, here, link.url) if link.role in ("source", "derived") else None
            if there:
                yield Pair(name(here), name(there), "source", f"link to {link.url}")


def _read(hand: Iterable[Judged], known: Mapping[str, Dataset]) -> Iterator[Pair]:
    for pair in hand:
        if pair.one in known and pair.other in known:
            relation: Relation = "part" if pair.relation == "part" else "related"
            yield Pair(pair.one, pair.other, relation, pair.because)


def _files(known: Mapping[str, Dataset]) -> Iterator[Pair]:
    """Both have one data file; an interface or a page that serves several is none."""
    holders = _unique(known.values(), lambda d: {x.download_url for x in d.distributions})
    for url, group in holders.items():
        first, *others = sorted(group, key=lambda d: (not _is_at_home(d, url), name(d)))
        for one in others:
            if _is_portals(one, first, url):
                yield Pair(name(one), name(first), "same", f"its files, such as {url}")
            else:
                here, there = sorted((name(first), name(one)))
                yield Pair(here, there, "related", f"file {url}")


def _is_portals(one: Dataset, owner: Dataset, url: str) -> bool:
    """Hold that `one` is a portal's description of what its owner has at its own place.

    It has the owner's files and no others: all of them, or under the owner's title some.
    """
    if _is_at_home(one, url) or not _is_at_home(owner, url):
        return False
    if not one.publisher or _publisher(one) != _publisher(owner):
        return False
    here, there = _files_of(one), _files_of(owner)
    return here == there or (here < there and plain(one.title) == plain(owner.title))


def _files_of(d: Dataset) -> set[str]:
    return {address(x.download_url or x.access_url) for x in d.distributions}


def _publisher(d: Dataset) -> str:
    return plain(d.publisher.name) if d.publisher else ""


def _is_at_home(d: Dataset, url: str) -> bool:
    """Tell whether a description stands where its file does: its owner's, not a portal's."""
    host = address(d.identifier or "").partition("/")[0]
    return bool(host) and url.partition("/")[0] == host


def _titles(known: Mapping[str, Dataset]) -> Iterator[Pair]:
    groups: dict[tuple[str, str], list[Dataset]] = defaultdict(list)
    for d in known.values():
        if d.title and d.publisher:
            groups[plain(d.title), plain(d.publisher.name)].append(d)
    for group in groups.values():
        if len(group) == 2 and group[0].source != group[1].source:
            first, one = sorted(group, key=name)
            yield Pair(name(first), name(one), "related", f"title {first.title!r} and publisher")


def _unique(datasets: Iterable[Dataset], texts: object) -> dict[str, list[Dataset]]:
    """Address to the datasets that have it, where no source has it twice."""
    assert callable(texts)
    found: dict[str, list[Dataset]] = defaultdict(list)
    for d in datasets:
        for place in {address(t) for t in texts(d) if t and "://" in t}:
            found[place].append(d)
    return {a: g for a, g in found.items() if len({d.source for d in g}) == len(g)}


def _other(index: Mapping[str, list[Dataset]], here: Dataset, text: str | None) -> Dataset | None:
    group = index.get(address(text), []) if text and "://" in text else []
    others = [d for d in group if d.source != here.source]
    return others[0] if len(others) == 1 else None


def links(found: Iterable[Pair], held: Held, names: Names) -> Additions:
    """Say the pairs in RDF: the first description stays canonical, the others lead to it."""
    known = {name(d): d for datasets in held.values() for d in datasets}
    out: Additions = defaultdict(lambda: defaultdict(list))
    for pair in found:
        one, other = known[pair.one], known[pair.other]
        here, there = names.dataset(one.source, one.key), names.dataset(other.source, other.key)
        # A series is no dcat:Dataset, which dct:source must lead to.
        source = "wasDerivedFrom" if other.kind == "series" else "source"
        match pair.relation:
            case "same":
                out[here]["sameAs"].append(there)
                out[here][source].append(there)
                _identify(out, here, one, other)
                _identify(out, there, other, one)
            case "source":
                out[here][source].append(there)
            case "related" | "part":
                out[here]["relation"].append(there)
                out[there]["relation"].append(here)
    return {iri: dict(keys) for iri, keys in out.items()}


def _identify(out: Additions, iri: str, one: Dataset, other: Dataset) -> None:
    """Give a description the identifier that the other has for the same dataset."""
    known = {address(x) for x in (one.identifier, *one.other_identifiers) if x}
    if other.identifier and address(other.identifier) not in known:
        out[iri]["notation"].append(other.identifier)


def joined(*given: Additions) -> Additions:
    """Put additions together."""
    out: Additions = defaultdict(lambda: defaultdict(list))
    for one in given:
        for iri, keys in one.items():
            for key, iris in keys.items():
                out[iri][key] += iris
    return {iri: dict(keys) for iri, keys in out.items()}
