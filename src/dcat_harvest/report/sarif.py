"""SARIF 2.1.0 for code scanning: rules with help, results with place and lasting fingerprint."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.report.data import ReportData, View, subject
from dcat_harvest.report.fingerprint import fingerprint
from dcat_harvest.report.rules import help_text, rule_id
from dcat_harvest.report.texts import plain

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
MOST = 25_000
"""Code scanning refuses a run with more results; the worst come first."""


def render(data: ReportData, view: View) -> Iterator[str]:
    """The log: one run, its rules, its results."""
    ordered = sorted(data.findings, key=lambda f: -f.severity.rank)
    shown, left = ordered[:MOST], max(len(ordered) - MOST, 0)
    examples: dict[str, Finding] = {}
    for finding in shown:
        examples.setdefault(rule_id(finding), finding)
    places = {name: number for number, name in enumerate(examples)}
    yield f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{{"driver":'
    yield _json(
        {
            "name": "dcat-harvest",
            "semanticVersion": data.version or "0.0.0",
            "rules": [_rule(name, one, view) for name, one in examples.items()],
        }
    )
    yield f'}},"columnKind":"unicodeCodePoints","properties":{_json({"leftOut": left})}'
    if data.generated:
        yield f',"invocations":{_json([_invocation(data, left)])}'
    yield ',"results":['
    for number, finding in enumerate(shown):
        yield (",\n" if number else "\n") + _json(_result(data, finding, places, view))
    yield "\n]}]}\n"


def _invocation(data: ReportData, left: int) -> dict[str, Any]:
    notes = [*data.notes]
    if left:
        notes.append(
            f"{left} findings of lesser severity are left out; findings.jsonl has them all."
        )
    return {
        "executionSuccessful": True,
        "endTimeUtc": data.generated,
        "toolExecutionNotifications": [
            {"level": "note", "message": {"text": plain(note)}} for note in notes
        ],
    }


def _rule(name: str, finding: Finding, view: View) -> dict[str, Any]:
    tags = [f"criterion-{finding.criterion}"] if finding.criterion else []
    words = plain(help_text(finding, view.lang), 1000)
    return {
        "id": name,
        "name": "".join(x[:1].upper() + x[1:] for x in name.replace("/", "-").split("-")),
        "shortDescription": {"text": plain(_message(finding, view))},
        "fullDescription": {"text": words},
        "help": {
            "text": words,
            "markdown": "\n\n".join(f"**{x}** {_md(help_text(finding, x))}" for x in ("nl", "en")),
        },
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": {"tags": ["metadata", *tags], "precision": "very-high"},
    }


def _result(
    data: ReportData, finding: Finding, places: dict[str, int], view: View
) -> dict[str, Any]:
    name = rule_id(finding)
    value = f" '{plain(finding.value, 200)}'" if finding.value else ""
    about = finding.subject or finding.key or finding.where
    return {
        "ruleId": name,
        "ruleIndex": places[name],
        "level": LEVELS[finding.severity],
        "message": {"text": f"{plain(_message(finding, view))}{value} ({plain(about)})"},
        "locations": [_location(data, finding)],
        "partialFingerprints": {"dcatHarvestFinding/v1": fingerprint(finding)},
        "occurrenceCount": max(finding.count, 1),
        "properties": {
            "profile": finding.profile,
            "actor": finding.actor,
            "criterion": finding.criterion,
            "focusNode": finding.focus_node,
        },
    }


def _location(data: ReportData, finding: Finding) -> dict[str, Any]:
    known = subject(data, finding.subject)
    uri = quote(known.file, safe="/:#?&=%+@,;~!$'()*") if known.file else finding.where
    found: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(uri or finding.subject or "catalog")},
            "region": {"startLine": max(known.line, 1)},
        }
    }
    if finding.subject:
        found["logicalLocations"] = [{"fullyQualifiedName": finding.subject, "kind": "resource"}]
    return found


def _uri(text: str) -> str:
    return quote(text, safe="/:#?&=%+@,;~!$'()*[]")


def _message(finding: Finding, view: View) -> str:
    return (finding.message_nl if view.lang == "nl" else finding.message_en) or finding.code


def _md(text: str) -> str:
    return plain(text, 1000).replace("<", "&lt;").replace("`", "'")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8", "replace")
