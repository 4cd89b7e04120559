"""What running text says on frequency, period and hidden numbers."""

import pytest

from dcat_harvest.model import Period
from dcat_harvest.read import phrases


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("De bestanden worden één keer per jaar geactualiseerd.", "één keer per jaar"),
        ("Het overzicht wordt dagelijks geactualiseerd.", "dagelijks"),
        ("Jaarlijks publiceert de dienst de cijfers.", "jaarlijks"),
        ("De publicatie vindt vaker plaats: iedere twee maanden.", "iedere twee maanden"),
        ("Jaarlijks gepubliceerd. Ieder jaar bijgewerkt.", "jaarlijks"),
        ("De cijfers worden twee keer per jaar gepubliceerd. Meer niet.", "twee keer per jaar"),
    ],
)
def test_a_sentence_on_updating_gives_the_words_of_its_frequency(text: str, word: str) -> None:
    found = phrases.frequency(text)

    assert found is not None
    assert found[0] == word
    assert word in found[1].lower()


@pytest.mark.parametrize(
    "text",
    [
        "Aan het einde van elk schooljaar ontvangt de dienst een foto.",
        "Het aantal leerlingen per jaar en per instelling.",
        "De lijst wordt dagelijks bijgewerkt. Het rapport wordt jaarlijks gepubliceerd.",
        "",
    ],
)
def test_other_sentences_and_two_frequencies_give_none(text: str) -> None:
    assert phrases.frequency(text) is None


def test_each_sentence_of_a_section_on_time_counts() -> None:
    said = "De gegevens gaan ieder jaar over oktober."

    assert phrases.frequency(said) is None
    assert phrases.frequency(said, about_time=True) == ("ieder jaar", said)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("gegevens vanaf oktober 2010.", "2010-10-01", None),
        ("sinds 1996", "1996-01-01", None),
        ("vanaf 15 maart 2012", "2012-03-15", None),
        ("Het gaat om 2021-2040.", "2021-01-01", "2040-12-31"),
        ("schooljaren 2017/2018 tot en met 2019/2020", "2017-08-01", "2020-07-31"),
        ("vanaf schooljaar 2019-2020 en later", "2019-08-01", None),
        ("vanaf het jaar 2011", "2011-01-01", None),
        ("schooljaar 2019-2020", "2019-08-01", "2020-07-31"),
        ("van september 2019 tot en met februari 2020", "2019-09-01", "2020-02-29"),
        ("periode 1 september 2019 t/m 31 augustus 2020", "2019-09-01", "2020-08-31"),
    ],
)
def test_a_period_has_a_first_and_perhaps_a_last_day(
    text: str, start: str, end: str | None
) -> None:
    found = phrases.period(text)

    assert found is not None
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "de laatste vijf studiejaren",
        "2022-2021",
        "2021-2022-2023",
        "tel 020-2020",
        "vanaf 31 februari 2020",
    ],
)
def test_a_text_without_a_start_year_has_no_period(text: str) -> None:
    assert phrases.period(text) is None


def test_running_text_gives_a_period_only_where_it_names_one() -> None:
    named = phrases.named_period("Gemeld in de periode 1 mei 2019 tot en met 2 juni 2020 bij ons.")

    assert named == Period(
        start="2019-05-01", end="2020-06-02", text="periode 1 mei 2019 tot en met 2 juni 2020"
    )
    assert phrases.named_period("Cijfers vanaf 1996 in het onderwijs.") is None
    assert phrases.named_period("In deze periode is niet geteld.") is None
