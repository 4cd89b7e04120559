"""One row a dataset, for a spreadsheet: verdicts, MQA, stars, conformance, findings."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator

from dcat_harvest.model import Score
from dcat_harvest.report.data import CRITERIA, ReportData, View, subject
from dcat_harvest.report.history import publisher_of
from dcat_harvest.report.texts import cell

COLUMNS = ("dataset", "source", "key", "title", "publisher", "current", "landing_page")


def render(data: ReportData, view: View) -> Iterator[str]:
    """The rows, comma-separated (RFC 4180), in UTF-8."""
    metrics = sorted({x for score in data.scores for x in score.mqa.get("metrics", {})})
    profiles = sorted({x for score in data.scores for x in score.conforms})
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in data.findings:
        counts[finding.subject][finding.severity] += finding.count
    verdicts = [f"criterion_{x}" for x in CRITERIA]
    numbers = ["mqa_points", "stars", "violations", "warnings", "remarks"]
    yield _row([*COLUMNS, *verdicts, *numbers, *profiles, *metrics])
    for score in data.scores:
        yield _row(
            [
                *_facts(data, score),
                *(score.criteria.get(x, "unknown") for x in CRITERIA),
                score.mqa.get("points", 0),
                score.stars,
                *(counts[score.dataset][x] for x in ("violation", "warning", "info")),
                *(str(score.conforms.get(x, "")).lower() for x in profiles),
                *(score.mqa.get("metrics", {}).get(x, 0) for x in metrics),
            ]
        )


def _facts(data: ReportData, score: Score) -> list[str]:
    known = subject(data, score.dataset)
    texts = (
        *(score.dataset, score.source, score.key, known.title or score.title),
        *(publisher_of(data, score), "true" if known.current else "false", known.landing_page),
    )
    return [cell(x) for x in texts]


def _row(values: list[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(values)
    return stream.getvalue()
