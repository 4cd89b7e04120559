"""A finding says whose fault it is: the source's, or ours where the record has the value."""

import json
from typing import Any

import made
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.criteria import judge
from dcat_harvest.check.fault import blamed
from dcat_harvest.check.statements import Index
from dcat_harvest.cli import cli
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.graph import Graph
from dcat_harvest.model import Dataset, Distribution

DATASET = "https://example.org/id/leerlingen"
FILE = "https://files.example.org/leerlingen.csv"
VALID = made.valid()


def record(**values: Any) -> Dataset:
    return Dataset(source="duo-ckan", key="leerlingen", **values)


def fault_of(code: str, *gone: str, known: Dataset) -> str:
    graph = Graph(x for x in VALID.lines if not any(word in x for word in gone))
    index = Index(graph)
    found = judge(index, now=made.TODAY, official=[]).findings
    (this,) = (x for x in blamed(found, {DATASET: known}, index) if x.code == code)
    assert (this.fault == "mapping") == (this.actor == "harvester")
    return this.fault


@pytest.mark.parametrize(
    ("code", "gone", "field", "value"),
    [
        ("c8-keyword", v.KEYWORD, "keywords", ("leerlingen",)),
        ("c7-frequency", v.FREQUENCY, "frequency", "Elk jaar"),
        ("c8-theme", v.THEME, "themes", ("onderwijs",)),
    ],
)
def test_a_value_that_the_record_has_was_lost_by_us(
    code: str, gone: str, field: str, value: object
) -> None:
    assert fault_of(code, gone, known=record(**{field: value})) == "mapping"
    assert fault_of(code, gone, known=record()) == "source"


def test_a_value_that_is_there_but_too_short_is_the_fault_of_the_source() -> None:
    known = record(description="kort")
    short = f'<{DATASET}> {v.DESCRIPTION} "kort"@nl .'
    lines = [x for x in VALID.lines if f"<{DATASET}> {v.DESCRIPTION}" not in x]
    index = Index(Graph([*lines, short]))
    found = judge(index, now=made.TODAY, official=[]).findings

    (this,) = (x for x in blamed(found, {DATASET: known}, index) if x.code == "c8-description")

    assert this.fault == "source"


def test_a_licence_that_a_distribution_or_dataset_states_was_lost_by_us() -> None:
    stated = Distribution(access_url=FILE, download_url=FILE, licence="cc-by")
    silent = Distribution(access_url=FILE, download_url=FILE)

    assert fault_of("c3-licence", v.LICENCE, known=record(distributions=(stated,))) == "mapping"
    assert fault_of("c3-licence", v.LICENCE, known=record(distributions=(silent,))) == "source"
    inherited = record(distributions=(silent,), licence="cc-by")
    assert fault_of("c3-licence", v.LICENCE, known=inherited) == "mapping"


def test_a_shacl_result_at_a_distribution_is_judged_by_its_own_record() -> None:
    index = Index(Graph(x for x in VALID.lines if v.FORMAT not in x))
    node = "https://example.org/id/csv"
    result = Finding(
        code="shacl",
        severity=Severity.VIOLATION,
        subject=DATASET,
        focus_node=node,
        path="http://purl.org/dc/terms/format",
        component="MinCount",
    )
    stated = record(distributions=(Distribution(access_url=FILE, format="csv"),))

    (this,) = blamed([result], {DATASET: stated}, index)

    assert this.fault == "mapping"


def test_a_questionable_rule_stays_one_and_a_foreign_dataset_is_left_alone() -> None:
    rule = Finding(
        code="shacl", severity=Severity.WARNING, subject=DATASET, component="MinCount", fault="rule"
    )
    foreign = Finding(
        code="shacl", severity=Severity.WARNING, subject="urn:x", component="MinCount"
    )

    assert list(blamed([rule, foreign], {DATASET: record()}, Index(VALID))) == [rule, foreign]


SIZED = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<urn:d> a dcat:Dataset ; dcat:distribution <urn:x> .
<urn:x> a dcat:Distribution ; dcat:byteSize "12"^^<http://www.w3.org/2001/XMLSchema#TYPE> .
"""


@pytest.mark.parametrize(("datatype", "noted"), [("integer", True), ("string", False)])
def test_a_store_may_be_the_cause_of_a_number_of_another_type(
    httpserver: HTTPServer, datatype: str, noted: bool
) -> None:
    graph = Graph.parse(SIZED.replace("TYPE", datatype).encode(), ox.RdfFormat.TURTLE)

    def answer(request: Request) -> Response:
        if "COUNT" in request.args["query"]:
            return Response(f"n\r\n{len(graph)}\r\n", content_type="text/csv")
        return Response(graph.nt(), content_type="application/n-triples")

    httpserver.expect_request("/query").respond_with_handler(answer)
    words = ["check", "--endpoint", httpserver.url_for("/query"), "--format", "jsonl"]

    done = CliRunner().invoke(cli, [*words, "--profile", "dcat-ap-nl-3.0.1"])

    told = [json.loads(x) for x in done.stdout.splitlines()]
    (found,) = [x for x in told if x["component"] == "Datatype"]
    assert ("SPARQL-store" in found["remedy_nl"]) is noted
    assert ("SPARQL store" in found["remedy_en"]) is noted
    assert not [x for x in told if x["component"] != "Datatype" and "Oxigraph" in x["remedy_nl"]]
