import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import msgspec
import pyoxigraph as ox
import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.report import (
    FORMATS,
    ReportData,
    Subject,
    View,
    render,
    schema,
    targets,
    turtle,
    wants_color,
    write_targets,
)
from dcat_harvest.report.fingerprint import fingerprint
from report import made

EXPECTED = Path(__file__).with_name("expected")
EMPTY = ReportData()
NO_SCORES = msgspec.structs.replace(made.data(9, hostile=True), scores=(), subjects={})


def report_data(name: str) -> ReportData:
    named = {"empty": EMPTY, "no scores": NO_SCORES}
    return named[name] if name in named else made.data(18, hostile=name == "hostile")


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ["empty", "no scores", "plain", "hostile"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_takes_every_input_and_says_the_same_twice(
    format: str, name: str, lang: Any
) -> None:
    first = render(format, report_data(name), lang=lang)
    second = render(format, report_data(name), lang=lang)

    assert first == second
    first.encode("utf-8")


def test_a_format_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="choose one of text, json"):
        render("pdf", EMPTY)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_text_report_is_as_it_was(lang: Any, request: pytest.FixtureRequest) -> None:
    path = EXPECTED / f"text-{lang}.txt"
    text = render("text", made.data(18), lang=lang, width=80)
    if request.config.getoption("--regenerate"):
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_text_report_has_colours_only_where_asked() -> None:
    assert "\x1b[" not in render("text", made.data(18, hostile=True))
    assert "\x1b[31m✖" in render("text", made.data(18, hostile=True), color=True)


def test_the_published_schemas_are_those_of_the_code() -> None:
    for name, text in schema.texts().items():
        assert (schema.FOLDER / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["empty", "no scores", "plain", "hostile"])
def test_json_and_jsonl_are_valid_by_their_schemas(name: str) -> None:
    data = report_data(name)
    jsonschema.Draft202012Validator(schema.report()).validate(json.loads(render("json", data)))
    lines = render("jsonl", data).splitlines()
    check = jsonschema.Draft202012Validator(schema.finding())
    for line in lines:
        check.validate(json.loads(line))

    assert len(lines) == len(data.findings)


def test_report_json_has_the_eight_keys_of_a_dataset() -> None:
    rows = json.loads(render("json", made.data(6)))["datasets"]

    assert list(rows[0]) == [
        *("dataset", "source", "key", "publisher", "criteria", "mqa", "stars", "conforms")
    ]
    assert list(rows[0]["criteria"]) == list("12345678")


@pytest.mark.parametrize("name", ["empty", "no scores", "plain", "hostile"])
def test_sarif_holds_what_a_viewer_needs(name: str) -> None:
    data = report_data(name)
    log = json.loads(render("sarif", data))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert len(run["results"]) == len(data.findings)
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rules[x["ruleIndex"]]["id"] == x["ruleId"] for x in run["results"])


def test_sarif_names_file_and_line_of_the_subject() -> None:
    data = made.data(4)
    iri = data.findings[0].subject
    known = Subject(dataset=iri, file="mijn data/catalogus.ttl", line=12)
    data = msgspec.structs.replace(data, subjects={iri: known})
    result = json.loads(render("sarif", data))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]

    assert place["artifactLocation"]["uri"] == "mijn%20data/catalogus.ttl"
    assert place["region"] == {"startLine": 12}
    assert "line=12" in render("github", data)


def test_sarif_leaves_the_least_out_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dcat_harvest.report import sarif

    monkeypatch.setattr(sarif, "MOST", 10)
    run = json.loads(render("sarif", made.data(18)))["runs"][0]

    assert len(run["results"]) == 10
    assert {x["level"] for x in run["results"]} == {"error"}
    assert run["properties"]["leftOut"] == len(made.data(18).findings) - 10
    assert "left out" in json.dumps(run["invocations"])


@pytest.mark.parametrize("name", ["empty", "no scores", "plain", "hostile"])
def test_junit_counts_what_it_holds(name: str) -> None:
    data = report_data(name)
    root = ElementTree.fromstring(render("junit", data))
    cases = root.findall("testsuite/testcase")
    failing = [case for case in cases if case.find("failure") is not None]
    bad = {f.subject for f in data.findings if f.severity is Severity.VIOLATION}

    assert int(root.attrib["tests"]) == len(cases)
    assert int(root.attrib["failures"]) == len(failing) == len(bad)
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))


def test_junit_names_a_dataset_once_where_its_findings_name_no_source() -> None:
    data = made.data(6)
    bare = tuple(msgspec.structs.replace(f, source="") for f in data.findings if f.subject)
    root = ElementTree.fromstring(render("junit", msgspec.structs.replace(data, findings=bare)))

    assert int(root.attrib["tests"]) == 6


def test_the_shacl_report_read_back_has_the_same_results() -> None:
    import rdflib
    from rdflib.namespace import SH

    path = "(<http://www.w3.org/ns/dcat#distribution>/(^<http://e.org/a>|<http://e.org/b>))"
    odd = (
        Finding(
            code="x",
            severity=Severity.INFO,
            focus_node="_:b1",
            component="Pattern",
            path=path,
            value='"a \\"quoted\\" \\n value"@nl',
        ),
        Finding(
            code="x",
            severity=Severity.WARNING,
            focus_node="http://e.org/a b<c>",
            component="Class",
            value='"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ),
    )
    data = made.data(18, hostile=True)
    data = msgspec.structs.replace(data, findings=(*data.findings, *odd))
    graph = rdflib.Graph().parse(data=render("shacl", data), format="turtle")
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    found = Counter(
        (
            str(graph.value(x, SH.resultSeverity)).rpartition("#")[2].lower(),
            str(graph.value(x, SH.sourceConstraintComponent)).rpartition("#")[2],
            str(graph.value(x, SH.sourceShape) or ""),
            *named(graph.value(x, SH.focusNode), graph.value(x, SH.resultPath)),
        )
        for x in graph.objects(report, SH.result)
    )
    expected = Counter(
        (
            str(f.severity),
            f"{f.component}ConstraintComponent",
            f.shape,
            "" if f.focus_node.startswith("_:") else f.focus_node.replace("a b<c>", "a%20b%3Cc%3E"),
            f.path if f.path.startswith("http") else "",
        )
        for f in data.findings
        if f.component
    )

    assert found == expected
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    assert (None, SH.value, rdflib.Literal('a "quoted" \n value', lang="nl")) in graph
    assert (None, SH.focusNode, rdflib.URIRef("http://e.org/a%20b%3Cc%3E")) in graph


def named(*nodes: Any) -> list[str]:
    """The IRIs; empty for a blank node, or where there is nothing."""
    return ["" if x is None or type(x).__name__ == "BNode" else str(x) for x in nodes]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://e.org/a", "<http://e.org/a>"),
        ("(<a:b>/<c:d>)", "( <a:b> <c:d> )"),
        ("^<a:b>", "[ sh:inversePath <a:b> ]"),
        ("(<a:b>)*", "[ sh:zeroOrMorePath <a:b> ]"),
        ("(<a:b>|<c:d>)", "[ sh:alternativePath ( <a:b> <c:d> ) ]"),
        ("(<a:b>/", ""),
        ("<a:b> nonsense", ""),
        ("", ""),
    ],
)
def test_a_shacl_path_is_written_as_turtle(text: str, written: str) -> None:
    assert turtle.path(text) == written


@pytest.mark.parametrize("name", ["empty", "plain", "hostile"])
def test_dqv_is_turtle_without_blank_nodes(name: str) -> None:
    data = report_data(name)
    triples = list(ox.parse(render("dqv", data).encode(), format=ox.RdfFormat.TURTLE))
    measured = [t for t in triples if t.predicate.value.endswith("#computedOn")]

    assert not any(isinstance(x, ox.BlankNode) for t in triples for x in (t.subject, t.object))
    assert len(measured) == len(data.scores) * (8 + 2 + 4 + 1)
    assert len({t.subject for t in measured}) == len(measured)


def test_dqv_names_a_dataset_that_has_no_iri() -> None:
    plain = made.data(1)
    score = msgspec.structs.replace(plain.scores[0], dataset="_:b1")
    found = msgspec.structs.replace(plain.findings[0], subject="_:b1")
    data = msgspec.structs.replace(plain, scores=(score,), findings=(found,), base="https://a.nl/")

    triples = list(ox.parse(render("dqv", data).encode(), format=ox.RdfFormat.TURTLE))

    targets = {t.object for t in triples if t.predicate.value.endswith(("#computedOn", "Target"))}
    assert targets == {ox.NamedNode("https://a.nl/quality/node/b1")}


def test_github_commands_stay_one_line_each() -> None:
    data = made.data(18, hostile=True)
    lines = render("github", data).splitlines()

    assert len(lines) == len(data.findings)
    assert all(re.match(r"::(error|warning|notice) title=[^:,]+::", x) for x in lines)
    assert "\r" not in "".join(lines)


def test_gitlab_issues_have_fingerprints_of_their_own() -> None:
    data = made.data(18, hostile=True)
    twice = msgspec.structs.replace(data, findings=data.findings * 2)
    issues = json.loads(render("gitlab", twice))

    assert len({x["fingerprint"] for x in issues}) == len(issues) == len(twice.findings)
    assert {x["severity"] for x in issues} == {"major", "minor", "info"}


def test_csv_has_one_row_a_dataset_and_no_formulas() -> None:
    data = made.data(18, hostile=True)
    rows = list(csv.DictReader(io.StringIO(render("csv", data))))

    assert [row["dataset"] for row in rows] == [score.dataset for score in data.scores]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert rows[0]["criterion_8"] == "fail"
    assert rows[0]["violations"] == "2"


def test_markdown_keeps_others_text_as_text() -> None:
    text = render("markdown", made.data(18, hostile=True))

    assert "<script" not in text
    assert "<img" not in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) in {5, 6} for line in table)


def test_badges_say_how_many_conform() -> None:
    data = made.data(18)
    fine = sum(all(x.conforms.values()) for x in data.scores)
    root = ElementTree.fromstring(render("badge", data))
    badge = json.loads(render("badge-json", data))

    assert f"{fine}/18" in root.attrib["aria-label"]
    assert badge["message"] == f"{fine}/18 dcat-ap-nl-3.0.0"
    assert set(badge) == {"schemaVersion", "label", "message", "color"}


def test_a_fingerprint_lasts_when_a_file_is_renamed_or_a_text_reworded() -> None:
    one = made.data(4).findings[0]
    same = msgspec.structs.replace(
        one, where="ander.ttl", message_nl="anders", severity=Severity.INFO, source="x"
    )
    blank = msgspec.structs.replace(one, focus_node="_:b1")
    other_blank = msgspec.structs.replace(one, focus_node="_:b2")

    assert fingerprint(one) == fingerprint(same)
    assert fingerprint(blank) == fingerprint(other_blank)
    for field in ("code", "subject", "path", "component", "value", "shape"):
        other = msgspec.structs.replace(one, **{field: "iets anders"})
        assert fingerprint(other) != fingerprint(one)


# What GitHub code scanning and SARIF viewers ask of a log (SARIF 2.1.0, 3.13 to 3.52).
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"minLength": 1}}}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "semanticVersion", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "items": {
                                            "required": ["id", "shortDescription", "help"],
                                            "properties": {
                                                "id": {"pattern": "^[^\\s]+$"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": [
                                *("ruleId", "level", "message", "locations", "partialFingerprints")
                            ],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "occurrenceCount": {"type": "integer", "minimum": 1},
                                "partialFingerprints": {
                                    "type": "object",
                                    "minProperties": 1,
                                    "additionalProperties": {"type": "string"},
                                },
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {
                                                            "uri": {
                                                                "pattern": '^[^\\s<>"{}|\\\\^`]+$'
                                                            }
                                                        }
                                                    },
                                                    "region": {
                                                        "required": ["startLine"],
                                                        "properties": {
                                                            "startLine": {
                                                                "type": "integer",
                                                                "minimum": 1,
                                                            }
                                                        },
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_colour_needs_a_terminal_and_no_no_color() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert wants_color(Terminal(), {})
    assert wants_color(Terminal(), {"NO_COLOR": ""})
    assert not wants_color(Terminal(), {"NO_COLOR": "1"})
    assert not wants_color(io.StringIO(), {})


@pytest.mark.parametrize("text", ["sarif", "pdf=x", "sarif=", "=x"])
def test_also_names_a_format_and_a_file(text: str) -> None:
    with pytest.raises(UsageError, match="FORMAT=FILE"):
        targets([text])


def test_formats_go_to_their_files(tmp_path: Path) -> None:
    also = targets([f"csv={tmp_path / 'a=b.csv'}", f"badge={tmp_path / 'b.svg'}"])
    write_targets(also, made.data(3), view=View())

    assert (tmp_path / "a=b.csv").read_text(encoding="utf-8").count("\n") == 4
    with pytest.raises(UsageError, match="cannot be written"):
        write_targets(targets([f"csv={tmp_path}/no/x"]), made.data(3), view=View())
