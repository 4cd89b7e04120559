"""Measurements and annotations in the Data Quality Vocabulary.

MQA metrics are those of data.europa.eu (`https://piveau.eu/ns/voc#`); the verdicts on the eight
criteria, the stars, conformance and what probes saw are metrics of our own.
"""

from collections.abc import Iterator

from dcat_harvest.findings import Finding
from dcat_harvest.iri import digest
from dcat_harvest.model import Measurement, Score
from dcat_harvest.report.data import CRITERIA, ReportData, View
from dcat_harvest.report.fingerprint import fingerprint
from dcat_harvest.report.texts import text
from dcat_harvest.report.turtle import iri, literal

PREFIXES = {
    "dqv": "http://www.w3.org/ns/dqv#",
    "dct": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "pv": "https://piveau.eu/ns/voc#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "def": "https://w3id.org/dcat-harvest/def#",
    "crit": "https://w3id.org/dcat-harvest/criteria#",
}
CONCEPTS = {
    "1": "openbaar",
    "2": "gratis",
    "3": "rechtenvrij",
    "4": "anoniem",
    "5": "verwerkbaar",
    "6": "metadata",
    "7": "volledig",
    "8": "vindbaar",
}
# Metric of probes -> criterion that it tells of, and its datatype.
PROBED = {
    "addressStatus": ("1", "integer"),
    "certificate": ("1", "string"),
    "certificateDays": ("1", "integer"),
    "addressAsksLogin": ("4", "boolean"),
    "addressKind": ("5", "string"),
    "addressBytes": ("7", "integer"),
    "landingPageStatus": ("8", "integer"),
}


def render(data: ReportData, view: View) -> Iterator[str]:
    """The measurements, dataset by dataset, then the findings as annotations."""
    yield from (f"@prefix {name}: {iri(space)} .\n" for name, space in PREFIXES.items())
    if "T" in data.generated:
        time = literal(data.generated)
        yield f"{iri(data.base + 'quality')} a dqv:QualityMetadata ;\n"
        yield f"  prov:generatedAtTime {time}^^xsd:dateTime .\n"
    yield from _metrics(data)
    for score in data.scores:
        yield from _measurements(data, score)
    seen: set[str] = set()
    for finding in data.findings:
        name = fingerprint(finding)
        if finding.subject and name not in seen:
            seen.add(name)
            yield _annotation(data, finding, name)


def _metrics(data: ReportData) -> Iterator[str]:
    for number, concept in CONCEPTS.items():
        labels = ", ".join(
            literal(f"{number} {text(f'criterion-{number}', x)}", x) for x in ("nl", "en")
        )
        yield f"\ncrit:{concept} a dqv:Dimension .\n"
        yield f"def:verdict-{number} a dqv:Metric ; dqv:inDimension crit:{concept} ;\n"
        yield f"  dqv:expectedDataType xsd:string ; skos:prefLabel {labels} .\n"
    for name in ("mqaPoints", "stars", "conforms"):
        kind = "xsd:boolean" if name == "conforms" else "xsd:integer"
        yield f"def:{name} a dqv:Metric ; dqv:expectedDataType {kind} .\n"
    if any(score.measured for score in data.scores):
        for name, (criterion, datatype) in PROBED.items():
            yield f"def:{name} a dqv:Metric ; dqv:inDimension crit:{CONCEPTS[criterion]} ;\n"
            yield f"  dqv:expectedDataType xsd:{datatype} .\n"


def _measurements(data: ReportData, score: Score) -> Iterator[str]:
    base, moment = _place(data, score), " .\n"
    yield "\n"
    rows = [
        (f"c{x}", f"def:verdict-{x}", literal(score.criteria.get(x, "unknown"))) for x in CRITERIA
    ]
    rows.append(("mqa", "def:mqaPoints", str(int(score.mqa.get("points", 0)))))
    rows.append(("stars", "def:stars", str(score.stars)))
    for name, points in sorted(score.mqa.get("metrics", {}).items()):
        rows.append((name, f"pv:{name}", "true" if points else "false"))
    about = _named(data, score.dataset)
    for name, metric, value in rows:
        yield _measurement(f"{base}{name}", metric, value, about) + moment
    for profile, fine in sorted(score.conforms.items()):
        made = f"{base}conforms-{profile}"
        value = "true" if fine else "false"
        more = f"  dct:conformsTo {literal(profile)} ;\n"
        yield _measurement(made, "def:conforms", value, about, more) + moment
    for one in score.measured:
        yield _probed(data, one) + moment


def _probed(data: ReportData, one: Measurement) -> str:
    name = digest(f"{one.about} {one.metric} {one.address}", 16)
    value = literal(one.value) if isinstance(one.value, str) else str(one.value).lower()
    more = (
        f"  def:address {iri(one.address)} ;\n"
        f"  prov:generatedAtTime {literal(one.time)}^^xsd:dateTime ;\n"
    )
    about = _named(data, one.about)
    return _measurement(f"{data.base}quality/probe/{name}", one.metric, value, about, more)


def _measurement(name: str, metric: str, value: str, about: str, more: str = "") -> str:
    return (
        f"{iri(name)} a dqv:QualityMeasurement ;\n  dqv:computedOn {iri(about)} ;\n{more}"
        f"  dqv:isMeasurementOf {metric} ;\n  dqv:value {value}"
    )


def _place(data: ReportData, score: Score) -> str:
    ours = score.dataset.startswith(data.base)
    start = data.base + "quality/" + score.dataset.removeprefix(data.base) if ours else ""
    return f"{start or _named(data, score.dataset)}#"


def _named(data: ReportData, node: str) -> str:
    """The IRI of what is measured; a name of ours for a node that has none."""
    return f"{data.base}quality/node/{node[2:]}" if node.startswith("_:") else node


def _annotation(data: ReportData, finding: Finding, name: str) -> str:
    concept = CONCEPTS.get(finding.criterion)
    dimension = f" ;\n  dqv:inDimension crit:{concept}" if concept else ""
    body = f"{literal(finding.message_nl, 'nl')}, {literal(finding.message_en, 'en')}"
    return (
        f"\n{iri(f'{data.base}quality/finding/{name}')} a dqv:QualityAnnotation ;\n"
        f"  oa:hasTarget {iri(_named(data, finding.subject))} ;\n"
        f"  oa:motivatedBy dqv:qualityAssessment ;\n"
        f"  dct:type {literal(finding.severity)} ;\n  dct:identifier {literal(finding.code)} ;\n"
        f"  oa:bodyValue {body}{dimension} .\n"
    )
