"""Links to files: what is data, what its size and status are, and when a length agrees."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.read import filepage, files, labelled
from dcat_harvest.read.html import Anchor

IMAGES = "https://duo.nl/open_onderwijsdata/images/"


def link(name: str, text: str, after: str = "") -> files.FileLink:
    found = files.file_link(Anchor(text=text, url=IMAGES + name, after=after))
    assert found is not None
    return found


@pytest.mark.parametrize("module", [files, filepage, labelled])
def test_the_examples_of_the_module_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # a module is one


@pytest.mark.parametrize(
    ("text", "after", "title", "size"),
    [
        ("Fruit - 2022-2023 (csv 1636kb)", "", "Fruit - 2022-2023", "1636kb"),
        ("Fruit (CSV, 1,2 MB)", "", "Fruit", "1,2MB"),
        ("Fruit (csv)", "", "Fruit (csv)", ""),
        ("Fruit", "(csv 21kb) 20", "Fruit", "21kb"),
        ("Fruit (bo en sbo)", "20", "Fruit (bo en sbo)", ""),
        ("", "", "fruit.csv", ""),
    ],
)
def test_title_and_size_are_parted(text: str, after: str, title: str, size: str) -> None:
    found = link("fruit.csv", text, after)

    assert (found.title, found.size) == (title, size)


def test_the_extension_of_the_address_tells_the_format() -> None:
    assert link("FRUIT.XLSX", "Fruit (csv 1kb)").format == "XLSX"
    assert files.file_link(Anchor(text="Fruit (csv 1kb)", url=IMAGES + "fruit.jsp")) is None
    assert files.file_link(Anchor(text="Fruit", url=IMAGES)) is None


@pytest.mark.parametrize(
    ("name", "text", "is_data"),
    [
        ("a.csv", "Fruit", True),
        ("a.zip", "Fruit", True),
        ("a.pdf", "Fruit", False),
        ("a.xlsx", "Toelichting bij bestand", False),
        ("a.csv", "Leeswijzer", False),
        ("a.csv", "Toelichtingen", True),
    ],
)
def test_texts_and_explanations_are_no_data(name: str, text: str, is_data: bool) -> None:
    assert link(name, text).is_data is is_data


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Voorlopig - Fruit", "Voorlopig"),
        ("Voorlopige aantallen fruit", "Voorlopig"),
        ("Definitieve aantallen", "Definitief"),
        ("definitief fruit", "Definitief"),
        ("Fruit, voorlopig", None),
    ],
)
def test_status_stands_at_the_beginning_of_the_text(text: str, status: str | None) -> None:
    assert link("a.csv", text).status == status


@pytest.mark.parametrize(
    ("text", "name", "mismatch"),
    [
        ("Fruit 2025-2025", "fruit-2024-2025.csv", ("2025-2025", "2024-2025")),
        ("Fruit 2025-2025", "fruit.csv", ("2025-2025", "fruit.csv")),
        ("Fruit 2024-2025", "fruit-2024-2025.csv", None),
        ("Fruit 2024-2025", "fruit.csv", None),
        ("Fruit", "fruit-2024-2025.csv", None),
    ],
)
def test_years_that_contradict_are_noticed(
    text: str, name: str, mismatch: tuple[str, str] | None
) -> None:
    assert link(name, text).mismatch == mismatch


@given(st.integers(1, 10_000_000), st.sampled_from([1000, 1024]))
def test_a_length_agrees_with_its_own_rounding_and_not_with_thrice_that(
    length: int, base: int
) -> None:
    printed = f"{-(-length // base)}kb"

    assert files.agrees(printed, length)
    assert not files.agrees(printed, 3 * length + 3 * base)


@pytest.mark.parametrize("size", ["", "kb", "12", "12 bananen", "..kb"])
def test_a_size_that_cannot_be_read_agrees_with_nothing(size: str) -> None:
    assert not files.agrees(size, 12)
