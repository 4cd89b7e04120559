"""Cuts a free-text period in years, units and joints: the words of `periods`."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

Span = tuple[date, date]

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


def tokens(text: str) -> Iterator[Token]:
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
