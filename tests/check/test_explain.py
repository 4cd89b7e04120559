"""The story of a dataset names what it has, what is missing, and what to write."""

import made
import pytest

from dcat_harvest.check.explain import explain
from dcat_harvest.check.lookup import find
from dcat_harvest.check.statements import Index
from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.graph import Graph

DATASET = "https://example.org/id/leerlingen"
VALID = made.valid()


def without(*words: str) -> Graph:
    return Graph(x for x in VALID.lines if not any(word in x for word in words))


def story(graph: Graph, lang: str = "nl", **values: object) -> str:
    given = {"official": [], **values}
    return explain(graph, DATASET, lang, now=made.TODAY, **given)  # type: ignore[arg-type]


def test_a_dataset_in_which_all_is_well_is_told_so() -> None:
    told = story(VALID)

    assert "Leerlingen per schoolvestiging\n====" in told
    assert "Er ontbreekt niets" in told
    assert "Dienst Uitvoering Onderwijs" in told


def test_a_loss_is_told_with_remedy_place_actor_and_outcome() -> None:
    told = story(without("#keyword", "dc/terms/license"))

    assert "Er is geen enkel trefwoord." in told
    assert "Doen:    Geef trefwoorden" in told
    assert "Waar:    dcat:keyword <- https://example.org/id/leerlingen" in told
    assert "Bewijs:  er is geen dcat:distribution/dct:license" in told
    assert "Daarna:  criterium 8 vindbaar en begrijpelijk: voldoet" in told
    assert "Is dit alles gedaan, dan: 1 voldoet, 2 voldoet, 3 voldoet" in told
    assert "+30   dcat:keyword (keywordAvailability)" in told


def test_the_story_is_told_in_english_too() -> None:
    told = story(without("#keyword"), "en")

    assert "There is no keyword at all." in told
    assert "Then:     criterion 8 findable and understandable: pass" in told
    assert "not measured, use --probe" in told
    assert not any(word in told for word in ("Bewijs", "uitgever", "Daarna"))


def test_a_profile_that_was_not_checked_is_said_to_be_so() -> None:
    assert "Het profiel is hier niet nagegaan." in story(VALID, official=None)


def test_violations_of_the_profile_are_part_of_the_story() -> None:
    broken = Finding(
        code="shacl",
        severity=Severity.VIOLATION,
        subject=DATASET,
        focus_node=DATASET,
        profile="dcat-ap-nl-3.0.0",
        path="http://purl.org/dc/terms/creator",
        message_nl="De maker ontbreekt.",
    )

    told = story(VALID, official=[broken])

    assert "dct:creator bij <https://example.org/id/leerlingen>: De maker ontbreekt." in told
    assert "criterium 6 met metadata" in told


@pytest.mark.parametrize(
    "word",
    [DATASET, "leerlingen", "leerlingen per schoolvestiging", "https://example.org/leerlingen"],
)
def test_a_dataset_is_found_by_iri_end_title_or_page(word: str) -> None:
    assert find(Index(VALID), word) == DATASET


def test_an_unknown_dataset_is_an_error_that_names_near_ones() -> None:
    with pytest.raises(UsageError, match="Leerlingen per schoolvestiging"):
        find(Index(VALID), "Leerlingen per vestiging")


def test_every_dataset_of_a_random_catalogue_has_a_story() -> None:
    graph = made.catalogue(seed=3, size=40)
    index = Index(graph)

    for number in range(40):
        told = explain(index, f"https://example.org/dataset/{number}", "nl", now=made.TODAY)

        assert "De acht criteria" in told
        assert "{" not in told


def test_what_a_dataset_joins_on_is_told_per_level() -> None:
    own = "https://w3id.org/dcat-harvest/def#"
    at = f"{DATASET}#level-gemeente"
    lines = [
        f"<{DATASET}> <{own}levelStatement> <{at}> .",
        f"<{at}> <{own}level> <{own}level-gemeente> .",
        f'<{at}> <{own}keyColumn> "GM_CODE" .',
        f"<{at}> <{own}certainty> <{own}certainty-column> .",
    ]

    told = story(Graph([*VALID.lines, *lines]))

    assert "Te koppelen op" not in story(VALID)
    assert told.endswith("gemeente               GM_CODE  (column)\n")
    assert "Joins on" in story(Graph([*VALID.lines, *lines]), "en")
