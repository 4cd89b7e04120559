"""Findings as JSON Lines: one finding a line, all its fields, nothing else."""

import re
from collections.abc import Iterator

import msgspec

from dcat_harvest.report.data import ReportData, View

# Line ends that JSON allows inside a string, and readers that split text in lines do not.
_ENDS = re.compile("[\u0085\u2028\u2029]")


def render(data: ReportData, view: View) -> Iterator[str]:
    """One line of JSON for each finding (`schemas/finding.json`)."""
    encoder = msgspec.json.Encoder()
    for finding in data.findings:
        yield one_line(encoder.encode(finding).decode()) + "\n"


def one_line(text: str) -> str:
    """JSON that is one line for every reader."""
    if text.isascii():
        return text
    return _ENDS.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
