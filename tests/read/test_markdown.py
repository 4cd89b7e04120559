"""Notes of packages: sections, plain text, and what counts as description."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.read.ckan_notes import notes
from dcat_harvest.read.markdown import description, plain, sections, sentences


def test_notes_are_cut_at_headings_whatever_their_line_ends() -> None:
    found = sections("Vooraf\r\n\r\n## Inleiding\r\nEen.\r\nTwee.\r\n\r\n## Selecties ##\r\nAlles.")

    assert [(part.heading, part.role, part.text) for part in found] == [
        ("", "lead", "Vooraf"),
        ("Inleiding", "introduction", "Een.\nTwee."),
        ("Selecties", "selection", "Alles."),
    ]


def test_a_bold_title_that_we_know_is_a_heading_with_text_on_its_line() -> None:
    found = sections("## Selectie\nAlles.\n\n**Afscherming van data** Kleine aantallen weg.")

    assert [(part.role, part.text) for part in found] == [
        ("selection", "Alles."),
        ("suppression", "Kleine aantallen weg."),
    ]


def test_bold_words_that_are_no_title_stay_text() -> None:
    assert [part.role for part in sections("**Let op** dit is tekst.")] == ["lead"]


@pytest.mark.parametrize("heading", ["Bronnen\n=======", "# Bronnen", "Bronnen:", "**Bronnen:**"])
def test_headings_come_in_several_forms(heading: str) -> None:
    assert [part.role for part in sections(f"{heading}\nRIO")] == ["sources"]


def test_an_unknown_heading_is_kept_under_its_own_name() -> None:
    assert sections("## Bijzonders\nJa.")[0][:2] == ("Bijzonders", "other")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Doel\nHet doel.\n## Inleiding\nDe inleiding.", "De inleiding."),
        ("Vooraf.\n\n## Doel\nHet doel.", "Het doel."),
        ("Eerste alinea.\n\nTweede alinea.", "Eerste alinea."),
        ("Proef\n\nproef_v1\n\nDe echte tekst.", "De echte tekst."),
        ("Proef", "Proef"),
        ("", None),
        ("\r\n \r\n", None),
    ],
)
def test_the_description_is_introduction_or_purpose_or_first_paragraph(
    text: str, expected: str | None
) -> None:
    assert description(text, titles=("Proef", "proef-v1")) == expected


def test_plain_text_has_no_markup_left() -> None:
    assert plain("**Vet** en *schuin*, `code`, [een site](https://example.org)<br>klaar\\_nu") == (
        "Vet en schuin, code, een site (https://example.org) klaar_nu"
    )


def test_characters_of_file_names_are_no_emphasis() -> None:
    assert plain("bestand_a_b.csv en 2 * 3 * 4, kleiner dan <5") == (
        "bestand_a_b.csv en 2 * 3 * 4, kleiner dan <5"
    )


def test_sentences_end_at_stops_and_list_items() -> None:
    assert sentences("Een zin. Nog een! Per 1.5 jaar.\n- Item een\n- Item twee") == (
        "Een zin.",
        "Nog een!",
        "Per 1.5 jaar.",
        "Item een",
        "Item twee",
    )


def test_notes_give_annotations_by_section_and_nothing_is_lost() -> None:
    found = notes(
        "Vooraf iets.\n\n## Inleiding\nDe inleiding.\n\n## Doel\nHet doel.\n\n## Bronnen\nRIO\n\n"
        "## Kwaliteit\nHet laatste jaar is voorlopig.\n\n## Selectie\nGebruikt een AVG filter."
    )

    assert [(note.kind, note.text) for note in found.annotations] == [
        ("sources", "RIO"),
        ("quality", "Het laatste jaar is voorlopig."),
        ("selection", "Gebruikt een AVG filter."),
        ("suppression", "Gebruikt een AVG filter."),
        ("provisional", "Het laatste jaar is voorlopig."),
        ("note", "Vooraf iets."),
        ("note", "Het doel."),
    ]


@given(st.text(alphabet=st.sampled_from("a# *_-=\r\n[]()<>`\\:.5"), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    found = notes(text, titles=("a",))

    assert found.description is None or found.description.strip()
    assert all(note.text for note in found.annotations)
