"""`--region`: of which kind a name is, and which datasets can hold a region of that kind."""

from typing import Any

import pytest

from dcat_harvest.iri import Names
from dcat_harvest.join.catalogue import items
from dcat_harvest.join.region import can_hold, region
from dcat_harvest.model import Annotation, Dataset, Distribution


def holds(name: str, *columns: str, **values: Any) -> bool:
    given = {"title": "Aantallen", **values}
    record = Dataset(source="s", key="k", columns=columns, **given)
    (item,) = items([record], Names("https://example.org/"))
    return can_hold(item, region(name))


@pytest.mark.parametrize(
    ("text", "name", "kinds"),
    [
        ("Flevoland", "flevoland", ("provincie",)),
        ("Utrecht", "utrecht", ("gemeente", "provincie")),
        ("provincie  Utrecht", "utrecht", ("provincie",)),
        ("Utrecht (PV)", "utrecht", ("provincie",)),
        ("Utrecht (gemeente)", "utrecht", ("gemeente",)),
        ("RMC-regio Achterhoek", "achterhoek", ("rmc-regio",)),
        ("wijk Oost", "oost", ("wijk",)),
        ("GM0363", "gm0363", ("gemeente",)),
        ("BU03630000", "bu03630000", ("buurt",)),
        ("3511", "3511", ("pc4",)),
        ("3511 AB", "3511 ab", ("pc6",)),
        ("nederland", "nederland", ("land",)),
    ],
)
def test_a_name_says_its_kind(text: str, name: str, kinds: tuple[str, ...]) -> None:
    found = region(text)

    assert (found.name, found.kinds, found.is_known) == (name, kinds, True)


@pytest.mark.parametrize("name", ["Ons Dorp", "XX123", "a(b"])
def test_an_unknown_name_may_be_of_several_kinds(name: str) -> None:
    found = region(name)

    assert not found.is_known
    assert "gemeente" in found.kinds
    assert "provincie" not in found.kinds


def test_a_level_that_can_be_narrowed_to_the_region_holds_it() -> None:
    assert holds("gemeente Ons Dorp", "GEMEENTENUMMER")
    assert holds("gemeente Ons Dorp", "BUURTCODE")
    assert holds("Flevoland", "GEMEENTENUMMER")
    assert not holds("gemeente Ons Dorp", "PROVINCIE")
    assert not holds("wijk Oost", "GEMEENTENUMMER")
    assert not holds("Flevoland", "BRIN NUMMER")


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Scholen in Ons Dorp"},
        {"description": "Alleen ONS DORP."},
        {"keywords": ("ons dorp",)},
        {"spatial": "http://standaarden.overheid.nl/owms/terms/Ons_Dorp_(gemeente)"},
        {"annotations": (Annotation(kind="caveat", text="Zonder ons dorp."),)},
        {"distributions": (Distribution(access_url="https://e.test/", title="Ons Dorp"),)},
    ],
)
def test_a_dataset_that_names_the_region_holds_it(values: dict[str, Any]) -> None:
    assert holds("gemeente Ons Dorp", **values)
    assert not holds("gemeente Dorp-Oost", **values)


def test_a_part_of_a_word_is_no_name() -> None:
    assert not holds("gemeente Ede", title="Aantallen per Gemeenteede")
    assert not holds("gemeente Bergen", title="Bergen-Zuid")


def test_a_year_in_a_title_is_no_postcode() -> None:
    assert not holds("2019", title="Aantallen 2019")
    assert holds("2019", "POSTCODE4")


def test_what_covers_another_place_does_not_hold_the_region() -> None:
    assert holds("gemeente Ons Dorp", "GEMEENTENUMMER", spatial="NLD")
    assert not holds("gemeente Ons Dorp", "GEMEENTENUMMER", spatial="Andere Stad")
