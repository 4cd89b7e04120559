"""Made-up report data in the shape of real runs: a few publishers, many causes, hostile texts."""

from typing import Literal

from dcat_harvest.findings import Finding, Severity
from dcat_harvest.model import Score
from dcat_harvest.report.data import Change, Point, ReportData, SourceStatus, Subject

BASE = "https://data.example.org/"
DCT = "http://purl.org/dc/terms/"
HOSTILE = (
    '</script><script>alert("1")</script>',
    "<img src=x onerror=alert(1)> & 'quotes' \"double\"",
    "regel een\nregel twee\r\nregel drie\ttab",
    "om\u202egekeerd\u2066 \u200fen \u2028 terug",
    "lang " * 2000,
    '=HYPERLINK("https://example.org/kwaad";"klik")',
    "| tabel | in | markdown | `code` ::error::x%0A",
    "\x00\x07\x1b[31mrood\x1b[0m ]]> <!-- & &amp;",
    "",
)
SOURCES = (
    ("duo-ckan", "Dienst Uitvoering Onderwijs"),
    ("cbs-statline", "Centraal Bureau voor de Statistiek"),
    ("inspectie", "Inspectie van het Onderwijs"),
)
RULES = (
    # every nth, path, component, severity, criterion, message nl, message en, remedy nl, remedy en
    (3, "description", "MinCount", "violation", "8", "De beschrijving ontbreekt.",
     "The description is missing.", "Schrijf een beschrijving van 100 tekens of meer.",
     "Write a description of 100 characters or more."),
    (4, "accrualPeriodicity", "MinCount", "warning", "7",
     "Hoe vaak de dataset ververst is niet vermeld.",
     "How often the dataset is updated is not stated.", "Kies een woord uit de frequentielijst.",
     "Choose a term of the frequency list."),
    (5, "license", "In", "violation", "3", "De licentie is geen open licentie.",
     "The licence is not an open licence.", "Kies CC0 of CC BY 4.0.", "Choose CC0 or CC BY 4.0."),
    (2, "provenance", "MinCount", "info", "7", "Herkomst is niet vermeld.",
     "Provenance is not stated.", "Vermeld bron en bewerking.", "State source and processing."),
    (7, "temporal", "MinCount", "warning", "7", "De periode ontbreekt.",
     "The period is missing.", "Vermeld eerste en laatste dag.", "State the first and last day."),
)  # fmt: skip


def data(number: int, *, hostile: bool = False) -> ReportData:
    """A report on `number` datasets, about three findings each."""
    findings: list[Finding] = []
    scores: list[Score] = []
    subjects: dict[str, Subject] = {}
    for i in range(number):
        source, publisher = SOURCES[i % 3]
        iri = f"{BASE}dataset/{source}/tabel-{i}"
        title = HOSTILE[i % len(HOSTILE)] if hostile else f"Leerlingen per vestiging {i}, po"
        here = [_finding(iri, source, i, rule, hostile) for rule in RULES if i % rule[0] == 0]
        findings += here
        scores.append(_score(iri, source, publisher, title, here))
        subjects[iri] = Subject(
            dataset=iri,
            title=title,
            publisher=publisher,
            landing_page=f"https://publisher.example.org/{source}/{i}",
            page=f"dataset/{source}/tabel-{i}.html",
            rdf=(f"dataset/{source}/tabel-{i}.ttl", f"dataset/{source}/tabel-{i}.jsonld"),
            current=i % 6 != 0,
        )
    findings.append(_fetch_error())
    return ReportData(
        release="3f2a9c",
        generated="2026-11-02T06:00:00Z",
        title="Open onderwijsdata",
        base=BASE,
        version="0.1.0",
        profiles=("dcat-ap-nl-3.0.0", "criteria"),
        scores=tuple(scores),
        findings=tuple(findings),
        sources={
            name: SourceStatus(status="ok", datasets=number // 3, new=1, changed=2, gone=1)
            for name, _ in SOURCES
        },
        subjects=subjects,
        history=tuple(_point(i, number) for i in range(1, 6)),
        changes=_changes(scores),
    )


def _finding(
    iri: str,
    source: str,
    i: int,
    rule: tuple[int, str, str, str, str, str, str, str, str],
    hostile: bool,
) -> Finding:
    _, name, component, severity, criterion, nl, en, remedy_nl, remedy_en = rule
    profiles = ("dcat-ap-nl-3.0.0",) if severity == "violation" else ("criteria",)
    return Finding(
        code=f"c{criterion}-{name}",
        severity=Severity(severity),
        source=source,
        subject=iri,
        key=iri.rsplit("/", 1)[-1],
        where=f"https://publisher.example.org/{source}/{i}",
        profile=profiles[0],
        profiles=profiles,
        focus_node=iri,
        path=f"{DCT}{name}",
        component=component,
        shape=f"https://example.org/shapes#{name}",
        value=HOSTILE[i % len(HOSTILE)] if hostile else ("cc-by-nc" if name == "license" else ""),
        message_nl=nl,
        message_en=en,
        remedy_nl=remedy_nl,
        remedy_en=remedy_en,
        actor="publisher",
        fault="source",
        criterion=criterion,
        evidence=HOSTILE[(i + 1) % len(HOSTILE)] if hostile else "",
    )


def _fetch_error() -> Finding:
    return Finding(
        code="fetch-error",
        severity=Severity.WARNING,
        source="duo-ckan",
        where="https://publisher.example.org/weg",
        message_nl="Het adres gaf geen bruikbaar antwoord: 404",
        message_en="The address gave no usable answer: 404",
        remedy_nl="Herstel of verwijder de verwijzing naar https://publisher.example.org/weg.",
        remedy_en="Mend or remove the link to https://publisher.example.org/weg.",
        actor="publisher",
    )


def _score(iri: str, source: str, publisher: str, title: str, here: list[Finding]) -> Score:
    criteria = dict.fromkeys("12345678", "pass")
    verdicts = {1: "unknown", 2: "partly", 3: "fail"}
    worst = dict.fromkeys("12345678", 0)
    for finding in here:
        worst[finding.criterion] = max(worst[finding.criterion], finding.severity.rank)
    criteria.update({x: verdicts[rank] for x, rank in worst.items() if rank})
    metrics = {
        "keywordAvailability": 30,
        "categoryAvailability": 30,
        "temporalAvailability": 0 if worst["7"] == 2 else 20,
        "licenceAvailability": 20,
    }
    return Score(
        dataset=iri,
        source=source,
        key=iri.rsplit("/", 1)[-1],
        publisher=publisher,
        title=title,
        criteria=criteria,
        mqa={"points": 200 + sum(metrics.values()), "rating": "Good", "metrics": metrics},
        stars=3 if worst["3"] < 3 else 0,
        conforms={"dcat-ap-nl-3.0.0": not any(f.severity.rank == 3 for f in here)},
    )


def _point(i: int, number: int) -> Point:
    fine = number * (4 + i) // 10
    verdicts = {"pass": fine, "fail": number - fine}
    return Point(
        release=f"r{i}",
        generated=f"2026-0{i + 4}-02T06:00:00Z",
        datasets=number,
        scope="current",
        criteria=dict.fromkeys("12345678", verdicts),
        mqa=200.0 + 10 * i,
        stars=2.0 + i / 10,
        conforms={"dcat-ap-nl-3.0.0": fine},
    )


def _changes(scores: list[Score]) -> tuple[Change, ...]:
    kinds: tuple[Literal["new", "changed", "gone"], ...] = ("new", "changed", "gone")
    return tuple(
        Change(
            kind=kinds[i % 3],
            dataset=score.dataset,
            title=score.title,
            source=score.source,
            what="description, modified" if i % 3 == 1 else "",
        )
        for i, score in enumerate(scores[:7])
    )
