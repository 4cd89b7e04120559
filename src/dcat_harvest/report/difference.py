"""What got better and worse between two releases, per publisher and criterion."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from dcat_harvest.report.data import CRITERIA, Lang, Point
from dcat_harvest.report.dqv import CONCEPTS
from dcat_harvest.report.history import Kept, Row
from dcat_harvest.report.texts import cell, plain, text
from dcat_harvest.report.turtle import iri, literal

WORTH = {"fail": 0, "unknown": 1, "partly": 2, "pass": 3}


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Datasets of one publisher whose verdict on one criterion rose or fell."""

    publisher: str
    criterion: str
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Two releases compared."""

    old: str
    new: str
    since: str
    moved: tuple[Moved, ...] = ()
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    conforming: tuple[str, ...] = ()
    """Datasets that now conform to a profile that they did not."""
    broken: tuple[str, ...] = ()


def compare(old: Kept, new: Kept) -> Difference:
    """What changed in the verdicts of the datasets that both releases have."""
    was = {row.dataset: row for row in old.datasets}
    now = {row.dataset: row for row in new.datasets}
    both = [(was[x], now[x]) for x in now if x in was]
    return Difference(
        old=old.release,
        new=new.release,
        since=old.generated,
        moved=tuple(_moved(both)),
        came=tuple(sorted(now.keys() - was.keys())),
        went=tuple(sorted(was.keys() - now.keys())),
        conforming=tuple(b.dataset for a, b in both if _fine(b) and not _fine(a)),
        broken=tuple(b.dataset for a, b in both if _fine(a) and not _fine(b)),
    )


def _fine(row: Row) -> bool:
    return bool(row.conforms) and all(row.conforms.values())


def _moved(both: Sequence[tuple[Row, Row]]) -> Iterator[Moved]:
    better: dict[tuple[str, str], list[str]] = defaultdict(list)
    worse: dict[tuple[str, str], list[str]] = defaultdict(list)
    for old, new in both:
        for criterion in CRITERIA:
            before = WORTH.get(old.criteria.get(criterion, "unknown"), 1)
            after = WORTH.get(new.criteria.get(criterion, "unknown"), 1)
            if before != after:
                group = better if after > before else worse
                group[new.publisher, criterion].append(new.dataset)
    for place in sorted({*better, *worse}):
        publisher, criterion = place
        yield Moved(
            publisher=publisher,
            criterion=criterion,
            better=tuple(better[place]),
            worse=tuple(worse[place]),
        )


def as_text(difference: Difference, lang: Lang = "nl") -> str:
    """The difference for a terminal or a comment on a change."""
    lines = [text("since-head", lang, old=difference.old, since=difference.since)]
    sums: Counter[str] = Counter()
    for one in difference.moved:
        sums["better"] += len(one.better)
        sums["worse"] += len(one.worse)
        name = f"{one.criterion} {text(f'criterion-{one.criterion}', lang)}"
        row = f"+{len(one.better)} −{len(one.worse)}"
        lines.append(f"  {row:>10}  {plain(one.publisher, 60)} · {name}")
    if not difference.moved:
        lines.append(text("since-same", lang))
    for key in ("conforming", "broken", "came", "went"):
        found = getattr(difference, key)
        if found:
            lines.append(text(f"since-{key}", lang, n=len(found)))
            lines += [f"    {plain(x)}" for x in found[:10]]
    lines.insert(1, text("since-sum", lang, better=sums["better"], worse=sums["worse"]))
    return "\n".join(lines) + "\n"


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
