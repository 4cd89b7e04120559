"""The datasets and findings as compact JSON that is safe inside an HTML page."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report.causes import Cause, cause_id, key
from dcat_harvest.report.data import VERDICTS, ReportData, subject
from dcat_harvest.report.history import publisher_of
from dcat_harvest.report.texts import iri_name, path_name, plain, table

_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_SAFE = str.maketrans(_ESCAPES)
MOST_FINDINGS = 60


def pieces(data: ReportData, causes: list[Cause]) -> Iterator[str]:
    """The JSON piece by piece: word tables first, then one dataset a line, by title."""
    places = {cause.id: number for number, cause in enumerate(causes)}
    publishers = sorted({publisher_of(data, score) for score in data.scores})
    sources = sorted({score.source for score in data.scores})
    metrics = sorted({x for score in data.scores for x in score.mqa.get("metrics", {})})
    profiles = sorted({x for score in data.scores for x in score.conforms})
    yield '{"head":' + _json(
        {
            "causes": [_cause(cause) for cause in causes],
            "publishers": [plain(x, 120) for x in publishers],
            "sources": sources,
            "metrics": [iri_name(x) for x in metrics],
            "profiles": profiles,
            "words": _words(),
        }
    )
    here: dict[str, list[Finding]] = defaultdict(list)
    for finding in data.findings:
        if finding.subject:
            here[finding.subject].append(finding)
    yield ',\n"datasets":[\n'
    comma = ""
    names = (publishers, sources, metrics, profiles)
    for score in sorted(data.scores, key=lambda x: ((x.title or x.key).casefold(), x.dataset)):
        row = _row(data, score, names)
        row.append([_finding(f, places, causes) for f in _first(here.get(score.dataset, []))])
        yield comma + _json(row)
        comma = ",\n"
    yield "]}"


def _first(findings: list[Finding]) -> list[Finding]:
    ordered = sorted(findings, key=lambda f: (f.criterion or "9", -f.severity.rank, f.code))
    return ordered[:MOST_FINDINGS]


def _row(data: ReportData, score: Score, names: tuple[list[str], ...]) -> list[Any]:
    publishers, sources, metrics, profiles = names
    known = subject(data, score.dataset)
    verdicts = (score.criteria.get(x, "unknown") for x in "12345678")
    points = score.mqa.get("metrics", {})
    return [
        score.dataset,
        plain(known.title or score.title or score.key, 200),
        score.key,
        publishers.index(publisher_of(data, score)),
        sources.index(score.source),
        "".join(str(VERDICTS.index(x)) for x in verdicts),
        score.mqa.get("points", 0),
        score.stars,
        sum(1 << i for i, x in enumerate(profiles) if score.conforms.get(x)),
        int(known.current),
        known.landing_page,
        known.page,
        [x.rsplit(".", 1)[-1] if known.page else x for x in known.rdf],
        [i for i, x in enumerate(metrics) if not points.get(x)],
    ]


def _cause(cause: Cause) -> list[Any]:
    return [
        plain(cause.message_nl),
        plain(cause.message_en),
        plain(cause.remedy_nl, 600),
        plain(cause.remedy_en, 600),
        cause.severity,
        cause.criterion,
        cause.actor,
        path_name(cause.path),
        cause.code,
    ]


def _finding(finding: Finding, places: dict[str, int], causes: list[Cause]) -> list[Any]:
    """Cause, value, evidence, address, and texts where they are not those of the cause."""
    place = places.get(cause_id(key(finding)), -1)
    cause = causes[place] if place >= 0 else None
    texts = ["", "", "", ""]
    if cause is None or cause.message_nl != finding.message_nl:
        texts[:2] = plain(finding.message_nl), plain(finding.message_en)
    if cause is None or cause.remedy_nl != finding.remedy_nl:
        texts[2:] = plain(finding.remedy_nl, 600), plain(finding.remedy_en, 600)
    focus = finding.focus_node if finding.focus_node != finding.subject else ""
    row = [place, plain(finding.value, 200), plain(finding.evidence), finding.where, focus, *texts]
    while len(row) > 1 and row[-1] == "":
        row.pop()
    return row


def _words() -> dict[str, dict[str, str]]:
    starts = ("html-", "criterion-", "verdict-", "severity-", "actor-")
    return {name: texts for name, texts in table().items() if name.startswith(starts)}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8", "replace").translate(_SAFE)
