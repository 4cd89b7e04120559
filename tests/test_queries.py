"""The example queries: each says what it answers, runs, and gives rows."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from dcat_harvest import resources
from dcat_harvest.graph import Graph
from dcat_harvest.store.embedded import Embedded

QUERIES = sorted(resources.path("queries").glob("*.rq"))
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix dcatap: <http://data.europa.eu/r5r/> . @prefix def: <https://w3id.org/dcat-harvest/def#> .
@prefix dqv: <http://www.w3.org/ns/dqv#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://x.test/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:duo a foaf:Agent ; foaf:name "DUO"@nl .
:contact a vcard:Kind ; vcard:fn "Loket"@nl ; vcard:hasEmail <mailto:a@x.test> .
:series a dcat:DatasetSeries ; dct:title "Oordelen"@nl .
:a a dcat:Dataset ; dct:title "Adressen vo"@nl ; dct:publisher :duo ; dcat:keyword "school"@nl ;
  dcat:contactPoint :contact ; dct:modified "2025-03-04"^^xsd:date ; dcat:inSeries :series ;
  dcat:distribution :f ; dqv:hasQualityAnnotation :note ; prov:wasDerivedFrom :capture ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
:f a dcat:Distribution ; dcat:accessURL :f.csv ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> .
:note a dqv:QualityAnnotation ; oa:bodyValue "Voorlopig."@nl ; def:annotationKind def:quality .
:capture dct:source <https://duo.test/> ; dct:identifier "sha1:X" .
:m dqv:computedOn :a ; dqv:isMeasurementOf def:verdict-1 ; dqv:value "fail" .
:a def:level def:level-instelling , def:level-gemeente , def:level-vestiging ;
  def:unit def:unit-school ; def:levelStatement :a-instelling , :a-gemeente ; dct:temporal :pa .
:a-instelling def:level def:level-instelling ; def:certainty def:certainty-column ;
  def:evidence "BRIN" ; def:keyColumn "BRIN" .
:a-gemeente def:level def:level-gemeente ; def:certainty def:certainty-column ;
  def:evidence "GM_CODE" ; def:keyColumn "GM_CODE" .
:f csvw:tableSchema :f-schema .
:f-schema csvw:column :f-brin .
:f-brin csvw:title "BRIN" ; csvw:propertyUrl "https://w3id.org/dcat-harvest/def#level-instelling" .
:pa dcat:startDate "2018-01-01"^^xsd:date ; dcat:endDate "2020-12-31"^^xsd:date .
:b dct:title "Regio"@nl ; dct:publisher :cbs ; def:level def:level-vestiging ;
  def:levelStatement :b-gemeente ; dct:temporal :pb .
:b-gemeente def:level def:level-gemeente ; def:certainty def:certainty-declared ;
  def:evidence "RegioS" ; def:keyColumn "Regio's" .
:pb dcat:startDate "2019-01-01"^^xsd:date ; dcat:endDate "2022-12-31"^^xsd:date .
def:verdict-1 dqv:inDimension <https://w3id.org/dcat-harvest/criteria#openbaar> ;
  skos:prefLabel "1 openbaar"@nl .
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    found = Embedded(tmp_path_factory.mktemp("queries") / "store")
    found.load({"https://x.test/graph/a": Graph.parse(CATALOGUE.encode(), ox.RdfFormat.TURTLE)})
    return found


def test_there_are_at_least_eight_queries() -> None:
    assert len(QUERIES) >= 8


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_each_query_says_what_it_answers_and_gives_rows(path: Path, store: Embedded) -> None:
    text = path.read_text(encoding="utf-8")

    rows = store.query(text, "csv").splitlines()

    english, dutch = text.splitlines()[:2]
    assert english.startswith("# ") and dutch.startswith("# nl: ") and len(dutch) > 25
    assert len(rows) >= 2


def test_csv_files_are_found_under_the_sector_of_their_title(store: Embedded) -> None:
    text = resources.text("queries/csv-files-by-sector.rq")

    rows = store.query(text, "csv").splitlines()

    assert rows[1:] == ["vo,Adressen vo,https://x.test/f.csv"]


def test_two_datasets_share_the_days_that_both_cover(store: Embedded) -> None:
    rows = store.query(resources.text("queries/join-periods.rq"), "csv").splitlines()

    assert rows[1:] == ["https://x.test/a,https://x.test/b,2019-01-01,2020-12-31"]
