"""Free-text periods, as StatLine writes them, to a first and a last day.

All dates in a text count: the period starts with the earliest and ends with the latest
(reference/cbs.md, section 5). School years run from 1 August to 31 July.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from dcat_harvest.model import Period
from dcat_harvest.read.period_tokens import YEAR, Span, Token, tokens

VOID = re.compile(
    r"vervallen|withdrawn|ingetrokken|discontinued on|(?:stopgezet|beëindigd) (?:per|op)\b", re.I
)
FROM = re.compile(r"\b(?:vanaf|sinds|from|since|as of)\b|[-–—]\s*\.?\s*$", re.I)
OPEN_END = re.compile(
    r"\b(?:heden|nu|present|now|today)\b|\b(?:vanaf|sinds|since)\s+[^\s–-]+\W*$", re.I
)
OPEN_START = re.compile(r"^\W*(?:tot en met|t/m|until)\b", re.I)

SCHOOL_YEAR = re.compile(
    rf"\b(?:school|studie|academic |school )(?:jaar|year):?\s*({YEAR})\s*[-–—]\s*({YEAR})(?!\d)",
    re.I,
)


def period(text: str | None) -> Period | None:
    """Return the period that a text states, with the text itself; None for a text without words.

    >>> found = period("2003/'04 - 2006/'07*")
    >>> found.start, found.end
    ('2003-08-01', '2007-07-31')
    >>> period("Vanaf 1995").end is None
    True
    """
    said = " ".join((text or "").split())
    if not said:
        return None
    start, end = bounds(said)
    return Period(
        start=start.isoformat() if start else None, end=end.isoformat() if end else None, text=said
    )


@lru_cache(maxsize=4096)
def bounds(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of all dates in a text; None for what it leaves open."""
    if VOID.search(text):
        return None, None
    text = SCHOOL_YEAR.sub(_slashed, text)
    spans = list(_spans(list(tokens(text))))
    if not spans:
        return None, None
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    if len(spans) == 1 and OPEN_START.search(text):
        return None, end
    is_open = OPEN_END.search(text) or (len(spans) == 1 and FROM.search(text))
    return start, None if is_open else end


def _slashed(found: re.Match[str]) -> str:
    consecutive = int(found[2]) == int(found[1]) + 1
    return f"{found[1]}/{found[2]}" if consecutive else found[0]


def _year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, last: int) -> Span:
    begun = year - 1 if first > last else year
    return date(begun, first, 1), date(year, last, monthrange(year, last)[1])


def _quarters(year: int, first: int, last: int) -> Span:
    return _months(year, 3 * min(first, last) - 2, 3 * max(first, last))


def _halves(year: int, first: int, last: int) -> Span:
    if max(first, last) > 2:
        return _year(year)
    return _months(year, 6 * min(first, last) - 5, 6 * max(first, last))


def _weeks(year: int, first: int, last: int) -> Span:
    """Keep the weeks of a year inside it, as StatLine counts the first and last week."""
    begin, end = _year(year)
    monday = date(year, 1, 4) - timedelta(days=date(year, 1, 4).weekday())
    return (
        min(max(begin, monday + timedelta(weeks=first - 1)), end),
        max(begin, min(end, monday + timedelta(weeks=last, days=-1))),
    )


def _dates(year: int, month: int, first: int, last: int) -> Span:
    days = monthrange(year, month)[1]
    if max(first, last) > days:
        return _months(year, month, month)
    return date(year, month, min(first, last)), date(year, month, max(first, last))


# Kinds of consecutive tokens, longest first; `numbers` are theirs, in that order.
SHAPES: tuple[tuple[re.Pattern[str], Callable[[list[int]], Span]], ...] = tuple(
    (re.compile(shape), reading)
    for shape, reading in (
        (
            "DM-DMY",
            lambda n: (_dates(n[5], n[1], n[0], n[0])[0], _dates(n[5], n[4], n[3], n[3])[1]),
        ),
        ("D-DMY", lambda n: _dates(n[4], n[3], n[0], n[2])),
        ("DMY", lambda n: _dates(n[2], n[1], n[0], n[0])),
        ("YMD(?!x?[MY])", lambda n: _dates(n[0], n[1], n[2], n[2])),
        ("MDx?Y", lambda n: _dates(n[-1], n[0], n[1], n[1])),
        ("M-MY", lambda n: _months(n[3], n[0], n[2])),
        ("YM-M(?!D?Y)", lambda n: _months(n[0], n[1], n[3])),
        ("[OQ]-QY", lambda n: _quarters(n[3], n[0], n[2])),
        ("YQ-Q(?!Y)", lambda n: _quarters(n[0], n[1], n[3])),
        ("MY", lambda n: _months(n[1], n[0], n[0])),
        ("QY", lambda n: _quarters(n[1], n[0], n[0])),
        ("HY", lambda n: _halves(n[1], n[0], n[0])),
        ("WY", lambda n: _weeks(n[1], n[0], n[0])),
        ("YM", lambda n: _months(n[0], n[1], n[1])),
        ("YQ", lambda n: _quarters(n[0], n[1], n[1])),
        ("YH", lambda n: _halves(n[0], n[1], n[1])),
        ("YW", lambda n: _weeks(n[0], n[1], n[1])),
        ("Y", lambda n: _year(n[0])),
    )
)


def _spans(pieces: list[Token]) -> Iterator[Span]:
    kinds, at = "".join(token.kind for token in pieces), 0
    while at < len(pieces):
        if span := pieces[at].span:
            yield span
            at += 1
            continue
        for shape, reading in SHAPES:
            if found := shape.match(kinds, at):
                yield reading([token.number for token in pieces[at : found.end()]])
                at = found.end()
                break
        else:
            at += 1
