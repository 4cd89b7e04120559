"""The answers as JSON and as text."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.pairs import (
    Bridge,
    Joining,
    combined_licence,
    joinings,
    keys_of,
    shared_period,
)
from dcat_harvest.levels import Key

Row = dict[str, Any]


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to join two datasets, as `--format json` gives it."""

    left: str
    """`source/key`."""
    right: str
    level: str | None
    """None: a key without a level, such as the code of a programme."""
    left_columns: list[str]
    """Empty where only a title says the level."""
    right_columns: list[str]
    certainty: str
    follows_from: list[str]
    shared_period: str | None
    licence: str | None
    licence_because: str
    caveats: list[str]


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dataset at one level, as `--format json` gives it."""

    dataset: str
    """Its IRI."""
    title: str
    source: str
    key: str
    level: str | None
    columns: list[str]
    certainty: str
    evidence: str
    sectors: list[str]
    time_grain: list[str]
    unit: str | None
    period: tuple[str | None, str | None]
    licences: list[str]
    caveats: list[str]
    with_: Way | None = msgspec.field(default=None, name="with")
    """How it joins with the dataset that was named, if one was."""


@cache
def _texts() -> dict[str, Any]:
    text = files("dcat_harvest.join").joinpath("texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(name: str, lang: str) -> str:
    """A word of the answers in Dutch or English."""
    return str(_texts()["word"][name][lang])


def caveat(code: str, lang: str) -> str:
    """A caveat as a sentence; what a source says itself stays as it is."""
    name, _, rest = code.partition(": ")
    known = _texts()["caveat"].get(name)
    return str(known[lang]).format(x=rest) if known else code


def rows(items: Iterable[Item], level: str = "", other: Item | None = None) -> list[Row]:
    """One row per dataset and level, and one for its keys without a level."""
    found = []
    for item in items:
        for said in item.said.levels:
            if not level or said.level == level:
                columns = [k.column for k in item.said.keys if k.column in said.columns]
                more = {"certainty": said.certainty, "evidence": said.evidence}
                found.append(_row(item, said.level, columns, more, other))
        free = [k.column for k in item.said.keys if not k.level and k.kind == "code"]
        if free and not level:
            more = {"certainty": "column", "evidence": ", ".join(free)}
            found.append(_row(item, None, free, more, other))
    return found


def _row(item: Item, level: str | None, columns: list[str], more: Row, other: Item | None) -> Row:
    start, end = item.period
    row: Row = {
        "dataset": item.dataset,
        "title": item.title,
        "source": item.record.source,
        "key": item.record.key,
        "level": level,
        "columns": columns,
        **more,
        "sectors": list(item.said.sectors),
        "time_grain": list(item.said.grains),
        "unit": item.said.unit or None,
        "period": [start, end],
        "licences": list(item.licences),
        "caveats": list(item.caveats),
    }
    if other is not None:
        row["with"] = _with(other, item, level)
    return row


def _with(other: Item, item: Item, level: str | None) -> Row | None:
    """How it joins with the dataset that was named, at this level."""
    way = next((j for j in joinings(other, item) if (j.level or None) == level), None)
    return joining(other, item, way) if way else None


def joining(a: Item, b: Item, way: Joining) -> Row:
    """One way of joining as JSON."""
    licence, why = combined_licence(a, b)
    return {
        "left": a.name,
        "right": b.name,
        "level": way.level or None,
        "left_columns": _names(way.left),
        "right_columns": _names(way.right),
        "certainty": way.certainty,
        "follows_from": [x for x in (way.left_level, way.right_level) if x],
        "shared_period": shared_period(a, b) or None,
        "licence": licence or None,
        "licence_because": why,
        "caveats": list(way.caveats),
    }


def _names(keys: Sequence[Key]) -> list[str]:
    return [k.column for k in keys]


def pair(a: Item, b: Item, ways: Sequence[Joining], over: Sequence[Bridge]) -> Row:
    """Everything on two datasets as JSON."""
    return {
        "left": a.dataset,
        "right": b.dataset,
        "direct": [joining(a, b, way) for way in ways],
        "between": [
            {
                "table": x.table.dataset,
                "title": x.table.title,
                "first": joining(a, x.table, x.first),
                "second": joining(x.table, b, x.second),
            }
            for x in over
        ],
    }


def as_json(value: object) -> str:
    """JSON for people and programs."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def table(found: Sequence[Row], lang: str, width: int = 0) -> str:
    """Rows as a table in columns."""
    heads = [word(w, lang) for w in ("dataset", "level", "certainty", "columns", "period", "title")]
    cells = [
        [
            f"{r['source']}/{r['key']}",
            r["level"] or word("key", lang),
            word(r["certainty"], lang),
            ", ".join(r["columns"]),
            "/".join(x or "" for x in r["period"]).strip("/"),
            r["title"],
        ]
        for r in found
    ]
    wide = [max(len(str(c[i])) for c in [heads, *cells]) for i in range(len(heads) - 1)]
    wide[3] = min(wide[3], 40)
    lines = ["  ".join(_cut(str(c), w) for c, w in zip(row, [*wide, 0], strict=True)).rstrip()
             for row in [heads, *cells]]  # fmt: skip
    return "\n".join(line[:width] if width else line for line in lines)


def _cut(text: str, width: int) -> str:
    if not width:
        return text
    return f"{text[: width - 1]}…" if len(text) > width else text.ljust(width)


def explained(a: Item, b: Item, ways: Sequence[Joining], over: Sequence[Bridge], lang: str) -> str:
    """Whether and how two datasets join, in prose."""
    out = [f"{a.title}  ({a.name})", f"{word('with', lang)} {b.title}  ({b.name})", ""]
    if not ways and not over:
        return "\n".join([*out, word("none", lang)])
    if ways:
        out.append(word("direct", lang))
        out += [f"  {_line(way, lang)}" for way in ways]
    if over:
        out.append(word("between", lang))
        out += [
            f"  {x.table.title} ({x.table.name}): {_line(x.first, lang)}; {_line(x.second, lang)}"
            for x in over
        ]
    licence, why = combined_licence(a, b)
    period = shared_period(a, b) or word("unknown", lang)
    out += ["", f"{word('shared', lang)}: {period}"]
    out.append(f"{word('licence', lang)}: {licence or word('unknown', lang)} ({caveat(why, lang)})")
    best = ways[0].caveats if ways else (*over[0].first.caveats, *over[0].second.caveats)
    if best:
        out += [f"{word('mind', lang)}:", *(f"  - {caveat(c, lang)}" for c in dict.fromkeys(best))]
    return "\n".join(out)


def _line(way: Joining, lang: str) -> str:
    level = way.level or word("key", lang)
    sides = [" + ".join(_names(keys)) or "?" for keys in (way.left, way.right)]
    text = f"{level}: {sides[0]} = {sides[1]} ({word(way.certainty, lang)})"
    follows = ", ".join(x for x in (way.left_level, way.right_level) if x)
    return f"{text}, {word('follows', lang)} {follows}" if follows else text


__all__ = ["as_json", "caveat", "explained", "joining", "keys_of", "pair", "rows", "table", "word"]
