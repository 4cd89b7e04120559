"""Comparing catalogues: datasets, fields, patches."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcat_harvest.diff import apply_patch, diff, diff_graphs, labelled, patch, render
from dcat_harvest.errors import InputError
from dcat_harvest.graph import Graph

HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://x.test/> .
"""
OLD = """
:cat a dcat:Catalog ; dcat:dataset :a, :b .
:org a foaf:Agent ; foaf:name "DUO" .
:a a dcat:Dataset ; dct:title "Scholen"@nl ; dct:modified "2024"^^xsd:gYear ; dct:publisher :org ;
  dcat:distribution :a1 , :a2 ; dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ] .
:a1 a dcat:Distribution ; dct:title "een" ; dcat:byteSize "100"^^xsd:nonNegativeInteger .
:a2 a dcat:Distribution ; dct:title "twee" .
:b a dcat:Dataset ; dct:title "Oud"@nl ; dct:publisher :org .
"""


def graph(turtle: str) -> Graph:
    return Graph.parse((HEAD + turtle).encode(), ox.RdfFormat.TURTLE)


def test_same_catalogue_has_no_difference() -> None:
    found = diff_graphs(graph(OLD), graph(OLD))

    assert found.is_empty
    assert render(found) == "no difference\n"


def test_new_gone_and_changed_datasets_are_told_field_by_field() -> None:
    new = (
        OLD.replace('"2024"^^xsd:gYear', '"2025-02"^^xsd:gYearMonth')
        .replace('"100"', '"200"')
        .replace("2020-01-01", "2021-01-01")
        .replace(':b a dcat:Dataset ; dct:title "Oud"', ':c a dcat:Dataset ; dct:title "Nieuw"')
        .replace(", :b .", ", :c .")
    )

    found = diff_graphs(graph(OLD), graph(new))

    assert [(c.iri, c.title) for c in found.new] == [("https://x.test/c", "Nieuw")]
    assert [(c.iri, c.title) for c in found.gone] == [("https://x.test/b", "Oud")]
    (changed,) = found.changed
    assert [(f.part, f.field, f.old, f.new) for f in changed.fields] == [
        ("", "dct:modified", ("2024 (gYear)",), ("2025-02 (gYearMonth)",)),
        ("", "dct:temporal/dcat:startDate", ("2020-01-01 (date)",), ("2021-01-01 (date)",)),
        (
            "https://x.test/a1",
            "dcat:byteSize",
            ("100 (nonNegativeInteger)",),
            ("200 (nonNegativeInteger)",),
        ),
    ]
    assert [c.iri for c in found.shared] == ["https://x.test/cat"]


def test_record_of_a_dataset_that_goes_is_not_told_apart() -> None:
    record = ":r a dcat:CatalogRecord ; foaf:primaryTopic :b ."
    gone = OLD.replace(':b a dcat:Dataset ; dct:title "Oud"@nl ; dct:publisher :org .', "")

    found = diff_graphs(graph(OLD + record), graph(gone))

    assert [c.iri for c in found.gone] == ["https://x.test/b"]
    assert found.shared == ()


def test_distribution_that_goes_is_named() -> None:
    new = OLD.replace(":a1 , :a2", ":a1").replace(
        ':a2 a dcat:Distribution ; dct:title "twee" .', ""
    )

    (changed,) = diff_graphs(graph(OLD), graph(new)).changed

    assert ("", "dcat:distribution", ("https://x.test/a2",), ()) in [
        (f.part, f.field, f.old, f.new) for f in changed.fields
    ]


def test_change_of_an_agent_is_told_once_and_not_per_dataset() -> None:
    found = diff_graphs(graph(OLD), graph(OLD.replace('"DUO"', '"Dienst"')))

    assert found.changed == ()
    assert [(c.iri, c.fields[0].field) for c in found.shared] == [
        ("https://x.test/org", "foaf:name")
    ]


def test_blank_nodes_are_matched_by_what_they_say() -> None:
    more = OLD + ':d a dcat:Dataset ; dct:temporal [ dcat:startDate "1999-01-01"^^xsd:date ] .'

    found = diff_graphs(graph(OLD), graph(more))

    assert found.removed == ()
    assert len(found.added) == 3


def test_renderings_hold_old_and_new_value() -> None:
    found = diff_graphs(graph(OLD), graph(OLD.replace('"Scholen"', '"<Scholen & meer>"')))

    assert "dct:title: Scholen @nl -> <Scholen & meer> @nl" in render(found)
    assert json.loads(render(found, "json"))["changed"][0]["fields"][0]["new"] == [
        "<Scholen & meer> @nl"
    ]
    page = render(found, "html")
    assert "&lt;Scholen &amp; meer&gt; @nl" in page
    assert "<Scholen" not in page


def test_sides_may_be_files_and_release_folders(tmp_path: Path) -> None:
    (tmp_path / "old.ttl").write_text(HEAD + OLD)
    release = tmp_path / "out" / "releases" / "r1"
    release.mkdir(parents=True)
    (release / "catalog.nt").write_bytes(graph(OLD).nt())
    (tmp_path / "out" / "current").symlink_to(release)

    assert diff(str(tmp_path / "old.ttl"), str(tmp_path / "out")).is_empty
    assert diff(str(release), str(tmp_path / "old.ttl")).is_empty


@pytest.mark.parametrize(
    ("name", "content"), [("no.ttl", None), ("bad.ttl", "this is no turtle"), ("x.pdf", "")]
)
def test_side_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: str | None) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)

    with pytest.raises(InputError, match=name):
        diff(str(tmp_path / name), str(tmp_path / name))


@pytest.mark.parametrize(
    "text",
    ["D <a:b> <a:c> <a:d> .", "X <a:b> <a:c> <a:d> .", "A <a:b> nonsense", "A <a:b> <a:c>"],
)
def test_patch_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="line 1"):
        apply_patch(graph(OLD), text)


def test_patch_that_is_given_up_changes_nothing() -> None:
    given_up = "TX .\nA <a:b> <a:c> <a:d> .\nTA .\n"

    assert apply_patch(graph(":a :b :c ."), given_up).lines == graph(":a :b :c .").lines


IRIS = st.sampled_from([f"<https://x.test/{c}>" for c in "abcde"])
BLANKS = st.sampled_from(["_:p", "_:q", "_:r", "_:s"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8
).map(lambda t: str(ox.Literal(t)))
LITERALS = TEXTS | st.sampled_from(
    ['"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1"@nl', '"\\u2028 \\u0085"@en']
)
STATEMENTS = st.builds(
    lambda s, p, o: f"{s} {p} {o} .", IRIS | BLANKS, IRIS, IRIS | BLANKS | LITERALS
)
GRAPHS = st.lists(STATEMENTS, max_size=14).map(
    lambda lines: Graph.parse("\n".join(lines).encode(), ox.RdfFormat.N_TRIPLES)
)


@settings(max_examples=200, deadline=None)
@given(GRAPHS, GRAPHS, GRAPHS)
def test_patch_turns_one_into_the_other(shared: Graph, left: Graph, right: Graph) -> None:
    old, new = Graph(shared.lines + left.lines), Graph(shared.lines + right.lines)
    found = diff_graphs(old, new)

    patched = apply_patch(old, patch(found.removed, found.added))

    assert patched.lines == labelled(new).lines
    assert labelled(patched).lines == labelled(new).lines


@settings(max_examples=100, deadline=None)
@given(GRAPHS)
def test_names_of_blank_nodes_do_not_matter(graph: Graph) -> None:
    # Parsing again gives every blank node another name.
    other = Graph.parse(graph.nt(), ox.RdfFormat.N_TRIPLES)

    assert diff_graphs(graph, other).is_empty
