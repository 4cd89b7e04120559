"""The lists' own structure as facets: their sections, kinds, subjects, levels and systems.

The register's entries carry theirs; a harvested dataset gets those of the rows that it answers,
where the register is in the run: they are what a list says of it, not what its publisher says.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from dcat_harvest import register, resources
from dcat_harvest.coverage import coverage
from dcat_harvest.inventory import read_rows
from dcat_harvest.iri import Names
from dcat_harvest.lookup import Catalogue
from dcat_harvest.model import Dataset
from dcat_harvest.read.described import FACETS


@cache
def of_rows() -> Mapping[str, tuple[str, ...]]:
    """Load the concepts of each row of our own inventory, by its id."""
    table = tomllib.loads(resources.text("vocab/facets.toml"))["row"]
    return {row: tuple(names) for row, names in table.items()}


def subjects(
    held: Mapping[str, Sequence[Dataset]], names: Names
) -> dict[str, dict[str, list[str]]]:
    """Give the facets of harvested datasets: IRI -> `subject` -> concepts."""
    if not held.get("register"):
        return {}
    rows = read_rows(resources.path("register/inventory.csv"))
    catalogue = Catalogue({source: list(group) for source, group in held.items()}, names)
    out: dict[str, dict[str, list[str]]] = {}
    for found in coverage(rows, catalogue, {"register": register.load()}):
        if found.status == "present" and not found.dataset.startswith(
            names.dataset("register", "")
        ):
            concepts = out.setdefault(found.dataset, {"subject": []})["subject"]
            concepts += [FACETS + one for one in of_rows().get(found.id, ())]
    return {iri: keys for iri, keys in out.items() if keys["subject"]}
