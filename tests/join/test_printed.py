"""Printed cells are evidence, not truth: where they differ both are shown."""

import csv
from pathlib import Path

import pytest

from dcat_harvest.iri import Names
from dcat_harvest.join import Item
from dcat_harvest.join.catalogue import items
from dcat_harvest.join.printed import disagreements, printed_levels, table
from dcat_harvest.model import Dataset, Distribution

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "printed-levels.md"


@pytest.mark.parametrize(
    ("cell", "levels"),
    [
        ("Gemeenteniveau", {"gemeente"}),
        ("Vestigingsniveau PO", {"vestiging"}),
        ("Nationaal", {"land"}),
        ("Wijk en buurt", {"wijk", "buurt"}),
        ("Postcode", {"pc4", "pc6"}),
        ("mbo", set()),
    ],
)
def test_a_printed_cell_is_read(cell: str, levels: set[str]) -> None:
    assert printed_levels(cell) == levels


def test_a_table_per_instelling_printed_as_national_is_shown_with_both() -> None:
    file = Distribution(access_url="https://example.org/f.csv", columns=("BRIN NUMMER",))
    found = items(
        [Dataset(source="s", key="k", title="T", distributions=(file,))],
        Names("https://example.org/"),
    )
    row = {"id": "R1", "candidate_id": "k", "niveau": "Nationaal", "systeem": "School"}

    (said,) = disagreements([row], found)

    assert (said.field, said.printed, said.ours) == ("Niveau", "Nationaal", "instelling (column)")


@pytest.mark.world
def test_the_page_lists_every_disagreement_of_the_seed(
    request: pytest.FixtureRequest, shared: Path, every: list[Item]
) -> None:
    with (shared / "data" / "seed-inventory.csv").open(encoding="utf-8") as file:
        found = table(disagreements(csv.DictReader(file), every))
    if request.config.getoption("--regenerate"):
        head = PAGE.read_text("utf-8").partition("| row |")[0]
        PAGE.write_text(f"{head}{found}\n", "utf-8")

    assert PAGE.read_text("utf-8").endswith(f"{found}\n")
