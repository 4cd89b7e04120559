"""The SHACL port: both engines give the same facts, and neither passes nonsense."""

import pyoxigraph as ox
import pytest
import rdflib

from dcat_harvest.check import engine
from dcat_harvest.check.engine import Result, Shapes
from dcat_harvest.errors import InputError, UsageError

PREFIXES = """
@prefix ex: <http://ex/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PATHS = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:a , ex:b , ex:c , ex:d , ex:e .
ex:a sh:path ( ex:q ex:r ) ; sh:minCount 1 .
ex:b sh:path [ sh:inversePath [ sh:alternativePath ( ex:a ex:b ) ] ] ; sh:minCount 1 .
ex:c sh:path [ sh:alternativePath ( ex:r [ sh:zeroOrMorePath ex:k ] ) ] ; sh:minCount 9 .
ex:d sh:path ( [ sh:oneOrMorePath ex:k ] [ sh:inversePath ex:u ] [ sh:zeroOrOnePath ex:k ] ) ;
  sh:minCount 1 .
ex:e sh:path ex:r ; sh:nodeKind sh:IRI ; sh:severity sh:Warning .
"""
LITERALS = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:p .
ex:p sh:path ex:r ; sh:nodeKind sh:IRI ; sh:severity sh:Info .
"""
NAMELESS = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:or ( [ sh:path ex:x ; sh:minCount 1 ] [ sh:path ex:y ; sh:minCount 1 ] ) ;
  sh:property [ sh:path ex:z ; sh:minCount 1 ] .
"""
NESTED = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:p .
ex:p sh:path ex:r ; sh:node [ sh:property [ sh:path ex:x ; sh:minCount 1 ] ] .
"""
CLOSED = """
ex:S a sh:NodeShape ; sh:targetObjectsOf ex:r ; sh:nodeKind sh:BlankNodeOrIRI ;
  sh:or ( [ sh:closed true ; sh:ignoredProperties ( ex:w ) ] [ sh:nodeKind sh:Literal ] ) .
"""
NODES = """
<http://ex/n> a ex:C ; ex:r "1" , <http://ex/n> .
_:blank a ex:C ; ex:r _:other , "x" .
"""
VALUES = """
<http://ex/n> a ex:C ; ex:r "caf\\u00e9\\n\\"q\\"" , "a"@NL-be , "012"^^xsd:integer , 1.0e1 , 0.10 ,
  "2023-13-01"^^xsd:date , "2023-01-01Z"^^xsd:date , "x"^^xsd:string ,
  "\\u2028 \\u0085" , "true"^^xsd:boolean .
"""


def nt(turtle: str) -> str:
    """N-Triples of Turtle with the prefixes above."""
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return "".join(f"{q} .\n" for q in quads)


def shapes(turtle: str) -> Shapes:
    return engine.shapes(nt(turtle))


@pytest.mark.parametrize("given", [PATHS, LITERALS, NAMELESS, NESTED])
@pytest.mark.parametrize("data", [NODES, VALUES])
def test_both_engines_give_the_same_results(given: str, data: str) -> None:
    one = engine.run("shacl", nt(data), shapes(given))
    other = engine.run("pyshacl", nt(data), shapes(given))

    assert one == other
    assert one


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_a_result_names_focus_path_value_component_severity_and_shape(name: str) -> None:
    data = '<http://ex/n> a ex:C ; ex:r "caf\\u00e9"@nl .'

    found = engine.run(name, nt(data), shapes(LITERALS))

    assert found == [
        Result("http://ex/n", "http://ex/r", '"café"@nl', "NodeKind", "Info", "http://ex/p")
    ]


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_blank_nodes_keep_the_names_of_the_data(name: str) -> None:
    found = engine.run(name, nt(NODES), shapes(PATHS))

    assert {x.focus for x in found if x.focus.startswith("_:")} == {"_:blank"}


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_a_closed_shape_sees_nothing_of_ours_on_a_blank_node(name: str) -> None:
    data = nt("ex:n ex:r _:free , _:full . _:free ex:w 1 . _:full ex:v 1 .")

    assert [(x.focus, x.component) for x in engine.run(name, data, shapes(CLOSED))] == [
        ("_:full", "Or")
    ]


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_results_within_a_nested_shape_do_not_count_by_themselves(name: str) -> None:
    found = engine.run(name, nt(NODES), shapes(NESTED))

    assert {x.component for x in found} == {"Node"}


def test_literals_come_through_exactly_as_written() -> None:
    values = {x.value for x in engine.run("pyshacl", nt(VALUES), shapes(LITERALS))}

    assert '"012"^^<http://www.w3.org/2001/XMLSchema#integer>' in values
    assert '"2023-01-01Z"^^<http://www.w3.org/2001/XMLSchema#date>' in values


def test_rdflib_is_left_as_it_was() -> None:
    before = rdflib.NORMALIZE_LITERALS

    engine.run("pyshacl", nt(NODES), shapes(LITERALS))

    assert before == rdflib.NORMALIZE_LITERALS


@pytest.mark.parametrize(
    "given",
    ["", "ex:S a sh:NodeShape ; sh:property ex:p . ex:p sh:path ex:r ; sh:minCount 1 ."],
)
def test_shapes_without_a_target_are_refused(given: str) -> None:
    with pytest.raises(UsageError, match="no target"):
        shapes(given)


def test_a_class_that_is_a_shape_is_a_target() -> None:
    given = (
        "ex:C a sh:NodeShape , <http://www.w3.org/2000/01/rdf-schema#Class> ; "
        "sh:property [ sh:path ex:none ; sh:minCount 1 ] ."
    )

    assert len(engine.run("shacl", nt(NODES), shapes(given))) == 2


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_data_that_is_no_strict_rdf_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        engine.run(name, "<http://ex/a b> <http://ex/r> <http://ex/c> .\n", shapes(LITERALS))


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError, match="shacl, pyshacl"):
        engine.run("jena", "", shapes(LITERALS))


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_a_severity_of_somebody_s_own_is_told_by_its_iri(name: str) -> None:
    given = LITERALS.replace("sh:Info", "ex:Mine")

    found = engine.run(name, nt('<http://ex/n> a ex:C ; ex:r "x" .'), shapes(given))

    assert [x.severity for x in found] == ["http://ex/Mine"]
