"""Free-text periods, as StatLine writes them, to a first and a last day.

All dates in a text count: the period starts with the earliest and ends with the latest
(reference/cbs.md, section 5). School years run from 1 August to 31 July.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from dcat_harvest.model import Period

Span = tuple[date, date]

VOID = re.compile(
    r"vervallen|withdrawn|ingetrokken|discontinued on|(?:stopgezet|beëindigd) (?:per|op)\b", re.I
)
FROM = re.compile(r"\b(?:vanaf|sinds|from|since|as of)\b|[-–—]\s*\.?\s*$", re.I)
OPEN_END = re.compile(
    r"\b(?:heden|nu|present|now|today)\b|\b(?:vanaf|sinds|since)\s+[^\s–-]+\W*$", re.I
)
OPEN_START = re.compile(r"^\W*(?:tot en met|t/m|until)\b", re.I)

YEAR = r"(?:1[4-9]|20|21)\d\d"
APOSTROPHE = "['’‘`´]"
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "iiii": 4}
WORDS = ("eerste", "first", "tweede", "second", "derde", "third", "vierde", "fourth")
ORDINALS = {word: place // 2 + 1 for place, word in enumerate(WORDS)}
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|[1-4]\s?(?:ste|de|e|st|nd|rd|th)|i{{1,4}}(?=-)|iv(?=-))"
MONTHS = (
    "jan(?:uari|uary)?",
    "feb(?:r(?:uari|uary)?)?",
    "m(?:aart|rt|arch|aa|ar)",
    "apr(?:il)?",
    "mei|may",
    "jun[ie]?",
    "jul[iy]?",
    "aug(?:ustus|ust)?",
    "sep(?:t(?:ember)?)?",
    "o[kc]t(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)
QUARTER = r"(?:kwartalen|kwartaal|kwart|kw|quarters?|qu?art|quater|qtr|q)"
HALF = r"(?:halfjaren|halfjaar|half[- ]?year|helft|half|semester|h)"
COUNT = r"(?:i{1,4}|iv|[1-4])(?![a-z\d])"
SKIPPED = r"(?:van|of|het|the|in|jaar|year|een|a|de|studiejaar|schooljaar|seizoen|ultimo)"
SCHOOL_YEAR = re.compile(
    rf"\b(?:school|studie|academic |school )(?:jaar|year):?\s*({YEAR})\s*[-–—]\s*({YEAR})(?!\d)",
    re.I,
)

LEXEME = re.compile(
    rf"""
    (?P<iso>(?<!\d){YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))
  | (?P<dmy>(?<!\d)(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|1[0-2])-\s?{YEAR}(?!\d))
  | (?P<pair>(?<!\d){YEAR}\s*/\s*{APOSTROPHE}?\s*(?:{YEAR}|\d\d?)(?!\d)
      |(?<!\d){YEAR}{APOSTROPHE}\d\d(?!\d))
  | (?P<base>(?<!\d){YEAR}\s*=\s*\d+|\b(?:sbi|isced|indeling)[\s-]*'?{YEAR}(?!\d))
  | (?P<week>\b(?:week|wk)\.?\s*\d\d?(?!\d))
  | (?P<quarter>{ORDINAL}[\s-]*{QUARTER}(?![a-hj-z])\.?|{QUARTER}\.?\s*{COUNT})
  | (?P<half>{ORDINAL}[\s-]*{HALF}(?![a-z])\.?|{HALF}\.?\s*{COUNT})
  | (?P<ordinal>(?<![\w/]){ORDINAL}(?![a-z\d]))
  | (?P<month>(?<![a-z])(?:{"|".join(f"(?:{m})" for m in MONTHS)})(?![a-z])\.?)
  | (?P<year>(?<!\d){YEAR}(?!\d)\**)
  | (?P<short>{APOSTROPHE}\d\d(?!\d))
  | (?P<day>(?<![\d,.])(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b)?(?![\d%]))
  | (?P<until>t/m|tot\ en\ met|\btot\b|\bto\b|\buntil\b|\btill\b|\bthrough\b|[-–—\x96\x97])
  | (?P<space>\s+|\b{SKIPPED}\b|(?<=\d)(?:nv|v|p)\b)
  | (?P<other>[^\W\d]+|.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


class Token(NamedTuple):
    """One piece of the text: a letter for its kind, and what it says."""

    kind: str
    span: Span | None = None
    number: int = 0


def period(text: str | None) -> Period | None:
    """Return the period that a text states, with the text itself; None for a text without words.

    >>> period("2003/'04 - 2006/'07*")
    Period(start='2003-08-01', end='2007-07-31', text="2003/'04 - 2006/'07*")
    >>> period("Vanaf 1995")
    Period(start='1995-01-01', text='Vanaf 1995')
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
    spans = list(_spans(list(_tokens(text))))
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


def _tokens(text: str) -> Iterator[Token]:
    """Cut a text in dates, units and joints; a year glued to a strange word is none (SBI2008)."""
    glued, year = False, 0
    for found in LEXEME.finditer(text):
        kind, piece = found.lastgroup or "other", found[0]
        if kind == "space":
            glued = False
        elif glued and kind in {"year", "short", "pair"}:
            yield Token("x")
        else:
            token = _token(kind, piece.lower(), year)
            year = token.number if token.kind == "Y" else year
            yield token
            glued = kind == "other" and piece[-1].isalpha()


def _token(kind: str, piece: str, year: int) -> Token:
    numbers = [int(n) for n in re.findall(r"\d+", piece)]
    match kind:
        case "iso":
            token = _day(*numbers)
        case "dmy":
            token = _day(*reversed(numbers))
        case "pair":
            token = Token("F", _pair(numbers[0], numbers[1]))
        case "short":
            token = Token("Y", number=_century(numbers[0], year))
        case "month":
            token = Token(
                "M", number=next(n for n, m in enumerate(MONTHS, 1) if re.match(m, piece))
            )
        case "quarter" | "half" | "ordinal":
            token = Token(kind[0].upper(), number=_count(piece))
        case "year" | "week" | "day":
            token = Token(kind[0].upper(), number=numbers[0])
        case _:
            token = Token("-" if kind == "until" else "x")
    return token


def _count(piece: str) -> int:
    word = re.search(rf"{'|'.join(ORDINALS)}|\d|(?<![a-z])i{{1,4}}v?|i{{1,4}}v?$|iv", piece)
    said = word[0] if word else ""
    return ORDINALS.get(said) or ROMAN.get(said) or int(said or 0)


def _day(year: int, month: int, day: int) -> Token:
    try:
        found = date(year, month, day)
    except ValueError:
        return Token("x")
    return Token("F", (found, found))


def _century(short: int, year: int) -> int:
    """Complete a year of two digits: after the year before it, else near it, else 1930-2029."""
    if not year:
        return 1900 + short if short >= 30 else 2000 + short
    nearest = min((century + short for century in (1900, 2000)), key=lambda n: abs(n - year))
    ahead = year + (short - year) % 100
    return ahead if ahead - year <= 60 else nearest


def _pair(first: int, second: int) -> Span:
    """Take `2003/'04` as a school year, years that do not follow each other as a span."""
    if second < 10 and first % 10 == (second - 1) % 10:
        second = first + 1
    elif second < 100:
        second += first // 100 * 100
        second += 100 if second < first and second + 100 - first < 50 else 0
    if second == first + 1:
        return date(first, 8, 1), date(second, 7, 31)
    return date(min(first, second), 1, 1), date(max(first, second), 12, 31)


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


def _spans(tokens: list[Token]) -> Iterator[Span]:
    kinds, at = "".join(token.kind for token in tokens), 0
    while at < len(tokens):
        if span := tokens[at].span:
            yield span
            at += 1
            continue
        for shape, reading in SHAPES:
            if found := shape.match(kinds, at):
                yield reading([token.number for token in tokens[at : found.end()]])
                at = found.end()
                break
        else:
            at += 1
