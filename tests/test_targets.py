"""Targets: the catalogue rewritten for one consumer."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.export import export
from dcat_harvest.graph import Graph
from dcat_harvest.targets import names, publish_target, target

CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix : <https://x.test/> .
:catalog a dcat:Catalog ; dcat:dataset <https://x.test/dataset/duo/a> , <https://x.test/dataset/cbs-statline/b> ;
  dcat:record <https://x.test/dataset/cbs-statline/b#record> .
<https://x.test/dataset/duo/a> a dcat:Dataset ; dct:title "CC <https://creativecommons.org/licenses/by/4.0/>" ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC> , :theme ;
  dcat:distribution :f ; dct:publisher :duo .
:f a dcat:Distribution ; dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> .
:g a dcat:Distribution ; dct:license <http://creativecommons.org/publicdomain/zero/1.0/> .
<https://x.test/dataset/cbs-statline/b> a dcat:Dataset ; dcat:distribution :h ; dct:publisher :cbs ;
  dct:identifier "https://opendata.cbs.nl/ODataApi/OData/b" .
<https://x.test/dataset/cbs-statline/b#record> a dcat:CatalogRecord ;
  foaf:primaryTopic <https://x.test/dataset/cbs-statline/b> .
:h a dcat:Distribution .
:duo a foaf:Agent . :cbs a foaf:Agent .
"""  # noqa: E501 addresses


@pytest.fixture
def graph() -> Graph:
    return Graph.parse(CATALOGUE.encode(), ox.RdfFormat.TURTLE)


def test_plain_target_changes_nothing(graph: Graph) -> None:
    assert publish_target(graph, target("plain")).lines == graph.lines


def test_each_target_gets_its_own_licence_iris(graph: Graph) -> None:
    portal = publish_target(graph, target("data-overheid-nl")).nt().decode()
    europe = publish_target(graph, target("data-europa-eu")).nt().decode()

    assert "license> <http://creativecommons.org/licenses/by/4.0/deed.nl>" in portal
    assert "license> <http://creativecommons.org/publicdomain/zero/1.0/deed.nl>" in portal
    assert "<http://publications.europa.eu/resource/authority/licence/CC_BY_4_0>" in europe
    assert "<http://publications.europa.eu/resource/authority/licence/CC0>" in europe
    assert '"CC <https://creativecommons.org/licenses/by/4.0/>"' in europe


def test_media_types_are_spelt_as_the_european_lists_do(graph: Graph) -> None:
    europe = publish_target(graph, target("data-europa-eu")).nt().decode()

    assert "<http://www.iana.org/assignments/media-types/text/csv>" in europe


def test_only_european_themes_stay(graph: Graph) -> None:
    portal = publish_target(graph, target("data-overheid-nl")).nt().decode()

    assert "data-theme/EDUC" in portal
    assert "<https://x.test/theme>" not in portal


def test_what_the_portal_harvests_itself_is_left_out_with_its_parts(graph: Graph) -> None:
    portal = publish_target(graph, target("data-overheid-nl"))

    text = portal.nt().decode()
    assert "cbs" not in text
    assert "<https://x.test/h>" not in text
    assert "<https://x.test/catalog>" in portal.said
    assert "<https://x.test/dataset/duo/a>" in portal.said


def test_targets_are_listed_and_unknown_ones_refused() -> None:
    assert {"plain", "data-overheid-nl", "data-europa-eu"} <= set(names())
    with pytest.raises(UsageError, match="plain"):
        target("nowhere")


def test_profiles_of_targets_are_profiles_that_can_be_checked() -> None:
    from dcat_harvest import resources

    known = {p.stem for p in resources.path("shapes/profiles").glob("*.toml")}

    assert {p for name in names() for p in target(name).profiles} <= known


@pytest.mark.world
@pytest.mark.parametrize("name", ["plain", "data-overheid-nl", "data-europa-eu"])
def test_good_catalogue_breaks_no_rule_of_any_target(shared: Path, name: str) -> None:
    from dcat_harvest.check import check

    data = (shared / "data" / "own-minimal.ttl").read_bytes()
    wanted = target(name)

    found = check(
        publish_target(Graph.parse(data, ox.RdfFormat.TURTLE), wanted), profiles=wanted.profiles
    )

    assert [f for f in found if f.severity == "violation"] == []


def test_release_is_written_and_checked_for_a_target(tmp_path: Path, graph: Graph) -> None:
    release = tmp_path / "releases" / "r1"
    release.mkdir(parents=True)
    (release / "catalog.nt").write_bytes(graph.nt())
    (release / "manifest.json").write_text('{"base": "https://x.test/"}')
    (tmp_path / "current").symlink_to(release)

    made = export(tmp_path, "data-overheid-nl")

    written = Graph.parse((made.folder / "catalog.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    assert written.lines == publish_target(graph, target("data-overheid-nl")).lines
    assert "data-overheid-nl" in {f.profile for f in made.findings}
    assert sorted(p.name for p in made.folder.iterdir()) == [
        "catalog.nt",
        "catalog.rdf",
        "catalog.ttl",
    ]
