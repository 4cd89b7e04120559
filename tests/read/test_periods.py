"""Free-text periods become a first and a last day, and nothing that the text does not say."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.read.period_tokens import MONTHS
from dcat_harvest.read.periods import bounds, period

SAID = (
    ("1998", "1998-01-01", "1998-12-31"),
    ("2000.", "2000-01-01", "2000-12-31"),
    ("2005**.", "2005-01-01", "2005-12-31"),
    ("1985 - 2012*", "1985-01-01", "2012-12-31"),
    ("1900-2010", "1900-01-01", "2010-12-31"),
    ("2004 – 2007", "2004-01-01", "2007-12-31"),
    ("2005 \x96 2014, 2005 QI \x96 2015 QI", "2005-01-01", "2015-03-31"),
    ("2013v en 2012nv", "2012-01-01", "2013-12-31"),
    ("1990, 1995, 2000 - 2013", "1990-01-01", "2013-12-31"),
    ("1981, 1986,1991", "1981-01-01", "1991-12-31"),
    ("1990/'91 - 2024/'25", "1990-08-01", "2025-07-31"),
    ("1998 / '99", "1998-08-01", "1999-07-31"),
    ("1999 / ’00 tot en met 2004 / ’05", "1999-08-01", "2005-07-31"),
    ("1995 / 1996 - 2002 / 2003", "1995-08-01", "2003-07-31"),
    ("2018/19-2024/25", "2018-08-01", "2025-07-31"),
    ("2004/'05-2007/8", "2004-08-01", "2008-07-31"),
    ("2005/'06 - 2021'22", "2005-08-01", "2022-07-31"),
    ("schooljaar 2003-2004", "2003-08-01", "2004-07-31"),
    ("2000/2002", "2000-01-01", "2002-12-31"),
    ("1995 / '04", "1995-01-01", "2004-12-31"),
    ("1996/1998 - 2002/2006", "1996-01-01", "2006-12-31"),
    ("1e kwartaal 1997", "1997-01-01", "1997-03-31"),
    ("1997 1e kwartaal", "1997-01-01", "1997-03-31"),
    ("kw I 2020", "2020-01-01", "2020-03-31"),
    ("2000Q1", "2000-01-01", "2000-03-31"),
    ("KwI 1995", "1995-01-01", "1995-03-31"),
    ("2011 eerste kwartaal - 2020 tweede kwartaal", "2011-01-01", "2020-06-30"),
    ("2012 kwartaal 1", "2012-01-01", "2012-03-31"),
    ("1st quarter1993-4th quarter 2002", "1993-01-01", "2002-12-31"),
    ("2010 kwartaal IIII", "2010-10-01", "2010-12-31"),
    ("I-quart. 1995 - III-quart. 2015", "1995-01-01", "2015-09-30"),
    ("1e - 3e kwartaal 2004", "2004-01-01", "2004-09-30"),
    ("1980 - 2013; 2005 kw I - 2014 kw I", "1980-01-01", "2014-03-31"),
    ("1990 - 2002; kw I 1990 - kw I 2003; jan 1995 - mrt. 2003.", "1990-01-01", "2003-03-31"),
    ("1e halfjaar 2006", "2006-01-01", "2006-06-30"),
    ("halfjaar I 2000 - halfjaar II 2003", "2000-01-01", "2003-12-31"),
    ("1e helft van 2000", "2000-01-01", "2000-06-30"),
    ("februari 2000", "2000-02-01", "2000-02-29"),
    ("april 2000 - december2003", "2000-04-01", "2003-12-31"),
    ("1983 December - 2015 June", "1983-12-01", "2015-06-30"),
    ("Oktober t/m december 2014", "2014-10-01", "2014-12-31"),
    ("aug - nov 1995 - 2001", "1995-08-01", "2001-12-31"),
    ("Dec.'99/Feb.'00 - Mar.'10/May.'10", "1999-12-01", "2010-05-31"),
    ("1 januari 2000", "2000-01-01", "2000-01-01"),
    ("02 January 2006 - 28 September 2012.", "2006-01-02", "2012-09-28"),
    ("1 mei - 15 juni 2003", "2003-05-01", "2003-06-15"),
    ("1993 jan. 1 - 2015 januari 1, gegevens per peildatum", "1993-01-01", "2015-01-01"),
    ("January 1, 2000", "2000-01-01", "2000-01-01"),
    ("Stand per 01-01- 1830 t/m 01-01- 2015", "1830-01-01", "2015-01-01"),
    ("week 12 2010", "2010-03-22", "2010-03-28"),
    ("1995 week 1 - 2015 week 53", "1995-01-02", "2015-12-31"),
    ("Vanaf 1995", "1995-01-01", None),
    ("1995 - heden", "1995-01-01", None),
    ("Vanaf generatie 1950 tot 1960 t/m generatie 1970 tot 1980", "1950-01-01", "1980-12-31"),
    ("t/m 2010", None, "2010-12-31"),
    ("Prijzen (2007=100) 2009 - 2011", "2009-01-01", "2011-12-31"),
    ("2000-2004 (SBI'93)", "2000-01-01", "2004-12-31"),
    ("indeling SBI2008", None, None),
    ("Deze tabel is vervallen per 23 september 2010", None, None),
    ("2003 - 2007. (tabel is per 28-09-2009 vervallen)", None, None),
    ("Discontinued on 1 March 2004", None, None),
    ("geboortegeneratie", None, None),
    ("Afgelopen 4 jaar", None, None),
)


@pytest.mark.parametrize(("text", "start", "end"), SAID, ids=[text for text, _, _ in SAID])
def test_a_period_is_read_as_its_first_and_last_day(
    text: str, start: str | None, end: str | None
) -> None:
    read = period(text)

    assert read is not None
    assert (read.start, read.end) == (start, end)


def test_a_period_keeps_the_words_of_the_source() -> None:
    read = period("  1997 -2018,\n kw I ")

    assert read is not None
    assert read.text == "1997 -2018, kw I"


@pytest.mark.parametrize("text", [None, "", " \r\n"])
def test_no_text_is_no_period(text: str | None) -> None:
    assert period(text) is None


@given(st.text(max_size=60))
def test_any_text_gives_days_in_order_or_none(text: str) -> None:
    start, end = bounds(text)

    assert start is None or end is None or start <= end


@given(st.text(alphabet="0123456789 -/'.,;*kwqeIVjandecmtschoolr12", max_size=40))
def test_a_bound_lies_in_a_year_near_one_that_is_written(text: str) -> None:
    start, _ = bounds(text)

    assert start is None or re.search(r"\d\d", text)


@given(st.dates(date(1500, 1, 1), date(2190, 12, 31)), st.dates(date(1500, 1, 1), date(2190, 1, 1)))
def test_days_written_out_are_read_back(one: date, other: date) -> None:
    names = ("jan.", "februari", "March", "apr", "mei", "June", "juli", "Aug", "sept.", "okt")
    months = (*names, "november", "Dec.")
    first, last = sorted((one, other))
    said = " t/m ".join(f"{day.day} {months[day.month - 1]} {day.year}" for day in (first, last))

    assert bounds(said) == (first, last)


@given(st.integers(1500, 2100), st.integers(0, 60), st.sampled_from(["{}/{:02}", "{} / '{:02}"]))
def test_school_years_run_from_august_to_july(year: int, more: int, form: str) -> None:
    said = " - ".join(form.format(y, (y + 1) % 100) for y in (year, year + more))

    assert bounds(said) == (date(year, 8, 1), date(year + more + 1, 7, 31))


def test_there_are_twelve_months() -> None:
    assert len(MONTHS) == 12
