"""What running Dutch text says on frequency, period, suppression and provisional figures."""

import re
from calendar import monthrange

from dcat_harvest import words
from dcat_harvest.model import Annotation, Period
from dcat_harvest.read import dates
from dcat_harvest.read.markdown import sentences

NUMBER = r"(?:één|een|1|twee|2|drie|3|vier|4|zes|6|twaalf|12)"
UNIT = r"(?:jaar|kwartaal|maand|week|dag|schooljaar|studiejaar|weken|maanden|uur)"
OFTEN = re.compile(
    rf"\b({NUMBER} (?:keer|maal) (?:per|in het|in de) {UNIT}"
    rf"|(?:elk|elke|ieder|iedere) (?:{NUMBER} )?{UNIT}"
    r"|jaarlijkse?|maandelijkse?|wekelijkse?|dagelijkse?|halfjaarlijkse?|per kwartaal)\b",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"\b(?:ge)?(?:actualiseer|ververs|updat)|bijgewerkt|bijwerk|gepubliceerd|publice[er]|publicatie"
    r"|produceer|beschikbaar gesteld|vernieuwd|aangevuld|uitgebracht|verschijn",
    re.IGNORECASE,
)
MONTHS = [
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
]
DAY = rf"(?:(\d{{1,2}}) )?(?:({'|'.join(MONTHS)}) )?((?:19|20)\d\d)"
YEARS = re.compile(
    r"(?<![\d/-])((?:19|20)\d\d)\s?(?:-|/|–|t/m|tot en met|tot)\s?((?:19|20)\d\d)(?![\d/-])"
)
SINCE = re.compile(
    rf"\b(?:vanaf|sinds)(?: het)?(?: (?:kalender)?jaar)? {DAY}(?![\d/-])", re.IGNORECASE
)
SINCE_SCHOOL = re.compile(
    r"\b(?:vanaf|sinds)(?: het)? (?:school|studie)jaar ((?:19|20)\d\d)"
    r"(?: ?[-/–] ?(?:19|20)?\d\d)?(?!\d)",
    re.IGNORECASE,
)
SPAN = re.compile(
    rf"\b(?:van|vanaf|periode|tussen)(?: van)? {DAY} (?:tot en met|t/m|tot|en) {DAY}\b",
    re.IGNORECASE,
)
SMALL = re.compile(
    r"AVG.?filter|kleiner dan (?:5|vijf)|(?:onder|minder dan) de? ?(?:5|vijf)\b|afgescherm|privacy"
    r"|statistisch beveilig|niet onderscheiden|niet herleidbaar|te lage totaalaantallen",
    re.IGNORECASE,
)
PROVISIONAL = re.compile(r"\bvoorlopig|nog niet (?:is )?(?:definitief|goedgekeurd)", re.IGNORECASE)


def frequency(text: str, *, about_time: bool = False) -> tuple[str, str] | None:
    """Return the words for a frequency and the sentence that holds them, or None.

    A sentence counts where it speaks of updating or publishing; in a section that is about time
    (`about_time`) each sentence does. Two different frequencies say nothing certain: None.

    >>> frequency("De cijfers zijn voorlopig. Het bestand wordt dagelijks geactualiseerd.")
    ('dagelijks', 'Het bestand wordt dagelijks geactualiseerd.')
    """
    found: dict[str, str] = {}
    for sentence in sentences(text):
        match = OFTEN.search(sentence)
        if match and (about_time or UPDATED.search(sentence)):
            found.setdefault(match[1].lower(), sentence)
    meanings = {words.term("frequency", word) or word for word in found}
    return next(iter(found.items())) if len(meanings) == 1 else None


def period(text: str) -> Period | None:
    """Return the period that a text states: "vanaf oktober 2010", "2021-2040", "van … tot …".

    A span of two years that follow each other is a school year: 1 August to 31 July.
    """
    if match := SPAN.search(text):
        d1, m1, y1, d2, m2, y2 = match.groups()
        begun, done = _first(d1, m1, y1), _last(d2, m2, y2)
        return Period(start=begun, end=done, text=match[0]) if begun and done else None
    if match := SINCE_SCHOOL.search(text):
        return Period(start=f"{match[1]}-08-01", text=match[0])
    pairs = [(int(first), int(last)) for first, last in YEARS.findall(text)]
    if pairs and all(last == first + 1 for first, last in pairs):
        start, end = min(pairs)[0], max(pairs)[1]
        return Period(start=f"{start}-08-01", end=f"{end}-07-31", text=_between(text))
    if len(pairs) == 1 and pairs[0][1] > pairs[0][0]:
        first, last = pairs[0]
        return Period(start=f"{first}-01-01", end=f"{last}-12-31", text=_between(text))
    if match := SINCE.search(text):
        begun = _first(*match.groups())
        return Period(start=begun, text=match[0]) if begun else None
    return None


def named_period(text: str) -> Period | None:
    """Return a period that running text names as such: "in de periode 2021 tot en met 2040"."""
    match = re.search(r"\b(?:de )?periode (?:van )?(?=[\d(a-z])(.{4,60})", text, re.IGNORECASE)
    if not match:
        return None
    said = f"periode {match[1]}"
    span = SPAN.match(said) or YEARS.match(match[1])
    return period(said) if span else None


def suppression(text: str) -> Annotation | None:
    """Return what a text says on small numbers that are hidden or changed."""
    return _annotation("suppression", SMALL, text)


def provisional(text: str) -> Annotation | None:
    """Return what a text says on provisional figures."""
    return _annotation("provisional", PROVISIONAL, text)


def _annotation(kind: str, pattern: re.Pattern[str], text: str) -> Annotation | None:
    said = [sentence for sentence in sentences(text) if pattern.search(sentence)]
    if not said:
        return None
    match kind:
        case "suppression":
            return Annotation(kind="suppression", text=" ".join(said))
        case _:
            return Annotation(kind="provisional", text=" ".join(said))


def _between(text: str) -> str:
    """Return the text from the first pair of years to the last."""
    found = list(YEARS.finditer(text))
    return text[found[0].start() : found[-1].end()]


def _first(day: str | None, month: str | None, year: str) -> str | None:
    number = MONTHS.index(month.lower()) + 1 if month else 1
    return dates.iso(f"{year}-{number:02}-{int(day or 1):02}")


def _last(day: str | None, month: str | None, year: str) -> str | None:
    number = MONTHS.index(month.lower()) + 1 if month else 12
    return dates.iso(f"{year}-{number:02}-{int(day or monthrange(int(year), number)[1]):02}")
