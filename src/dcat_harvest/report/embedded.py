"""The datasets and findings as compact JSON that is safe inside an HTML page."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report.causes import Cause, Part, key_id, kind_of
from dcat_harvest.report.data import VERDICTS, ReportData, subject
from dcat_harvest.report.history import publisher_of
from dcat_harvest.report.texts import iri_name, path_name, plain, table

_UNSAFE = re.compile("[<>&\u2028\u2029]")
MOST_FINDINGS = 60


def pieces(data: ReportData, causes: list[Cause]) -> Iterator[str]:
    """The JSON piece by piece: word tables first, then one dataset a line, by title."""
    kinds = [
        (place, cause.actor, part) for place, cause in enumerate(causes) for part in cause.parts
    ]
    places = {part.id: number for number, (_, _, part) in enumerate(kinds)}
    parts = [part for _, _, part in kinds]
    publishers = sorted({publisher_of(data, score) for score in data.scores})
    sources = sorted({score.source for score in data.scores})
    metrics = sorted({x for score in data.scores for x in score.mqa.get("metrics", {})})
    profiles = sorted({x for score in data.scores for x in score.conforms})
    yield '{"head":' + _json(
        {
            "causes": [[plain(x.message_nl), plain(x.message_en)] for x in causes],
            "kinds": [_kind(*one) for one in kinds],
            "wide": _wide(data, sources, places, parts),
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
        known = (f for f in here.get(score.dataset, []) if key_id(kind_of(f)) in places)
        row.append([_finding(f, places, parts) for f in _first(known)])
        yield comma + _json(row)
        comma = ",\n"
    yield "]}"


def _first(findings: Iterable[Finding]) -> list[Finding]:
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


def _kind(place: int, actor: str, part: Part) -> list[Any]:
    return [
        *(plain(part.message_nl), plain(part.message_en)),
        *(plain(part.remedy_nl, 600), plain(part.remedy_en, 600)),
        *(part.severity, part.criterion, actor, path_name(part.path), part.code, place),
    ]


def _wide(
    data: ReportData, sources: list[str], places: Mapping[str, int], parts: list[Part]
) -> list[list[Any]]:
    """Findings that stand for many datasets: source, how many, whether for all, finding."""
    sizes = Counter(score.source for score in data.scores)
    return [
        [
            sources.index(f.source),
            f.count,
            int(not f.criterion and f.count >= sizes[f.source]),
            3 - f.severity.rank,
            _finding(f, places, parts),
        ]
        for f in data.findings
        if not f.subject and f.source in sizes and key_id(kind_of(f)) in places
    ]


def _finding(finding: Finding, places: Mapping[str, int], parts: list[Part]) -> list[Any]:
    """Kind, value, evidence, address, and texts where they are not those of the kind."""
    place = places[key_id(kind_of(finding))]
    part = parts[place]
    texts = ["", "", "", ""]
    if part.message_nl != finding.message_nl:
        texts[:2] = plain(finding.message_nl), plain(finding.message_en)
    if part.remedy_nl != finding.remedy_nl:
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
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
