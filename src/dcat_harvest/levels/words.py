"""Words in titles, addresses and printed cells, by `vocab/words/levels.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from dcat_harvest import resources


@cache
def tables() -> Mapping[str, Any]:
    """`vocab/words/levels.toml` as it stands."""
    return tomllib.loads(resources.text("vocab/words/levels.toml"))


@cache
def _patterns(group: str) -> Mapping[str, re.Pattern[str]]:
    per = tables()["pattern"]["per"]
    return {
        word: re.compile("|".join(f"(?:{p.replace('{per}', per)})" for p in patterns))
        for word, patterns in tables()[group].items()
    }


def said(group: str, texts: Iterable[str]) -> dict[str, str]:
    """Word of a group (level, sector, unit) to the first text that says it."""
    found: dict[str, str] = {}
    for text in texts:
        plain = text.casefold().replace("’", "'").replace("_", " ")
        for word, pattern in _patterns(group).items():
            if word not in found and pattern.search(plain):
                found[word] = text
    return {word: found[word] for word in _patterns(group) if word in found}


def first(group: str, text: str) -> str:
    """The first word of a group, in the order of its table, that a text says; else empty."""
    return next(iter(said(group, [text])), "")


@cache
def _cells() -> Mapping[str, str]:
    return {cell: level for level, cells in tables()["cell"].items() for cell in cells}


def cell(text: str) -> tuple[str, ...]:
    """The levels that a printed cell names: `Gemeente, postcode 4`."""
    parts = (p.strip().casefold() for p in re.split(r"[,/;+&]| en | of ", text))
    return tuple(dict.fromkeys(_cells()[p] for p in parts if p in _cells()))


def not_with(publisher: str) -> frozenset[str]:
    """Levels that words do not say in titles of this publisher."""
    return frozenset(tables()["not_with"].get(publisher, ()))
