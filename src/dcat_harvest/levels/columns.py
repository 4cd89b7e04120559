"""Names of columns to the keys they are, by `vocab/words/columns.toml`."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from dcat_harvest import resources
from dcat_harvest.levels.statement import Key

MOST_COLUMNS = 1000
"""More names than this in one header are no longer looked at."""


class Name(NamedTuple):
    """What the name of a column means."""

    role: Literal["key", "time", "other", "unknown"]
    concept: str = ""
    kind: Literal["code", "name"] = "code"
    level: str = ""
    whole: bool = False
    of: str = ""


@cache
def tables() -> Mapping[str, Any]:
    """`vocab/words/columns.toml` as it stands."""
    return tomllib.loads(resources.text("vocab/words/columns.toml"))


@cache
def _known() -> Mapping[str, Name]:
    """Squeezed name to its meaning: codes before names before keys without a level."""
    found: dict[str, Name] = {}
    for level, words in tables()["level"].items():
        for word in words["code"]:
            whole = word in words.get("whole", ())
            found.setdefault(word, Name("key", level, "code", level, whole))
    for level, words in tables()["level"].items():
        for word in words.get("name", ()):
            found.setdefault(word, Name("key", level, "name", level))
    for concept, words in tables()["key"].items():
        for word in words:
            found.setdefault(word, Name("key", concept))
    for grain, words in tables()["time"].items():
        for word in words:
            found.setdefault(word, Name("time", grain))
    return found


@cache
def _others() -> re.Pattern[str]:
    patterns = [p for group in tables()["other"].values() for p in group]
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def squeeze(name: str) -> str:
    """A name as the table holds it: capitals and digits, without what stands in brackets."""
    return re.sub(r"[^A-Z0-9]", "", re.sub(r"\([^)]*\)", "", name).upper())


@lru_cache(maxsize=8192)
def meaning(name: str) -> Name:
    """What the name of a column means."""
    plain, words = squeeze(name), tables()["qualifier"]
    if found := _known().get(plain):
        return found
    if any(word in plain for word in words["apart"]):
        return Name("other", "address")
    for group in ("office", "of"):
        for word in words[group]:
            rest = _without(plain, word)
            if rest and (found := _known().get(rest)):
                return _qualified(found, word, is_office=group == "office")
    spaced = " ".join(re.findall(r"[^\W_]+", re.sub(r"\([^)]*\)", "", name).upper()))
    return Name("other") if _others().fullmatch(spaced) else Name("unknown")


def _without(plain: str, word: str) -> str:
    return plain.removesuffix(word) if plain.endswith(word) else plain.removeprefix(word) \
        if plain.startswith(word) else ""  # fmt: skip


def _qualified(found: Name, word: str, *, is_office: bool) -> Name:
    if found.role != "key":
        return found
    if is_office:
        return found._replace(level="", of=word)
    return found._replace(of=word)


def keys(columns: Iterable[str], file: str = "") -> Iterator[Key]:
    """The key columns of one file; a name counts where the file has no code of that level."""
    named = [(c, meaning(c)) for c in list(columns)[:MOST_COLUMNS]]
    coded = {m.level for _, m in named if m.role == "key" and m.kind == "code"}
    for column, m in named:
        if m.role != "key" or (m.kind == "name" and (m.level in coded or not m.level)):
            continue
        yield Key(
            column=column,
            concept=m.concept,
            level=m.level,
            kind=m.kind,
            whole=m.whole,
            of=m.of,
            files=(file,) if file else (),
        )


def grains(columns: Iterable[str]) -> tuple[str, ...]:
    """The time grains that columns say."""
    found = (meaning(c) for c in columns)
    return tuple(dict.fromkeys(m.concept for m in found if m.role == "time" and m.concept))


def unknown(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that the table does not know at all."""
    return tuple(c for c in list(columns)[:MOST_COLUMNS] if meaning(c).role == "unknown")


def level_of_code(code: str) -> str | None:
    """The level of a CBS region code such as `GM0363`, by its first two letters."""
    found = re.match(r"\s*([A-Z]{2})\d", code)
    return tables()["prefix"].get(found[1]) if found else None


def levels_of_region(title: str) -> tuple[str, ...]:
    """What a region dimension of this title usually holds, where its codes are not known."""
    return tuple(tables()["region"].get(squeeze(title).lower(), ()))
