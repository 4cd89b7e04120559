"""Dates, periods and versions that a page of the platform of government sites states."""

import re

from dcat_harvest.model import Period
from dcat_harvest.read import dates, phrases
from dcat_harvest.read.markdown import sentences
from dcat_harvest.read.pro import Sheet

CHANGED = re.compile(r"\bversie\b|gecorrigeerd|aangepast|herzien|vervangen|foutief", re.IGNORECASE)
FILE_VERSION = re.compile(r"(?:^|[_+ .-])v(\d{1,2})(?=[_+ .-])", re.IGNORECASE)
YEAR_PAIR = re.compile(r"(?<![\d/-])((?:19|20)\d\d) ?[/–-] ?((?:19|20)\d\d)(?![\d/-])")
DAY = re.compile(
    r"(?<!\d)(\d{1,2} (?:[a-z]{3,9}) (?:19|20)\d\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d)(?!\d)"
)
MIDNIGHT = re.compile(r"T00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:\d\d)?$")


def issued(page: Sheet, key: str) -> str | None:
    """Return when a document was published: DCTERMS, the dated line, else its address."""
    return stamp(page.metas.get("issued")) or page.dated or dates.iso(key[:10])


def stamp(value: str | None) -> str | None:
    """Return a date or time; midnight, which the platform writes for a date, is the date."""
    found = dates.iso(value)
    return MIDNIGHT.sub("", found) if found else None


def period(page: Sheet) -> Period | None:
    """Return the period that a page states, else that of the school years in its title."""
    if stated := phrases.named_period(page.text):
        return stated
    pairs = [(int(a), int(b)) for a, b in YEAR_PAIR.findall(page.title)]
    if not pairs or any(last != first + 1 for first, last in pairs):
        return None
    first, last = min(pairs)[0], max(pairs)[1]
    return Period(start=f"{first}-08-01", end=f"{last}-07-31", text=page.title)


def reference_date(page: Sheet) -> str | None:
    """Return the day in the title ("1 augustus 2025"), or the peildatum that the text states."""
    if found := DAY.search(page.title):
        return dates.iso(found[1])
    found = re.search(rf"\bpeildatum (?:is |van )?{DAY.pattern}", page.text, re.IGNORECASE)
    return dates.iso(found[1]) if found else None


def version(page: Sheet) -> tuple[str | None, str | None]:
    """Return the version of corrected files (`v02` or later), and what the page says of it."""
    names = [file.url.rsplit("/", 1)[-1] for file in page.files if file.is_data]
    found = [int(number) for name in names for number in FILE_VERSION.findall(name)]
    if max(found, default=0) < 2:
        return None, None
    said = [s for s in sentences(page.text) if CHANGED.search(s)]
    return f"v{max(found):02}", " ".join(said) or None
