"""A recipe that joins two datasets: SQL for DuckDB or Python with pandas."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dcat_harvest.errors import UsageError
from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.pairs import WITHIN, Joining, combined_licence
from dcat_harvest.join.render import caveat, word
from dcat_harvest.levels import Key
from dcat_harvest.levels.columns import meaning
from dcat_harvest.model import Distribution

LETTERS = {
    "gemeente": ("GM", 4), "corop": ("CR", 2), "landsdeel": ("LD", 2), "wijk": ("WK", 6),
    "rmc-regio": ("RM", 2), "arbeidsmarktregio": ("AM", 2), "buurt": ("BU", 8),
}  # fmt: skip
"""Level -> the letters before its CBS code, and how many digits follow."""


class Side(NamedTuple):
    """One file of the recipe."""

    name: str
    item: Item
    address: str
    kind: Literal["csv", "zip", "odata"]
    keys: tuple[str, ...]
    """Columns of the key as they stand in the data."""
    level: str
    """The level of those columns; finer than the join's where that follows from it."""
    time: str
    """The column that holds the period; empty where none is known."""
    by_name: bool
    """The key is a name, no code."""
    figures: tuple[str, ...]
    """Columns that hold figures, some of which may be suppressed."""


def written(
    a: Item, b: Item, ways: Sequence[Joining], dialect: str, lang: str, *, level: str = ""
) -> str:
    """The recipe of the best way, or of the one on `level`; UsageError where there is none."""
    way = next((w for w in ways if w.is_alike and (not level or w.level == level)), None)
    if way is None:
        raise UsageError(
            f"{a.name} and {b.name}: no recipe, for the key columns of both are not known, or one "
            "has codes and the other names; run with --columns, or join over a table between"
        )
    level = way.level
    sides = (
        _side("a", a, way.left, way.left_level or level),
        _side("b", b, way.right, way.right_level or level),
    )
    notes = _notes(sides, way, lang)
    if dialect == "pandas":
        from dcat_harvest.join.recipe_pandas import script
    else:
        from dcat_harvest.join.recipe_duckdb import script
    return script(sides, level, notes)


def _side(name: str, item: Item, keys: tuple[Key, ...], level: str) -> Side:
    file, kind = _file(item, keys)
    columns = file.columns if file else item.record.columns
    if kind == "csv":
        address = (file.download_url or file.access_url) if file else ""
    else:
        address = _rows_of(file.access_url) if file else ""
    times = [c for c in columns if meaning(c).role == "time"]
    declared = [x.key for x in item.record.dimensions if x.kind == "time"]
    return Side(
        name=name,
        item=item,
        address=address,
        kind=kind,
        keys=tuple(k.field or k.column for k in keys),
        level=level,
        time=(times or declared or [""])[0],
        by_name=any(k.kind == "name" for k in keys),
        figures=tuple(c for c in columns if _is_figure(c)),
    )


def _is_figure(column: str) -> bool:
    return column.upper().startswith(("AANTAL", "AANDEEL", "PERC", "GEMIDDELD", "OMVANG", "TOTAAL"))


def _file(
    item: Item, keys: tuple[Key, ...]
) -> tuple[Distribution | None, Literal["csv", "zip", "odata"]]:
    """The file that has the key columns: the newest of several; of a table its service."""
    files = item.record.distributions
    if any(k.kind == "dimension" for k in keys):
        feed = next((x for x in files if "/ODataFeed/" in x.access_url), None)
        return feed or next((x for x in files if "/odata/" in x.access_url), None), "odata"
    wanted = {f for k in keys for f in k.files}
    mine = [x for x in files if (x.download_url or x.access_url) in wanted] or list(files)
    mine.sort(key=lambda x: (x.reference_date or x.modified or x.issued or "", x.title or ""))
    return (mine[-1] if mine else None), "csv"


def _rows_of(service: str) -> str:
    """Where an OData service of StatLine gives the rows of its table."""
    if "/ODataFeed/" in service:
        return f"{service}/UntypedDataSet?$format=json"
    return f"{service}/Observations"


def _notes(sides: tuple[Side, Side], way: Joining, lang: str) -> list[str]:
    a, b = sides
    licence, why = combined_licence(a.item, b.item)
    head = [f"{s.name}: {s.item.title} ({s.item.name})" for s in sides]
    known = licence or word("unknown", lang)
    terms = f"{word('licence', lang)}: {known} ({caveat(why, lang)})"
    books = [f"workbook: {s.address}" for s in sides if _is_workbook(s)]
    return [*head, terms, *(caveat(c, lang) for c in dict.fromkeys([*books, *way.caveats]))]


def _is_workbook(side: Side) -> bool:
    path = side.address.partition("?")[0].lower()
    return side.kind == "csv" and path.endswith((".ods", ".xlsx", ".xls", ".xlsm"))


def steps(side: Side, level: str) -> str:
    """Which rule makes the key of this side: a name that both dialects know."""
    if level != side.level and level in WITHIN.get(side.level, ()):
        return f"{side.level}-to-{level}"
    return level
