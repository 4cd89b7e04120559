"""Filters on the list: level, sector, period, words, region."""

import re

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.region import Region, can_hold, region

REGIONS = (
    "buurt", "wijk", "pc6", "pc4", "gemeente", "onderwijsregio", "rmc-regio", "arbeidsmarktregio",
    "corop", "provincie", "landsdeel",
)  # fmt: skip


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked; empty parts ask nothing."""

    level: str = ""
    sector: str = ""
    period: str = ""
    about: str = ""
    region: str = ""


def asked(found: list[Item], wish: Wish) -> list[Item]:
    """The datasets that a wish holds for; those that say nothing of levels are no answer."""
    bounds = span(wish.period)
    place = region(wish.region) if wish.region else None
    return [i for i in found if i.said.levels or i.said.keys if _fits(i, wish, bounds, place)]


def _fits(item: Item, wish: Wish, bounds: tuple[str, str], place: Region | None) -> bool:
    levels = {x.level for x in item.said.levels}
    return (
        (not wish.level or wish.level in levels)
        and (not wish.sector or wish.sector in item.said.sectors)
        and (not wish.period or _overlaps(item.period, bounds))
        and (not wish.about or is_about(item, wish.about))
        and (place is None or can_hold(item, place))
    )


def is_about(item: Item, words: str) -> bool:
    """Whether every word begins a word of its title, files, keywords or description."""
    d = item.record
    texts = [item.title, *(x.title or "" for x in d.distributions), *d.keywords, *d.alternatives]
    text = " ".join([*texts, d.description or ""]).casefold()
    return all(re.search(rf"(?<!\w){re.escape(w)}", text) for w in words.casefold().split())


def span(text: str) -> tuple[str, str]:
    """First and last day of `2019/..`, `2016/2019`, `2019`; UsageError for anything else."""
    if not text:
        return ("0000", "9999")
    found = re.fullmatch(
        r"(\d{4}(?:-\d\d(?:-\d\d)?)?|\.\.)(?:/(\d{4}(?:-\d\d(?:-\d\d)?)?|\.\.))?", text
    )
    if not found:
        raise UsageError(f"--period {text}: write 2019/.., ../2019, 2016/2019 or 2019")
    begin, end = found[1], found[2] or found[1]
    return ("0000" if begin == ".." else begin, "9999" if end == ".." else f"{end}~")


def _overlaps(period: tuple[str | None, str | None], bounds: tuple[str, str]) -> bool:
    """An open end goes on; a period that nobody states may be any."""
    start, end = period
    return (start or "0000") <= bounds[1] and (end or "9999~") >= bounds[0]


def shared(a: Item, b: Item) -> tuple[str, str] | None:
    """The days that both cover; None where either is not known, or they do not meet."""
    (s1, e1), (s2, e2) = a.period, b.period
    if not (s1 or e1) or not (s2 or e2):
        return None
    start = max(s1 or "", s2 or "")
    end = min(e1 or "9999", e2 or "9999")
    return (start, "" if end == "9999" else end) if start <= end else None
