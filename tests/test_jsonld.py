import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest import jsonld
from dcat_harvest.errors import BrokenInvariant
from dcat_harvest.graph import Graph

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def node(**values: object) -> jsonld.Node:
    return jsonld.tidy({"@id": "https://x.test/a", "@type": "dcat:Dataset", **values})


@given(st.lists(TEXT, max_size=5), TEXT, st.integers(0, 10**12))
def test_no_value_is_lost_between_node_and_statements(
    keywords: list[str], title: str, size: int
) -> None:
    words = list(dict.fromkeys(keywords))
    made = node(title={"nl": title or "t"}, keyword={"nl": words}, byteSize=str(size))

    lines = set(jsonld.lines([made]))

    literals = {t.object.value for t in Graph(lines).triples() if isinstance(t.object, ox.Literal)}
    assert {title or "t", *words, str(size)} <= literals


@given(TEXT)
def test_a_literal_is_written_as_pyoxigraph_writes_it(text: str) -> None:
    assert jsonld.quoted(text) == str(ox.Literal(text))


@pytest.mark.parametrize(
    "value", ["https://x.test/a b", "https://x.test/{a}", "https://x.test/%zz", "no address"]
)
def test_an_iri_that_pyoxigraph_would_drop_stops_the_run_by_name(value: str) -> None:
    with pytest.raises(BrokenInvariant, match=r"x\.test/a"):
        list(jsonld.lines([node(landingPage=value)]))


def test_a_plain_text_in_a_language_map_stops_the_run() -> None:
    with pytest.raises((BrokenInvariant, AssertionError)):
        list(jsonld.lines([node(title="no language")]))


def test_a_key_that_the_context_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(BrokenInvariant, match="colour"):
        node(colour="red")


def test_absent_values_give_no_statement() -> None:
    assert jsonld.tidy({"@id": "a:b", "@type": "dcat:Dataset", "title": None, "theme": []}) == {
        "@id": "a:b",
        "@type": "dcat:Dataset",
    }


def test_a_document_reads_back_as_the_same_statements_without_any_network() -> None:
    import msgspec

    made = [
        node(title={"nl": "é \U0001f600"}, issued={"@value": "2023-05", "@type": "xsd:gYearMonth"})
    ]

    document = jsonld.document(msgspec.json.encode(made))

    assert Graph.parse(document, ox.RdfFormat.JSON_LD).lines == sorted(jsonld.lines(made))
