"""Findings as JSON Lines: one finding a line, all its fields, nothing else."""

from collections.abc import Iterator

import msgspec

from dcat_harvest.report.data import ReportData, View

# Line ends that JSON allows inside a string, and readers that split text in lines do not.
ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(data: ReportData, view: View) -> Iterator[str]:
    """One line of JSON for each finding (`schemas/finding.json`)."""
    encoder = msgspec.json.Encoder()
    for finding in data.findings:
        yield encoder.encode(finding).decode().translate(ENDS) + "\n"
