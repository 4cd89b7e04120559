"""Annotations of GitHub Actions: one workflow command a line."""

from collections.abc import Iterator

from dcat_harvest.findings import Finding
from dcat_harvest.report.data import ReportData, View, subject
from dcat_harvest.report.rules import rule_id
from dcat_harvest.report.texts import plain

COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(data: ReportData, view: View) -> Iterator[str]:
    """The commands, worst first."""
    for finding in sorted(data.findings, key=lambda f: -f.severity.rank):
        yield _command(data, finding, view)


def _command(data: ReportData, finding: Finding, view: View) -> str:
    known = subject(data, finding.subject)
    dutch = view.lang == "nl"
    message = finding.message_nl if dutch else finding.message_en
    remedy = finding.remedy_nl if dutch else finding.remedy_en
    about = finding.subject or finding.key or finding.where
    value = f" '{plain(finding.value, 100)}'" if finding.value else ""
    words = f"{plain(message)}{value} ({plain(about)}) {plain(remedy, 600)}".strip()
    places = {"file": known.file, "line": str(known.line) if known.file and known.line else ""}
    places["title"] = rule_id(finding)
    written = ",".join(f"{k}={v.translate(_PROPERTY)}" for k, v in places.items() if v)
    return f"::{COMMANDS[finding.severity]} {written}::{words.translate(_DATA)}\n"
