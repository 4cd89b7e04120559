"""`report.json`: every dataset with its scores, and the summary (`schemas/report.json`)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from dcat_harvest.report.causes import causes
from dcat_harvest.report.data import ReportData, View
from dcat_harvest.report.history import points
from dcat_harvest.report.jsonl import one_line


def render(data: ReportData, view: View) -> Iterator[str]:
    """The report as JSON, one dataset a line."""
    yield '{"datasets":[\n'
    last = len(data.scores) - 1
    for number, score in enumerate(data.scores):
        one = {
            "dataset": score.dataset,
            "source": score.source,
            "key": score.key,
            "publisher": score.publisher,
            "criteria": score.criteria,
            "mqa": score.mqa,
            "stars": score.stars,
            "conforms": score.conforms,
        }
        yield _json(one) + ("\n" if number == last else ",\n")
    yield "]"
    for name, value in _summary(data).items():
        yield f",\n{_json(name)}:{_json(value)}"
    yield "}\n"


def _summary(data: ReportData) -> dict[str, Any]:
    counts: Counter[str] = Counter({"violation": 0, "warning": 0, "info": 0})
    for finding in data.findings:
        counts[finding.severity] += finding.count
    return {
        "release": data.release,
        "generated": data.generated,
        "title": data.title,
        "base": data.base,
        "version": data.version,
        "profiles": data.profiles,
        "findings": dict(counts),
        "sources": data.sources,
        "summary": points(data),
        "history": data.history,
        "changes": data.changes,
        "causes": causes(data),
        "subjects": tuple(data.subjects.values()),
        "notes": data.notes,
    }


def _json(value: Any) -> str:
    return one_line(msgspec.json.encode(value).decode())
