"""Dutch dates and periods: what is a date, with which precision, and what is none."""

import doctest
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.read import dates

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
NAMES = MONTHS.split()
DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31))


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(dates).failed == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 oktober 2023", "2023-10-01"),
        ("04 januari 2023", "2023-01-04"),
        ("December 2019", "2019-12"),
        ("16-12-2022", "2022-12-16"),
        ("1-10-2023", "2023-10-01"),
        ("1/10/2023", "2023-10-01"),
        ("vrijdag 22 december 2023", "2023-12-22"),
        ("2 mrt. 2021", "2021-03-02"),
        ("  1\u00a0oktober\n2023. ", "2023-10-01"),
        ("2023", "2023"),
        ("2023-12", "2023-12"),
        ("2023-05-02", "2023-05-02"),
        ("2023-05-02T13:30:23.352647", "2023-05-02T13:30:23.352647"),
        ("2023-05-02 13:30", "2023-05-02T13:30:00"),
        ("2023-05-02T13:30:23Z", "2023-05-02T13:30:23Z"),
        ("2023-05-02T13:30:23+0200", "2023-05-02T13:30:23+02:00"),
    ],
)
def test_a_date_keeps_the_precision_it_is_given(text: str, value: str) -> None:
    assert dates.iso(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "31 februari 2020",
        "29-02-2023",
        "31 september 2019",
        "0 mei 2020",
        "13-13-2020",
        "2020-13",
        "1 oktober",
        "oktober",
        "vandaag",
        "1 oktober 23",
        "1 oktober 2019 en 1 oktober 2020",
        "1.10-2023",
        "9999",
        "2023-05-02T25:00:00",
        "٣ mei 2020",
        "",
        None,
    ],
)
def test_what_is_no_whole_date_gives_nothing(text: str | None) -> None:
    assert dates.iso(text) is None


@given(DAYS)
def test_a_day_written_in_dutch_comes_back_as_that_day(day: date) -> None:
    month = NAMES[day.month - 1]

    written = f"{day.day} {month} {day.year}"
    numbered = f"{day.day:02d}-{day.month:02d}-{day.year:04d}"

    assert dates.iso(written) == dates.iso(numbered) == dates.iso(day.isoformat())
    assert dates.iso(written) == day.isoformat()
    assert dates.iso(f"{month} {day.year}") == day.isoformat()[:7]


@given(st.integers(0, 40), st.integers(0, 14), st.integers(1800, 2200))
def test_a_numbered_date_is_read_only_where_the_calendar_has_it(
    day: int, month: int, year: int
) -> None:
    try:
        wanted = date(year, month, day).isoformat()
    except ValueError:
        wanted = None

    assert dates.iso(f"{day}-{month}-{year}") == wanted


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_nothing(text: str) -> None:
    value = dates.iso(text)

    assert value is None or dates.iso(value) == value


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_local_time_keeps_its_clock_and_gains_the_offset(moment: datetime) -> None:
    value = dates.local(moment.isoformat())

    assert value is not None
    parsed = datetime.fromisoformat(value)
    assert parsed.replace(tzinfo=None) == moment
    assert parsed.utcoffset() == moment.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).utcoffset()
    assert dates.local(value) == value


def test_a_day_gains_no_offset() -> None:
    assert dates.local("2014-07-01") == "2014-07-01"


@given(st.integers(1801, 2198), st.integers(-3, 9))
def test_a_school_year_is_two_years_in_a_row(year: int, gap: int) -> None:
    period = dates.school_year(f"{year}-{year + gap}")

    if gap == 1:
        assert period is not None
        assert (period.start, period.end) == (f"{year}-08-01", f"{year + 1}-07-31")
    else:
        assert period is None


@pytest.mark.parametrize("text", ["2019/2020", "2019-2020", "schooljaar 2019/2020", "2019 – 2020"])
def test_a_school_year_may_be_written_in_several_ways(text: str) -> None:
    period = dates.school_year(text)

    assert period is not None
    assert (period.start, period.end, period.text) == ("2019-08-01", "2020-07-31", text)
