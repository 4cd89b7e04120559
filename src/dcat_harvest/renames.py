"""Datasets that were renamed or moved at their source keep the key, and so the IRI, they had."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from dcat_harvest.harvest import Harvested
from dcat_harvest.model import Dataset

SHARED = 0.5
"""Share of the addresses of files that must be the same."""


def renames(before: Sequence[Dataset], one: Harvested, known: Mapping[str, str]) -> dict[str, str]:
    """New key -> the key that the same dataset had before; pure, and nothing on a first run.

    `known` are the renames of earlier runs; one lapses when its old key is in use again.
    A dataset is the same one where its identifier is, or half of its files have the addresses of
    one that is gone, and no other dataset has any claim to that.
    """
    if one.failed:
        return dict(known)
    now, given = one.datasets, {d.key for d in one.datasets}
    found = {new: old for new, old in known.items() if old not in given}
    taken = {old for new, old in found.items() if new in given}
    there = {d.key for d in before}
    gone = [d for d in before if d.key not in given and d.key not in taken]
    fresh = [d for d in now if d.key not in there and d.key not in found]
    for names in (_identifiers, _files):
        pairs = list(_pairs(_index(gone, names), _index(fresh, names)))
        again = {old for _, old in pairs}
        found = {new: old for new, old in found.items() if old not in again} | dict(pairs)
        gone = [d for d in gone if d.key not in again]
        fresh = [d for d in fresh if d.key not in dict(pairs)]
    return found


def _identifiers(d: Dataset) -> Iterator[str]:
    yield from (x for x in (d.identifier, *d.other_identifiers) if x)


def _files(d: Dataset) -> Iterator[str]:
    for x in d.distributions:
        yield x.download_url or x.access_url


Index = dict[tuple[str, str], set[str]]


def _index(datasets: Iterable[Dataset], names: object) -> Index:
    """(kind, key) -> the names that no other of these datasets has."""
    assert callable(names)
    owners: dict[str, set[str]] = {}
    for d in datasets:
        for name in names(d):
            owners.setdefault(name, set()).add(d.key)
    return {(d.kind, d.key): {n for n in names(d) if len(owners[n]) == 1} for d in datasets}


def _pairs(gone: Index, fresh: Index) -> Iterator[tuple[str, str]]:
    """Pairs of new and old key that have each other for their only match."""
    owner = {(kind, name): key for (kind, key), names in gone.items() for name in names}
    claims: dict[str, list[str]] = {}
    for (kind, key), names in fresh.items():
        olds = {owner[kind, name] for name in names if (kind, name) in owner}
        for old in olds:
            both = names & gone[kind, old]
            if len(both) >= SHARED * max(len(names), len(gone[kind, old])):
                claims.setdefault(old, []).append(key)
    news = [key for keys in claims.values() for key in keys]
    for old, keys in sorted(claims.items()):
        if len(keys) == 1 and news.count(keys[0]) == 1:
            yield keys[0], old


def apply(one: Harvested, aliases: Mapping[str, str]) -> Harvested:
    """The same harvest under the keys that its datasets had; what points to them follows."""
    if not aliases.keys() & {d.key for d in one.datasets}:
        return one
    datasets = [
        msgspec.structs.replace(
            d,
            key=aliases.get(d.key, d.key),
            in_series=aliases.get(d.in_series or "", d.in_series),
        )
        for d in one.datasets
    ]
    findings = [
        msgspec.structs.replace(f, key=aliases[f.key]) if f.key in aliases else f
        for f in one.findings
    ]
    ordered = sorted(datasets, key=lambda d: d.key)
    return msgspec.structs.replace(one, datasets=ordered, findings=findings)
