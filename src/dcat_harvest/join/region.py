"""What `--region NAME` asks: a region of which kinds, and which datasets can hold it.

The catalogue knows kinds of regions and texts, not the rows of files: a dataset is kept because
its levels can be narrowed to a region of that kind, or because it names the region itself.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from dcat_harvest import resources, words
from dcat_harvest.errors import UsageError
from dcat_harvest.join.catalogue import Item
from dcat_harvest.levels.columns import level_of_code, tables


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A region that was asked for."""

    name: str
    """Without the word for its kind; in lower case."""
    kinds: tuple[str, ...]
    """The levels that it may be a unit of."""
    is_known: bool
    """Whether the name says its kind; else any name may be a municipality, a quarter …"""


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(resources.text("vocab/words/regions.toml"))


def region(text: str) -> Region:
    """A name, a code of CBS (`GM0363`) or a postcode, with the kinds that it may be of."""
    plain = " ".join(text.casefold().split())
    if not any(map(str.isalnum, plain)):
        raise UsageError(f"--region {text!r}: name a region")
    if re.fullmatch(r"[1-9]\d{3}( ?[a-z]{2})?", plain):
        return Region(name=plain, kinds=("pc4",) if len(plain) == 4 else ("pc6",), is_known=True)
    if re.fullmatch(r"[a-z]{2}\d+", plain) and (level := level_of_code(plain.upper())):
        return Region(name=plain, kinds=(level,), is_known=True)
    for kind, said in _words()["said"].items():
        some = "|".join(map(re.escape, said)) or "(?!)"
        if found := re.fullmatch(rf"(?:{some})\.? (.+)|(.+?) \((?:{some})\.?\)", plain):
            return Region(name=found[1] or found[2], kinds=(kind,), is_known=True)
    kinds = _kinds_of(plain)
    return Region(name=plain, kinds=kinds or tuple(_words()["any"]["levels"]), is_known=bool(kinds))


def _kinds_of(name: str) -> tuple[str, ...]:
    groups = [_words()["names"], _words()["also"]]
    groups.append({"provincie": [x for names in tables()["province"].values() for x in names]})
    return tuple(kind for group in groups for kind, names in group.items() if name in names)


def can_hold(item: Item, asked: Region) -> bool:
    """Whether a dataset names the region, or has a level that can be narrowed to it."""
    if _names(item, asked):
        return True
    spatial = item.record.spatial
    if spatial and words.term("spatial", spatial) != "NLD":
        return False  # it is of another place
    holds = {level for kind in asked.kinds for level in _words()["holds"][kind]}
    return any(x.level in holds for x in item.said.levels)


def _names(item: Item, asked: Region) -> bool:
    """Whether its spatial coverage, title, description, keywords or notes have the name whole."""
    if asked.name[0].isdigit():
        return False  # a postcode in a text is more often a year or a count
    d = item.record
    notes = [*d.annotations, *(a for x in d.distributions for a in x.annotations)]
    texts = [
        item.title,
        d.description,
        (d.spatial or "").replace("_", " "),
        *d.keywords,
        *d.alternatives,
        *(x.title for x in d.distributions),
        *(a.text for a in notes),
    ]
    whole = re.compile(rf"(?<![\w-]){re.escape(asked.name)}(?![\w-])", re.IGNORECASE)
    return any(whole.search(t) for t in texts if t)
