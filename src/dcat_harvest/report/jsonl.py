"""Findings as JSON Lines: one finding a line, all its fields, nothing else."""

from collections.abc import Iterator

import msgspec

from dcat_harvest.report.data import ReportData, View


def render(data: ReportData, view: View) -> Iterator[str]:
    """One line of JSON for each finding (`schemas/finding.json`)."""
    encoder = msgspec.json.Encoder()
    for finding in data.findings:
        yield encoder.encode(finding).decode() + "\n"
