import pyoxigraph as ox

from dcat_harvest.assess import assess
from dcat_harvest.graph import Graph

TWO = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <https://x.test/> .
:c a dcat:Catalog ; dcat:dataset :a, :b .
:a a dcat:Dataset ; dct:title "A"@nl ; dct:publisher :agent .
:b a dcat:Dataset ; dct:title "B"@nl ; dct:publisher :agent .
:agent a foaf:Agent .
"""


def graph(text: str = TWO) -> Graph:
    return Graph.parse(text.encode(), ox.RdfFormat.TURTLE)


def test_a_fault_of_a_shared_node_counts_for_every_dataset_that_has_it() -> None:
    profiles = ("dcat-ap-nl-3.0.0", "criteria")
    named = graph(TWO.replace(":agent a foaf:Agent", ':agent a foaf:Agent ; foaf:name "P"'))

    without = assess(graph(), profiles=profiles, now="2026-01-01T00:00:00Z")

    nameless = [f for f in without.findings if f.focus_node.endswith("/agent")]
    assert nameless
    assert [s.conforms["dcat-ap-nl-3.0.0"] for s in without.scores] == [False, False]
    assert len(assess(named, profiles=profiles, now="2026-01-01T00:00:00Z").scores) == 2


def test_the_profile_that_criterion_6_needs_is_checked_and_not_printed_unasked() -> None:
    found = assess(graph(), profiles=("criteria",), now="2026-01-01T00:00:00Z")

    assert {f.profile for f in found.findings} == {"criteria"}
    assert [s.criteria["6"] for s in found.scores] == ["fail", "fail"]
