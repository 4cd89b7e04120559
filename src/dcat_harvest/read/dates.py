"""Dutch dates and periods as ISO 8601 with the precision given; no part is ever invented."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dcat_harvest.model import Period

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb febr february",
            "maart mrt march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sep sept",
            "oktober okt october",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
DAYS = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
WRITTEN = re.compile(
    rf"(?:(?:{DAYS}),?\s+)?(?:(\d{{1,2}})(?:e|ste)?[\s.-]+)?([a-z]{{3,9}})\.?[\s-]+(\d{{4}})",
    re.ASCII,
)
NUMBERED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
ISO_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?",
    re.A | re.I,
)
SCHOOL_YEAR = re.compile(r"(?:\w+jaar\s+)?(\d{4})\s*[-/–]\s*(\d{4})", re.A | re.I)
AMSTERDAM = "Europe/Amsterdam"
FIRST_YEAR, LAST_YEAR = 1800, 2200


def iso(text: str | None) -> str | None:
    """The date that a text is, as ISO 8601; None where it is no date.

    >>> iso("04 januari 2023"), iso("December 2019"), iso("16-12-2022"), iso("31 februari 2020")
    ('2023-01-04', '2019-12', '2022-12-16', None)
    """
    words = re.sub(r"\s+", " ", text or "").strip().rstrip(".").lower()
    if found := WRITTEN.fullmatch(words):
        day, month, year = found.groups()
        return _checked(year, MONTHS.get(month), day)
    if found := NUMBERED.fullmatch(words):
        day, _, month, year = found.groups()
        return _checked(year, int(month), day)
    if found := ISO.fullmatch(words):
        year, month, day = found.groups()
        return _checked(year, int(month), day) if month else _year(year)
    if found := ISO_TIME.fullmatch(words):
        return _moment(found[1], found[2], (found[3] or "").upper())
    return None


def local(moment: str, zone: str = AMSTERDAM) -> str | None:
    """A local time with the offset that its zone has then; a time with an offset stays.

    >>> local("2014-07-01T02:00:00"), local("2014-01-01T02:00:00")
    ('2014-07-01T02:00:00+02:00', '2014-01-01T02:00:00+01:00')
    """
    value = iso(moment)
    if value is None or "T" not in value or re.search(r"(Z|[+-]\d{2}:\d{2})$", value):
        return value
    offset = datetime.fromisoformat(value[:19]).replace(tzinfo=ZoneInfo(zone)).strftime("%z")
    return f"{value}{offset[:3]}:{offset[3:]}"


def school_year(text: str | None) -> Period | None:
    """The school year that a text is: 1 August to 31 July, only for consecutive years.

    >>> school_year("2019-2020").start, school_year("2018-2022")
    ('2019-08-01', None)
    """
    found = SCHOOL_YEAR.fullmatch((text or "").strip())
    if found is None or int(found[2]) != int(found[1]) + 1 or _year(found[1]) is None:
        return None
    return Period(start=f"{found[1]}-08-01", end=f"{found[2]}-07-31", text=(text or "").strip())


def _checked(year: str, month: int | None, day: str | None) -> str | None:
    if month is None or not 1 <= month <= 12 or _year(year) is None:
        return None
    if day is None:
        return f"{year}-{month:02d}"
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


def _year(year: str) -> str | None:
    return year if FIRST_YEAR <= int(year) <= LAST_YEAR else None


def _moment(day: str, time: str, offset: str) -> str | None:
    offset = f"{offset[:3]}:{offset[3:]}" if len(offset) == 5 else offset
    whole = time if time.count(":") == 2 else f"{time}:00"
    try:
        datetime.fromisoformat(f"{day}T{whole[:8]}{offset.replace('Z', '+00:00')}")
    except ValueError:
        return None
    return f"{day}T{whole}{offset}" if _year(day[:4]) else None
