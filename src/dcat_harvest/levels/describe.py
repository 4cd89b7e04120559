"""A record to what it says of its levels, keys, sectors, time grain and unit."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from dcat_harvest.levels import columns as names
from dcat_harvest.levels import words
from dcat_harvest.levels.statement import CERTAINTY, Key, Level
from dcat_harvest.model import Dataset, Dimension


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says; nothing that it does not."""

    levels: tuple[Level, ...] = ()
    keys: tuple[Key, ...] = ()
    sectors: tuple[str, ...] = ()
    grains: tuple[str, ...] = ()
    unit: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.levels or self.keys or self.sectors or self.grains or self.unit)


def describe(d: Dataset) -> Described:
    """Levels by columns and dimensions; titles speak where no region dimension is declared."""
    if d.kind == "resource":
        return Described()
    keys = _keys(d)
    title = d.title or ""
    texts = [title, *(x.title for x in d.distributions if x.title), *d.alternatives]
    found = [*_by_columns(keys), *_by_dimensions(d.dimensions), *_by_text(d, texts)]
    levels = _merged(found or list(_of_all(d.dimensions)))
    seen = {c: None for x in d.distributions for c in x.columns} | dict.fromkeys(d.columns)
    sectors = words.said("sector", [*texts, d.key, *d.themes, *d.keywords])
    return Described(
        levels=levels,
        keys=(*keys, *_dimension_keys(d.dimensions)),
        sectors=tuple(sectors),
        grains=_grains(d, list(seen)),
        unit=words.first("unit", title),
        unknown=names.unknown(seen),
    )


def _keys(d: Dataset) -> tuple[Key, ...]:
    """The key columns of all files, those of one name together, and of the page's own list."""
    found: dict[str, Key] = {}
    for key in names.keys(d.columns):
        found.setdefault(key.column, key)
    for x in d.distributions:
        for key in names.keys(x.columns, x.download_url or x.access_url):
            first = found.setdefault(key.column, key)
            if key.files and not set(key.files) <= set(first.files):
                files = (*first.files, *key.files)
                found[key.column] = msgspec.structs.replace(first, files=files)
    return tuple(found.values())


def _dimension_keys(dimensions: tuple[Dimension, ...]) -> Iterator[Key]:
    for x in dimensions:
        if _is_region(x):
            levels = _levels_of(x)[0]
            yield Key(
                column=x.title or x.key,
                concept="regio",
                level=levels[0] if len(levels) == 1 else "",
                kind="dimension",
                field=x.key,
            )


def _by_columns(keys: Iterable[Key]) -> Iterator[Level]:
    for key in keys:
        if key.level:
            yield Level(
                level=key.level, certainty="column", evidence=key.column, columns=(key.column,)
            )


def _is_region(x: Dimension) -> bool:
    """A region by its kind; old tables declare none, then by its title."""
    return x.kind == "geo" or (x.kind == "other" and bool(_levels_of(x)[0]))


def _levels_of(x: Dimension) -> tuple[tuple[str, ...], bool]:
    """The levels of a region dimension, and whether its codes were read."""
    by_code = dict.fromkeys(level for c in x.codes if (level := names.level_of_code(c)))
    if by_code:
        return tuple(by_code), True
    return names.levels_of_region(x.title or x.key) or names.levels_of_region(x.key), False


def _by_dimensions(dimensions: tuple[Dimension, ...]) -> Iterator[Level]:
    for x in dimensions:
        if not _is_region(x):
            continue
        levels, is_read = _levels_of(x)
        title = x.title or x.key
        for level in levels:
            code = next((c.strip() for c in x.codes if names.level_of_code(c) == level), "")
            yield Level(
                level=level,
                certainty="declared" if is_read or len(levels) == 1 else "usual",
                evidence=f"{x.key}: {code}" if code else f"{x.key} ({title})",
                columns=(title,),
            )


def _of_all(dimensions: tuple[Dimension, ...]) -> Iterator[Level]:
    """A table whose declared dimensions hold no region is of the country as a whole."""
    if dimensions and not any(map(_is_region, dimensions)):
        said = ", ".join(x.key for x in dimensions)
        yield Level(level="land", certainty="declared", evidence=said)


def _by_text(d: Dataset, texts: list[str]) -> Iterator[Level]:
    for text in d.levels:
        for level in words.cell(text):
            yield Level(level=level, certainty="text", evidence=text)
    if any(map(_is_region, d.dimensions)):
        return  # the regions of a table are declared: its title adds nothing
    refused = words.not_with(d.publisher.name if d.publisher else "")
    for level, text in words.said("level", texts).items():
        if level not in refused:
            yield Level(level=level, certainty="text", evidence=text)


def _merged(found: list[Level]) -> tuple[Level, ...]:
    """One statement a level: the surest; the columns of all."""
    best: dict[str, Level] = {}
    for one in sorted(found, key=lambda x: CERTAINTY.index(x.certainty)):
        first = best.setdefault(one.level, one)
        more = tuple(c for c in one.columns if c not in first.columns)
        if more:
            best[one.level] = msgspec.structs.replace(first, columns=first.columns + more)
    return tuple(best[level] for level in words.tables()["cell"] if level in best)


_WORDED = {
    "schooljaar": re.compile(r"\d{4}\s*/\s*['’]?\d{2,4}"),
    "kwartaal": re.compile(r"\bkwarta(al|len)\b", re.IGNORECASE),
    "maand": re.compile(r"\bper maand\b", re.IGNORECASE),
}
_GRAINS = {
    "JJ": "kalenderjaar", "SJ": "schooljaar", "KW": "kwartaal", "MM": "maand",
}  # fmt: skip


def _grains(d: Dataset, columns: list[str]) -> tuple[str, ...]:
    """Columns and period codes say it; else how title and period are worded."""
    codes = [c for x in d.dimensions if x.kind == "time" for c in x.codes]
    by_code = dict.fromkeys(
        _GRAINS[m[1]] for c in codes if (m := re.match(r"\d{4}([A-Z]{2})", c)) and m[1] in _GRAINS
    )
    if by_code:
        return tuple(by_code)
    if found := names.grains(columns):
        return found
    texts = [d.title or "", (d.period.text if d.period else None) or ""]
    return tuple(g for g, said in _WORDED.items() if any(map(said.search, texts)))
