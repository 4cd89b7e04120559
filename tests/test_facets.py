"""The facets: SKOS schemes of the lists' own structure, and who gets them."""

import tomllib
from pathlib import Path

import pyoxigraph as ox

from dcat_harvest import facets, register, resources
from dcat_harvest.inventory import read_rows
from dcat_harvest.iri import Names
from dcat_harvest.model import Agent, Dataset
from dcat_harvest.read.described import FACETS
from dcat_harvest.read.described import facets as of_entry

SKOS = "http://www.w3.org/2004/02/skos/core#"
NAMES = Names("https://catalog.test/")


def _scheme() -> ox.Store:
    store = ox.Store()
    store.load(path=str(resources.path("vocab/facets.ttl")), format=ox.RdfFormat.TURTLE)
    return store


def _concepts() -> set[str]:
    kind = ox.NamedNode(SKOS + "Concept")
    found = [q.subject for q in _scheme().quads_for_pattern(None, None, kind)]
    return {x.value for x in found if isinstance(x, ox.NamedNode)}


def test_every_concept_has_a_label_in_both_languages_and_a_scheme() -> None:
    store = _scheme()

    for iri in _concepts():
        node = ox.NamedNode(iri)
        label = ox.NamedNode(SKOS + "prefLabel")
        labels = [q.object for q in store.quads_for_pattern(node, label, None)]
        languages = {x.language for x in labels if isinstance(x, ox.Literal)}
        assert languages == {"nl", "en"}, iri
        assert any(store.quads_for_pattern(node, ox.NamedNode(SKOS + "inScheme"), None)), iri


def test_the_source_list_has_fourteen_sections() -> None:
    numbers = _scheme().query(
        f"SELECT ?n {{ ?c <{SKOS}inScheme> <{FACETS}section> ; <{SKOS}notation> ?n }}"
    )

    assert isinstance(numbers, ox.QuerySolutions)
    found = [row["n"] for row in numbers]
    assert sorted(int(x.value) for x in found if isinstance(x, ox.Literal)) == list(range(1, 15))


def test_every_facet_in_use_is_a_concept() -> None:
    known = _concepts()
    of_rows = {one for group in facets.of_rows().values() for one in group}
    of_entries = {one for entry in register.load() for one in of_entry(entry)}
    types = {f"type/{entry.kind}" for entry in register.load() if entry.kind != "dataset"}

    assert {FACETS + one for one in of_rows | of_entries | types} <= known


def test_the_table_of_rows_agrees_with_the_register_and_the_inventory() -> None:
    table = tomllib.loads(Path(resources.path("vocab/facets.toml")).read_text("utf-8"))["row"]
    rows = {row.id for row in read_rows(resources.path("register/inventory.csv"))}

    assert set(table) <= rows
    for entry in register.load():
        said = {one for row in entry.covers for one in table.get(row, ()) if "section/" in one}
        assert said == {one for one in entry.facets if "section/" in one}, entry.id


def test_a_harvested_dataset_gets_the_facets_of_the_row_that_it_answers() -> None:
    publisher = Agent(name="Dienst Uitvoering Onderwijs")
    d = Dataset(source="duo-ckan", key="wpoadvies-v1", title="Advies", publisher=publisher)
    by_hand = Dataset(source="register", key="x", kind="resource", title="x")

    found = facets.subjects({"duo-ckan": [d], "register": [by_hand]}, NAMES)

    subject = found[NAMES.dataset("duo-ckan", "wpoadvies-v1")]["subject"]
    assert f"{FACETS}section/kansengelijkheid" in subject
    assert f"{FACETS}level/vestiging" in subject


def test_a_plain_run_has_no_facets() -> None:
    d = Dataset(source="duo-ckan", key="wpoadvies-v1", title="Advies")

    assert facets.subjects({"duo-ckan": [d]}, NAMES) == {}
