"""The benchmarks measure what they say."""

from pathlib import Path

from bench import w3c
from bench.catalogue import catalogue

from dcat_harvest.check import results
from dcat_harvest.graph import Graph

SUITE = """
@prefix ex: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix sht: <http://www.w3.org/ns/shacl-test#> .
ex:S a sh:NodeShape ; sh:class ex:P ; sh:targetNode ex:a , ex:b . ex:a a ex:P .
<t> a sht:Validate ; mf:action [ sht:dataGraph <> ; sht:shapesGraph <> ] ;
  mf:result [ a sh:ValidationReport ; sh:conforms false ;
    sh:result [ sh:focusNode ex:b ; sh:value ex:b ; sh:resultSeverity sh:Violation ;
      sh:sourceConstraintComponent sh:ClassConstraintComponent ; sh:sourceShape ex:S ] ] .
"""


def test_a_test_of_the_suite_passes_where_the_results_are_those_expected(tmp_path: Path) -> None:
    (tmp_path / "right.ttl").write_text(SUITE)
    (tmp_path / "wrong.ttl").write_text(SUITE.replace("sh:value ex:b", "sh:value ex:a"))

    outcome = {
        (path.name, name): w3c.passes(name, path, graph, test)
        for path, graph, test in w3c.tests(tmp_path)
        for name in ("shacl", "pyshacl")
    }

    assert outcome == {
        ("right.ttl", "shacl"): True,
        ("right.ttl", "pyshacl"): True,
        ("wrong.ttl", "shacl"): False,
        ("wrong.ttl", "pyshacl"): False,
    }


def test_a_generated_catalogue_is_the_same_every_time_and_has_defects() -> None:
    graph = Graph(catalogue(40))

    assert graph.lines == Graph(catalogue(40)).lines
    assert 75 <= len(graph) / 40 <= 85
    assert {"MinCount", "NodeKind", "Class"} <= {
        x.component
        for x in results(Graph(catalogue(200)), "dcat-ap-nl-3.0.0")
        if x.severity == "Violation"
    }
