"""Findings of SHACL results: they name what is missing, what to write, and whose fault it is."""

from pathlib import Path

import pytest

from dcat_harvest.check import check, concerned, inputs
from dcat_harvest.errors import InputError
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph

CATALOGUE = Path(__file__).with_name("catalogue.ttl")
NL = ("dcat-ap-nl-3.0.0", "dcat-ap-nl-3.0.1")
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
KIND = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATASET = "<https://data.example.org/scholen>"


def catalogue() -> list[str]:
    return list(inputs.read(str(CATALOGUE)).graph.lines)


def without(subject: str, predicate: str) -> Graph:
    return Graph(x for x in catalogue() if not x.startswith(f"{subject} <{predicate}> "))


def only(graph: Graph, **options: object) -> Finding:
    (found,) = check(graph, profiles=options.pop("profiles", NL), **options)  # type: ignore[arg-type]
    return found


def test_a_missing_value_is_named_in_dutch_and_english_with_what_to_write() -> None:
    found = only(without(DATASET, f"{DCT}identifier"))

    assert found.code == "missing-value"
    assert (
        found.message_nl
        == "De dataset heeft geen identificator (dct:identifier); dat is verplicht."
    )
    assert found.message_en == "The dataset has no identifier (dct:identifier), which is mandatory."
    assert found.remedy_nl.startswith("Voeg dct:identifier toe: precies één tekst")
    assert found.actor == "publisher"
    assert found.fault == "source"


def test_texts_use_the_article_of_the_class_and_say_what_is_not_described_here() -> None:
    lines = catalogue()
    (subject,) = {x.split(" ")[0] for x in lines if x.endswith(f"<{DCAT}CatalogRecord> .")}
    agent = [x for x in lines if x.endswith("<http://xmlns.com/foaf/0.1/Agent> .")]

    (language,) = check(without(subject, f"{DCT}language"), profiles=NL)
    untyped = check(Graph(x for x in lines if x not in agent), profiles=NL[1:])

    assert (
        language.message_nl
        == "Het catalogusrecord heeft geen taal (dct:language); dat is verplicht."
    )
    told = {
        x.message_en for x in untyped if x.code == "wrong-class" and x.path == f"{DCT}publisher"
    }
    assert (
        "The value of dct:publisher (publisher) at the dataset is not described here as "
        "foaf:Agent (agent)."
    ) in told


def test_a_fixed_value_that_is_not_there_is_a_wrong_value() -> None:
    law = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
    lines = [
        f"<urn:d> <{KIND}> <{DCAT}Dataset> .",
        "<urn:d> <http://data.europa.eu/r5r/hvdCategory> <http://data.europa.eu/bna/c_e1da4e07> .",
        f"<urn:d> <http://data.europa.eu/r5r/applicableLegislation> <{law}> .",
        f"<urn:d> <{DCAT}distribution> <urn:x> .",
        f"<urn:x> <{KIND}> <{DCAT}Distribution> .",
    ]

    found = check(Graph(lines), profiles=["dcat-ap-hvd-3.0.0"])

    (one,) = [x for x in found if x.component == "HasValue" and x.focus_node == "urn:x"]
    assert one.code == "wrong-value"
    assert "HasValue" not in one.message_nl + one.message_en


def test_one_finding_names_all_profiles_that_say_it() -> None:
    found = only(without(DATASET, f"{DCT}title"))

    assert (found.profile, found.profiles) == ("dcat-ap-nl-3.0.0", NL)


def test_a_finding_about_a_part_names_the_dataset_it_belongs_to() -> None:
    found = only(without("<https://data.example.org/bestand>", f"{DCT}license"))

    assert found.focus_node == "https://data.example.org/bestand"
    assert found.subject == "https://data.example.org/scholen"


def test_a_recommendation_is_a_warning() -> None:
    found = only(without(DATASET, f"{DCAT}landingPage"))

    assert (found.code, found.severity) == ("missing-recommended", "warning")


def test_a_literal_where_a_node_must_be_is_a_finding() -> None:
    lines = [x for x in catalogue() if f"{DATASET} <{DCT}publisher>" not in x]

    found = check(Graph([*lines, f'{DATASET} <{DCT}publisher> "DUO" .']), profiles=NL)

    assert {x.code for x in found} == {"wrong-node-kind", "wrong-class"}
    told = next(x for x in found if x.code == "wrong-node-kind")
    assert "een tekst" in told.message_nl
    assert "een verwijzing (IRI)" in told.message_nl
    assert told.value == '"DUO"'


def test_a_questionable_rule_is_said_to_be_one() -> None:
    contact = "<https://data.example.org/tweede>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    more = [
        f"{DATASET} <{DCAT}contactPoint> {contact} .",
        f"{contact} {kind} <http://www.w3.org/2006/vcard/ns#Kind> .",
    ]

    found = only(Graph([*catalogue(), *more]))

    assert (found.component, found.fault, found.profiles) == ("MaxCount", "rule", NL[:1])
    assert "3.0.1" in found.remedy_nl


def test_a_finding_about_a_shared_node_counts_its_datasets() -> None:
    lines = [x for x in catalogue() if "Ministerie" not in x]
    again = [x.replace(DATASET, "<https://data.example.org/tweede>") for x in lines]

    graph = Graph([*lines, *again])
    found = [x for x in check(graph, profiles=NL) if x.path.endswith("/name")]

    assert [(x.count, x.focus_node) for x in found] == [(2, "https://data.example.org/ministerie")]
    assert concerned(graph, found) == {
        "https://data.example.org/ministerie": (
            "https://data.example.org/scholen",
            "https://data.example.org/tweede",
        )
    }


def test_our_own_datasets_have_source_and_key() -> None:
    lines = [x.replace(DATASET, "<https://b/dataset/duo-ckan/a%20b/c>") for x in catalogue()]
    graph = Graph(x for x in lines if f"c> <{DCT}title>" not in x)

    found = only(graph, base="https://b/")

    assert (found.source, found.key) == ("duo-ckan", "a b/c")


def test_both_engines_together_add_nothing_where_they_agree() -> None:
    graph = without(DATASET, f"{DCT}title")

    assert check(graph, profiles=NL, engine="both") == check(graph, profiles=NL)


@pytest.mark.parametrize("lines", [[], ["<urn:a> <urn:b> <urn:c> ."]])
def test_a_graph_with_nothing_to_check_never_conforms(lines: list[str]) -> None:
    with pytest.raises(InputError, match="no dataset"):
        check(Graph(lines), profiles=NL)
