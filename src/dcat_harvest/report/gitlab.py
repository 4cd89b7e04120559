"""A code quality report of GitLab: a JSON list of issues with fingerprints."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from dcat_harvest.report.data import ReportData, View, subject
from dcat_harvest.report.fingerprint import fingerprint
from dcat_harvest.report.rules import rule_id
from dcat_harvest.report.texts import plain

LEVELS = {"violation": "major", "warning": "minor", "info": "info"}


def render(data: ReportData, view: View) -> Iterator[str]:
    """The issues; GitLab wants each fingerprint once, so repeats get a number."""
    seen: Counter[str] = Counter()
    yield "["
    for number, finding in enumerate(data.findings):
        name = fingerprint(finding)
        seen[name] += 1
        known = subject(data, finding.subject)
        message = finding.message_nl if view.lang == "nl" else finding.message_en
        value = f" '{plain(finding.value, 100)}'" if finding.value else ""
        about = finding.subject or finding.key or finding.where
        issue = {
            "description": f"{plain(message)}{value} ({plain(about)})",
            "check_name": rule_id(finding),
            "fingerprint": name if seen[name] == 1 else f"{name}-{seen[name]}",
            "severity": LEVELS[finding.severity],
            "location": {
                "path": known.file or plain(finding.where or finding.subject or "catalog", 500),
                "lines": {"begin": max(known.line, 1)},
            },
        }
        yield (",\n" if number else "\n") + msgspec.json.encode(issue).decode("utf-8", "replace")
    yield "\n]\n"
