"""The badge as an endpoint of shields.io reads it."""

from collections.abc import Iterator

import msgspec

from dcat_harvest.report.badge import LABEL, state
from dcat_harvest.report.data import ReportData, View


def render(data: ReportData, view: View) -> Iterator[str]:
    """The four fields of the endpoint schema."""
    words, colour = state(data, view)
    badge = {"schemaVersion": 1, "label": LABEL, "message": words, "color": colour.lstrip("#")}
    yield msgspec.json.encode(badge).decode() + "\n"
