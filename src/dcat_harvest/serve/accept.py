"""Content negotiation: which of the forms that we have a client would have (RFC 9110, 12)."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
"""Ending of a file of ours -> media type, in the order of our own preference."""
_ALSO = {
    "application/xhtml+xml": "html",
    "application/x-turtle": "ttl",
    "application/json": "jsonld",
    "text/n3": "ttl",
    "text/plain": "nt",
}
"""Other names that clients use; they count only where they are named, not by a wildcard."""
_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^;]*)*)\Z")
_Q = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|\Z)", re.IGNORECASE)
_BAD_Q = re.compile(r";\s*q\s*=", re.IGNORECASE)
MOST = 50


class Range(msgspec.Struct, frozen=True):
    """One media range of an Accept header."""

    main: str
    sub: str
    q: float
    place: int


@lru_cache(maxsize=1024)
def ranges(header: str) -> tuple[Range, ...]:
    """The media ranges that can be read; what cannot be is left out."""
    found = []
    for place, text in enumerate(header.split(",")[:MOST]):
        match = _RANGE.match(text.strip())
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        q = _Q.search(match[3])
        if q is None and _BAD_Q.search(match[3]):
            continue
        found.append(Range(match[1].lower(), match[2].lower(), float(q[1]) if q else 1.0, place))
    return tuple(found)


def choose(header: str | None, offered: Sequence[str], types: Mapping[str, str] = TYPES) -> str:
    """The best of the offered names for an Accept header; empty where none will do.

    The most specific range decides about a form; of equals the client's order counts, then ours.
    """
    if header is None or not header.strip():
        return offered[0]
    return _choose(header, tuple(offered), tuple(types.items()))


@lru_cache(maxsize=4096)
def _choose(header: str, offered: tuple[str, ...], types: tuple[tuple[str, str], ...]) -> str:
    named = dict(types)
    best: tuple[float, int, int, int] = (0.0, 0, 0, 0)
    chosen = ""
    for order, name in enumerate(offered):
        found = _quality(ranges(header), name, named[name].partition(";")[0])
        if found is not None and found[0] > 0:
            q, specific, place = found
            rank = (q, specific, -place, -order)
            if not chosen or rank > best:
                best, chosen = rank, name
    return chosen


def _quality(given: tuple[Range, ...], name: str, media_type: str) -> tuple[float, int, int] | None:
    """Quality, how specific, and place of the range that decides about one form."""
    main, _, sub = media_type.partition("/")
    found: tuple[int, float, int] | None = None
    for x in given:
        if (x.main, x.sub) == (main, sub) or _ALSO.get(f"{x.main}/{x.sub}") == name:
            specific = 2
        elif x.sub == "*" and x.main in (main, "*"):
            specific = 1 if x.main == main else 0
        else:
            continue
        if found is None or (specific, x.q) > found[:2]:
            found = (specific, x.q, x.place)
    return None if found is None else (found[1], found[0], found[2])


def takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    best = None
    for part in header.lower().split(",")[:20]:
        name, _, rest = part.strip().partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            q = rest.replace(" ", "").removeprefix("q=") if rest else "1"
            allowed = not re.fullmatch(r"0(\.0*)?", q)
            best = allowed if name.strip() != "*" or best is None else best
    return bool(best)
