"""The vocabulary, the word tables and the code speak of the same levels."""

import pyoxigraph as ox
import pytest

from dcat_harvest import resources
from dcat_harvest.cli.joining import LEVELS, SECTORS
from dcat_harvest.levels import columns, words
from dcat_harvest.levels.linked import DEF

SKOS = "http://www.w3.org/2004/02/skos/core#"


@pytest.fixture(scope="module")
def graph() -> ox.Store:
    store = ox.Store()
    store.load(path=str(resources.path("vocab/levels.ttl")), format=ox.RdfFormat.TURTLE)
    return store


def concepts(graph: ox.Store, scheme: str, prefix: str) -> set[str]:
    found = graph.quads_for_pattern(
        None, ox.NamedNode(f"{SKOS}inScheme"), ox.NamedNode(f"{DEF}{scheme}")
    )
    return {q.subject.value.removeprefix(f"{DEF}{prefix}-") for q in found}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("scheme", "prefix", "ours"),
    [
        ("levels", "level", set(LEVELS)),
        ("levels", "level", set(words.tables()["cell"])),
        ("sectors", "sector", set(SECTORS)),
        ("sectors", "sector", set(words.tables()["sector"])),
        ("units", "unit", set(words.tables()["unit"])),
        ("times", "time", set(columns.tables()["time"]) - {""}),
        ("keys", "key", set(columns.tables()["key"])),
        ("certainties", "certainty", {"column", "declared", "usual", "text"}),
    ],
)
def test_every_word_has_its_concept(
    scheme: str, prefix: str, ours: set[str], graph: ox.Store
) -> None:
    assert concepts(graph, scheme, prefix) == ours


def test_every_level_of_the_tables_is_one_of_the_vocabulary(graph: ox.Store) -> None:
    known = concepts(graph, "levels", "level")
    tables = columns.tables()

    assert set(tables["level"]) <= known
    assert set(tables["prefix"].values()) <= known
    assert {x for levels in tables["region"].values() for x in levels} <= known


def test_every_concept_has_a_dutch_and_an_english_name(graph: ox.Store) -> None:
    query = f"SELECT ?c {{ ?c <{SKOS}inScheme> ?s . FILTER NOT EXISTS {{ ?c <{SKOS}prefLabel> ?n , ?e FILTER(LANG(?n) = 'nl' && LANG(?e) = 'en') }} }}"  # noqa: E501 - one query

    assert not list(graph.query(query))  # type: ignore[arg-type]


def test_mappings_lead_from_known_levels_to_known_levels(graph: ox.Store) -> None:
    known = {f"{DEF}level-{x}" for x in concepts(graph, "levels", "level")}
    for name in ("from", "to"):
        ends = graph.quads_for_pattern(None, ox.NamedNode(f"{DEF}{name}"), None)
        assert {q.object.value for q in ends} <= known  # type: ignore[union-attr]


def test_no_word_stands_for_two_levels() -> None:
    seen: dict[str, str] = {}
    for level, table in columns.tables()["level"].items():
        for word in (*table["code"], *table.get("name", ())):
            assert seen.setdefault(word, level) == level
            assert columns.squeeze(word) == word
