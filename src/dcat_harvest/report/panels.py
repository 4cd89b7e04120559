"""What stands above the table of the HTML report: key figures, bars, trend lines, changes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from dcat_harvest.model import Score
from dcat_harvest.report.causes import Cause
from dcat_harvest.report.data import CRITERIA, VERDICTS, Point, ReportData
from dcat_harvest.report.history import points
from dcat_harvest.report.texts import plain, table

SHOWN_PUBLISHERS = 15
SHOWN_CHANGES = 25
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))
WIDE, HIGH = 180.0, 56.0


def head(data: ReportData, causes: list[Cause]) -> dict[str, Any]:
    """The figures of the first screen."""
    whole = points(data)[0]
    profile = min(whole.conforms, key=lambda x: (not x.startswith("dcat-ap-nl"), x), default="")
    verdicts = Counter(v for score in data.scores for v in score.criteria.values())
    effect = sum(cause.effect for cause in causes)
    few = min(3, len(causes))
    share = round(100 * sum(cause.effect for cause in causes[:few]) / effect) if effect else 0
    current = sum(
        data.subjects[x.dataset].current for x in data.scores if x.dataset in data.subjects
    )
    return {
        "point": whole,
        "profile": profile,
        "fine": whole.conforms.get(profile, 0),
        "few": few,
        "share": share,
        "current": current,
        "pass": round(100 * verdicts["pass"] / max(verdicts.total(), 1)),
        "verdicts": verdicts.total(),
        "rating": table()[f"rating-{next(name for least, name in RATINGS if whole.mqa >= least)}"],
        "bars": {x: bar(whole.criteria.get(x, {}), 600) for x in CRITERIA},
    }


def groups(data: ReportData) -> list[dict[str, Any]]:
    """One row per publisher, the largest first."""
    profile = head_profile(data)
    rows = [
        {
            "point": point,
            "name": plain(point.publisher, 120),
            "bars": {x: bar(point.criteria.get(x, {}), 100) for x in CRITERIA},
            "conforms": round(100 * point.conforms.get(profile, 0) / max(point.datasets, 1)),
        }
        for point in points(data)[1:]
    ]
    return sorted(rows, key=lambda row: (-row["point"].datasets, row["name"]))


def head_profile(data: ReportData) -> str:
    """The profile that the report leads with: the newest DCAT-AP-NL, else the first."""
    names = {name for score in data.scores[:100] for name in score.conforms}
    return min(names, key=lambda x: (not x.startswith("dcat-ap-nl"), x), default="")


def bar(counts: Mapping[str, int], wide: int) -> dict[str, Any]:
    """A stacked bar: rectangles left to right, and the numbers for its text alternative."""
    total = max(sum(counts.values()), 1)
    at, parts = 0.0, []
    for verdict in VERDICTS:
        width = wide * counts.get(verdict, 0) / total
        if width:
            parts.append({"verdict": verdict, "x": round(at, 2), "width": round(width, 2)})
        at += width
    return {"parts": parts, "wide": wide, **{x: counts.get(x, 0) for x in VERDICTS}}


def trend(data: ReportData) -> list[dict[str, Any]]:
    """One line per criterion over the releases; empty where there is no history."""
    series = [*(x for x in data.history if not x.publisher), points(data)[0]]
    if len(series) < 2:
        return []
    return [{"criterion": x, **_line([_share(point, x) for point in series])} for x in CRITERIA]


def _line(shares: list[float]) -> dict[str, Any]:
    step = WIDE / (len(shares) - 1)
    dots = [(round(i * step, 1), round(HIGH * (1 - y / 100), 1)) for i, y in enumerate(shares)]
    return {
        "dots": dots,
        "points": " ".join(f"{x},{y}" for x, y in dots),
        "shares": [round(x) for x in shares],
        "first": round(shares[0]),
        "last": round(shares[-1]),
        "n": len(shares),
    }


def _share(point: Point, criterion: str) -> float:
    counts = point.criteria.get(criterion, {})
    return 100 * counts.get("pass", 0) / max(sum(counts.values()), 1)


def changes(data: ReportData) -> list[dict[str, Any]]:
    """New, changed and gone datasets: the first of each, and how many more."""
    kinds: dict[str, list[dict[str, str]]] = defaultdict(list)
    for change in data.changes:
        kinds[change.kind].append(
            {"title": plain(change.title or change.dataset), "what": plain(change.what)}
        )
    return [
        {"kind": kind, "number": len(kinds[kind]), "rows": kinds[kind][:SHOWN_CHANGES]}
        for kind in ("new", "changed", "gone")
        if kinds[kind]
    ]


def series(data: ReportData) -> list[Point]:
    """Everyone's points, oldest first, this release last."""
    return [*(x for x in data.history if not x.publisher), points(data)[0]]


def worst(score: Score) -> int:
    """How many verdicts of a dataset could rise."""
    return sum(verdict != "pass" for verdict in score.criteria.values())
