import pyoxigraph as ox
import pytest

from dcat_harvest.report.lines import index

TURTLE = (
    '''# a comment with <http://e.org/not-a-subject> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
PREFIX ex: <http://e.org/>
@base <http://base.org/x/> .

ex:catalog a dcat:Catalog ;
  dcat:dataset ex:one , <two> .

ex:one a dcat:Dataset ;
  ex:title "a dot. <http://e.org/in-a-string> and \\" quote" ;
  ex:text """long
text ex:inside a dcat:Dataset .
""" ;
  ex:size 1.5 ;
  ex:more [ a ex:Thing ; ex:list ( 1 2 ex:in-list ) ] .
<two> a dcat:Dataset . ex:three ex:p 'it'''
    + "'"
    + """ .

ex:one ex:again "yes"@nl .
ex:a.b ex:p ex:c.d .
_:blank ex:p ex:one .
[] ex:p ex:last .
ex:a\\,b ex:p "x"^^ex:type .
""".replace("'it''", "'it'")
)


def test_each_subject_has_the_line_where_it_begins() -> None:
    found = {iri.removeprefix("http://"): line for iri, (_, line) in index(TURTLE, "f").items()}

    assert found == {
        "e.org/catalog": 6,
        "e.org/one": 9,
        "base.org/x/two": 16,
        "e.org/three": 16,
        "e.org/a.b": 19,
        "e.org/a,b": 22,
    }


def test_the_subjects_are_those_of_a_parser() -> None:
    parsed = ox.parse(TURTLE.encode(), format=ox.RdfFormat.TURTLE)
    subjects = {q.subject.value for q in parsed if isinstance(q.subject, ox.NamedNode)}

    assert set(index(TURTLE, "f")) == subjects


@pytest.mark.parametrize("text", ["", "@prefix", "<", '"', "ex:a", "] ) .", "\x00", '"""'])
def test_broken_turtle_gives_no_error(text: str) -> None:
    assert isinstance(index(text, "f"), dict)
