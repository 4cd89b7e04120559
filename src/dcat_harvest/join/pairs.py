"""How two datasets join: on which level, with which columns, or over which table between."""

import msgspec

from dcat_harvest.join.asking import shared
from dcat_harvest.join.catalogue import Item
from dcat_harvest.levels import Key, Level
from dcat_harvest.levels.columns import squeeze

FINE_TO_COARSE = (
    "persoon", "vestiging", "instelling", "bestuur", "samenwerkingsverband", "pc6", "pc4",
    "buurt", "wijk", "gemeente", "onderwijsregio", "rmc-regio", "arbeidsmarktregio", "corop",
    "provincie", "landsdeel",
)  # fmt: skip
# Level -> the levels that its code begins with, or that follow from it without another table.
WITHIN = {
    "vestiging": ("instelling",),
    "pc6": ("pc4",),
    "buurt": ("wijk", "gemeente"),
    "wijk": ("gemeente",),
}
SCHOOLS = frozenset({"instelling", "vestiging", "bestuur", "samenwerkingsverband"})
_WORDS = ("column", "declared", "usual", "text")


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """One way to join two datasets."""

    level: str
    left: tuple[Key, ...]
    """The key columns of the first; empty where only its title says the level."""
    right: tuple[Key, ...]
    certainty: str
    """The weaker of both sides."""
    caveats: tuple[str, ...] = ()
    left_level: str = ""
    """Where the level follows from a finer one (instelling from vestiging)."""
    right_level: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the columns of both sides are known."""
        return bool(self.left and self.right)

    @property
    def is_alike(self) -> bool:
        """Whether both sides hold codes, or both names; names of provinces have codes."""
        kinds = {k.kind == "name" for k in (*self.left, *self.right)}
        return self.is_known and (len(kinds) == 1 or self.level == "provincie")


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    """A table between: it has the keys of both."""

    table: Item
    first: Joining
    """The first dataset with the table."""
    second: Joining
    """The table with the second dataset."""


def reachable(item: Item) -> dict[str, tuple[Level, str]]:
    """Level to its statement, and the finer level that it follows from (empty: its own)."""
    found = {x.level: (x, "") for x in item.said.levels}
    for x in item.said.levels:
        for coarser in WITHIN.get(x.level, ()):
            found.setdefault(coarser, (x, x.level))
    return found


def keys_of(item: Item, level: str) -> tuple[Key, ...]:
    """The columns that identify a unit of this level: BRIN and number together make a BRIN6."""
    mine = [k for k in item.said.keys if level in (k.level, k.concept)]
    if not mine:
        known = {c for x in item.said.levels if x.level == level for c in x.columns}
        mine = [k for k in item.said.keys if k.kind == "dimension" and k.column in known]
    mine.sort(key=lambda k: (k.kind == "name", bool(k.of)))
    if level != "vestiging" or not mine:
        return tuple(mine[:1])
    whole = [k for k in mine if k.whole]
    if whole:
        return (whole[0],)
    brin = [k for k in keys_of(item, "instelling") if _same_file(k, mine[0])]
    return (*brin, mine[0])


def _same_file(a: Key, b: Key) -> bool:
    return not a.files or not b.files or not set(a.files).isdisjoint(b.files)


def joinings(a: Item, b: Item) -> list[Joining]:
    """All direct ways, the best first: columns known, fine levels before coarse ones."""
    mine, yours = reachable(a), reachable(b)
    found = [
        _joining(a, b, level, mine[level], yours[level])
        for level in FINE_TO_COARSE
        if level in mine and level in yours
    ]
    found.sort(key=lambda j: (not j.is_known, not j.is_alike, _WORDS.index(j.certainty)))
    return found + _on_same_names(a, b)


def _joining(
    a: Item, b: Item, level: str, mine: tuple[Level, str], yours: tuple[Level, str]
) -> Joining:
    left, right = keys_of(a, mine[1] or level), keys_of(b, yours[1] or level)
    weaker = max(mine[0].certainty, yours[0].certainty, key=_WORDS.index)
    return Joining(
        level=level,
        left=left,
        right=right,
        certainty=weaker,
        left_level=mine[1],
        right_level=yours[1],
        caveats=_caveats(a, b, level, (mine[0], yours[0]), (left, right)),
    )


def _on_same_names(a: Item, b: Item) -> list[Joining]:
    """Keys without a level (programmes, providers) join where their names are the same."""
    mine = {squeeze(k.column): k for k in a.said.keys if not k.level and k.kind == "code"}
    return [
        Joining(level="", left=(mine[name],), right=(k,), certainty="column")
        for k in b.said.keys
        if (name := squeeze(k.column)) in mine and not k.level and k.kind == "code"
    ]


_HOME = ("woon", "leerling", "deelnemer", "student")


def _caveats(
    a: Item, b: Item, level: str, said: tuple[Level, Level], keys: tuple[tuple[Key, ...], ...]
) -> tuple[str, ...]:
    found = []
    for item, one, columns in zip((a, b), said, keys, strict=True):
        if one.certainty == "usual":
            found.append(f"codes-unread: {item.name}: {one.evidence}")
        if not columns:
            found.append(f"columns-unknown: {item.name}")
        if any(k.kind == "name" for k in columns):
            found.append(f"by-name: {item.name}: {columns[0].column}")
    homes = [_is_home(i, k) for i, k in zip((a, b), keys, strict=True)]
    if level in ("gemeente", "provincie", "corop", "pc4", "pc6") and homes[0] != homes[1]:
        found.append("home-or-school: " + (a.name if homes[0] else b.name))
    if level in ("gemeente", "wijk", "buurt", "corop"):
        found.append("divisions: " + level)
    grains = set(a.said.grains) | set(b.said.grains)
    if "kalenderjaar" in grains and grains & {"schooljaar", "peildatum"}:
        found.append("grains: " + ", ".join(sorted(grains)))
    return (*found, *(f"{i.name}: {c}" for i in (a, b) for c in i.caveats))


def _is_home(item: Item, columns: tuple[Key, ...]) -> bool:
    """Whether figures are counted where people live, as names and title say."""
    text = f"{item.title} {' '.join(f'{k.column} {k.of}' for k in columns)}".casefold()
    return any(w in text for w in ("woonregio", "woongemeente", "woonprovincie")) or any(
        k.of.casefold() in _HOME for k in columns
    )


MOST_BRIDGES = 10
_TABLES = (
    "adressen",
    "vestigingen",
    "instellingen per",
    "relaties",
    "gebieden",
    "per samenwerkingsverband",
)


def bridges(a: Item, b: Item, others: list[Item]) -> list[Bridge]:
    """Tables that have a key of both, the surest first.

    Those of units (schools, boards, regions) come alone; where there is none, files of figures
    that hold both levels may serve.
    """
    direct = {j.level for j in joinings(a, b) if j.is_alike or not j.is_known}
    found = [
        bridge
        for table in others
        if table.dataset not in (a.dataset, b.dataset) and _is_near(table, a, b)
        for bridge in _over(a, b, table, direct)
    ]
    ends = {x.second.level for x in found if _is_of_units(x.table)}
    kept = [
        x
        for x in found
        if _is_of_units(x.table)
        or (x.second.level not in ends and {x.first.level, x.second.level} & SCHOOLS)
    ]
    return sorted(kept, key=lambda x: _rank(x, a, b))[:MOST_BRIDGES]


def _over(a: Item, b: Item, table: Item, direct: set[str]) -> list[Bridge]:
    """The best way over one table to each level of the second dataset."""
    firsts = [w for w in joinings(a, table) if _leads(w, direct)]
    seconds = [w for w in joinings(table, b) if _leads(w, direct)]
    found: dict[str, Bridge] = {}
    for second in seconds:
        for first in firsts:
            if first.level != second.level and _together(first.right, second.left):
                one = Bridge(table=table, first=first, second=second)
                found.setdefault(second.level, one)
    return list(found.values())


def _leads(way: Joining, direct: set[str]) -> bool:
    return bool(way.level) and way.level not in direct and (way.is_alike or not way.is_known)


def _together(left: tuple[Key, ...], right: tuple[Key, ...]) -> bool:
    """Whether one file of the table may hold both keys, side by side in a row.

    A region dimension cannot: each of its rows is of one level.
    """
    if not left or not right:
        return True
    is_one = left[0].kind == "dimension" and left[0].column == right[0].column
    return not is_one and _same_file(left[0], right[0])


def _is_near(table: Item, a: Item, b: Item) -> bool:
    """Whether a table is of the sector that the schools of both are of."""
    theirs = set(table.said.sectors)
    for item in (a, b):
        has_schools = any(x.level in SCHOOLS for x in item.said.levels)
        if has_schools and item.said.sectors and theirs and theirs.isdisjoint(item.said.sectors):
            return False
    return True


def _is_of_units(table: Item) -> bool:
    """A table of schools, boards or regions, not one of figures about them."""
    text = table.title.casefold()
    return table.said.unit in ("school", "bestuur") or any(w in text for w in _TABLES)


def _rank(bridge: Bridge, a: Item, b: Item) -> tuple[object, ...]:
    """What both datasets are surely about, then tables whose columns are known, finest first."""
    own = [
        _WORDS.index(x.certainty)
        for item, level in ((a, bridge.first.level), (b, bridge.second.level))
        for x, _ in [reachable(item)[level]]
    ]
    known = bridge.first.is_known and bridge.second.is_known
    weakest = max(_WORDS.index(x.certainty) for x in (bridge.first, bridge.second))
    places = [FINE_TO_COARSE.index(x.level) for x in (bridge.first, bridge.second)]
    return (max(own), not known, weakest, places, bridge.table.name)


CC = "https://creativecommons.org/"


def combined_licence(a: Item, b: Item) -> tuple[str, str]:
    """The licence that holds for both together, and why as a code; empty where nobody can say."""
    if not a.licences or not b.licences:
        return "", f"licence-unknown: {a.name if not a.licences else b.name}"
    every = {*a.licences, *b.licences}
    if all("publicdomain" in x for x in every):
        return f"{CC}publicdomain/zero/1.0/", "licence-free"
    if all("publicdomain" in x or "/by/" in x for x in every):
        newest = max(x for x in every if "/by/" in x)
        return newest, "licence-attribution"
    if all("publicdomain" in x or "/by/" in x or "/by-sa/" in x for x in every):
        return max(x for x in every if "/by-sa/" in x), "licence-share-alike"
    return "", "licence-differs: " + ", ".join(sorted(every))


def shared_period(a: Item, b: Item) -> str:
    """The days that both cover as `start/end`; empty where that is not known."""
    found = shared(a, b)
    return f"{found[0] or '..'}/{found[1] or '..'}" if found else ""
