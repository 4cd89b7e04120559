"""The series of scores over releases, as CSV and as DQV with dates, for others to plot."""

import csv
import io
from collections.abc import Iterator, Sequence

from dcat_harvest.report.data import CRITERIA, Point
from dcat_harvest.report.dqv import CONCEPTS
from dcat_harvest.report.texts import cell
from dcat_harvest.report.turtle import iri, literal


def series_csv(points: Sequence[Point]) -> str:
    """The series: one row per release, publisher and criterion."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    verdicts = ("pass", "partly", "fail", "unknown")
    writer.writerow(
        [
            "release",
            "generated",
            "publisher",
            "scope",
            "datasets",
            "mqa",
            "stars",
            "criterion",
            *verdicts,
        ]
    )
    for point in points:
        facts = [point.release, point.generated, cell(point.publisher), point.scope, point.datasets]
        for criterion in CRITERIA:
            counts = point.criteria.get(criterion, {})
            numbers = [counts.get(x, 0) for x in verdicts]
            writer.writerow([*facts, point.mqa, point.stars, criterion, *numbers])
    return stream.getvalue()


def series_dqv(points: Sequence[Point], base: str) -> Iterator[str]:
    """The series as DQV measurements of the catalogue, each with its date and publisher."""
    for name, space in _PREFIXES.items():
        yield f"@prefix {name}: {iri(space)} .\n"
    for criterion, concept in CONCEPTS.items():
        yield f"crit:{concept} a dqv:Dimension .\n"
        yield f"def:pass-share-{criterion} a dqv:Metric ; dqv:inDimension crit:{concept} ;\n"
        yield "  dqv:expectedDataType xsd:decimal .\n"
    seen: set[str] = set()
    for point in points:
        for criterion in CRITERIA:
            counts = point.criteria.get(criterion, {})
            share = counts.get("pass", 0) / max(sum(counts.values()), 1)
            parts = (point.generated, point.release, point.scope, point.publisher, criterion)
            name = f"{base}quality/series/{'/'.join(_segment(x) for x in parts if x)}"
            if name not in seen:
                seen.add(name)
                yield _measure(point, criterion, name, share, base)


def _measure(point: Point, criterion: str, name: str, share: float, base: str) -> str:
    whom = f" ;\n  def:publisher {literal(point.publisher)}" if point.publisher else ""
    return (
        f"\n{iri(name)} a dqv:QualityMeasurement ;\n  dqv:computedOn {iri(base + 'catalog')} ;\n"
        f"  dqv:isMeasurementOf def:pass-share-{criterion} ;\n"
        f"  prov:generatedAtTime {literal(point.generated)}^^xsd:dateTime ;\n"
        f"  def:scope {literal(point.scope)} ;\n  def:datasets {point.datasets} ;\n"
        f"  dqv:value {share:.4f}{whom} .\n"
    )


def _segment(text_: str) -> str:
    from urllib.parse import quote

    return quote(text_, safe="")


_PREFIXES = {
    "dqv": "http://www.w3.org/ns/dqv#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "def": "https://w3id.org/dcat-harvest/def#",
    "crit": "https://w3id.org/dcat-harvest/criteria#",
}
