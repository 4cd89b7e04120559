"""The few datasets that each dataset joins with best, for all datasets at once.

Datasets are put in groups of one level, publisher and sectors first, so that the work grows with
the number of groups and not with the square of the number of datasets.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.pairs import FINE_TO_COARSE, keys_of, reachable

MOST = 5


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset to join with, and on what."""

    dataset: str
    """Its IRI."""
    title: str
    level: str
    left: tuple[str, ...]
    """The key columns of the dataset itself."""
    right: tuple[str, ...]
    """Those of the partner."""


class _Group(NamedTuple):
    level: str
    by_name: bool
    """Its key holds names: these do not join with codes."""
    publisher: str
    sectors: tuple[str, ...]


class _Way(NamedTuple):
    item: Item
    columns: tuple[str, ...]


class Partners:
    """Answers which datasets join with one: those whose key columns are known on both sides."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._own: dict[str, list[tuple[_Group, _Way]]] = {}
        self._groups: dict[_Group, list[_Way]] = {}
        for item in sorted(items, key=lambda i: (i.title, i.dataset)):
            own = self._own[item.dataset] = list(_ways(item))
            for group, way in own:
                self._groups.setdefault(group, []).append(way)
        self._by_level: dict[tuple[str, bool], list[_Group]] = {}
        for group in self._groups:
            self._by_level.setdefault(group[:2], []).append(group)
        self._best: dict[_Group, list[_Way]] = {}

    def of(self, dataset: str) -> list[Partner]:
        """At most five: of the same sector first, of other publishers first, then by title.

        Each comes once, on the finest level that both have.
        """
        found: dict[str, tuple[tuple[object, ...], Partner]] = {}
        for group, mine in self._own.get(dataset, ()):
            for way in self._best_of(group):
                other = way.item
                if other.dataset != dataset and other.dataset not in found:
                    partner = Partner(
                        dataset=other.dataset,
                        title=other.title,
                        level=group.level,
                        left=mine.columns,
                        right=way.columns,
                    )
                    found[other.dataset] = (_rank(group, way.item), partner)
        return [p for _, p in sorted(found.values(), key=lambda x: x[0])[:MOST]]

    def _best_of(self, group: _Group) -> list[_Way]:
        """The best for all datasets of one group, and one more: one of them may be itself."""
        if group not in self._best:
            near = (w for g in self._by_level[group[:2]] for w in self._groups[g][: MOST + 1])
            self._best[group] = sorted(near, key=lambda w: _rank(group, w.item))[: MOST + 1]
        return self._best[group]


def _rank(group: _Group, other: Item) -> tuple[object, ...]:
    is_near = not set(group.sectors).isdisjoint(other.said.sectors)
    return (not is_near, _publisher(other) == group.publisher, other.title, other.dataset)


def _publisher(item: Item) -> str:
    return item.record.publisher.name or "" if item.record.publisher else ""


def _ways(item: Item) -> Iterator[tuple[_Group, _Way]]:
    """The levels that its data prove, the finest first, with the columns of each."""
    levels = reachable(item)
    for level in FINE_TO_COARSE:
        said, finer = levels.get(level, (None, ""))
        if said is None or said.certainty not in ("column", "declared"):
            continue
        keys = keys_of(item, finer or level)
        if keys:
            by_name = level != "provincie" and keys[0].kind == "name"
            group = _Group(level, by_name, _publisher(item), item.said.sectors)
            yield group, _Way(item, tuple(k.column for k in keys))


__all__ = ["MOST", "Partner", "Partners"]
