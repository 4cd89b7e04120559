"""What stands above the table of the HTML report: key figures, bars, trend lines, changes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dcat_harvest.report.causes import Cause
from dcat_harvest.report.data import CRITERIA, VERDICTS, Point, ReportData
from dcat_harvest.report.history import overall
from dcat_harvest.report.texts import plain, table

SHOWN_PUBLISHERS = 15
SHOWN_CHANGES = 25
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))
WIDE, HIGH = 180.0, 56.0


def head(data: ReportData, causes: list[Cause], found: Sequence[Point]) -> dict[str, Any]:
    """The figures of the first screen, of the datasets that are current."""
    everyone = overall(found)[0]
    current = overall(found, "current")[0]
    whole = current if current.datasets else everyone
    profile = head_profile(data)
    effect = sum(cause.effect for cause in causes)
    few = 3
    share = (
        round(100 * sum(cause.effect for cause in causes[:few]) / effect)
        if effect and len(causes) > few
        else 0
    )
    verdicts: Counter[str] = Counter()
    for counts in whole.criteria.values():
        verdicts.update(counts)
    return {
        "point": whole,
        "all": everyone,
        "profile": profile,
        "fine": whole.conforms.get(profile, 0),
        "few": few,
        "share": share,
        "pass": round(100 * verdicts["pass"] / max(verdicts.total(), 1)),
        "verdicts": verdicts.total(),
        "rating": table()[f"rating-{next(name for least, name in RATINGS if whole.mqa >= least)}"],
        "bars": {x: bar(whole.criteria.get(x, {}), 600) for x in CRITERIA},
        "all_bars": {x: bar(everyone.criteria.get(x, {}), 600) for x in CRITERIA},
    }


def reach(cause: Cause, point: Point) -> dict[str, float]:
    """How far a cause reaches among the current datasets, as widths of 300."""
    most = max(point.datasets, 1)
    return {"lifts": 300 * cause.lifts / most, "blocks": 300 * cause.blocks / most}


def groups(data: ReportData, found: Sequence[Point]) -> list[dict[str, Any]]:
    """One row per publisher, the largest first."""
    profile = head_profile(data)
    named = [x for x in found if x.publisher]
    current = {x.publisher: x for x in named if x.scope == "current"}
    rows = [_group(current.get(x.publisher, x), x, profile) for x in named if x.scope == "all"]
    return sorted(rows, key=lambda row: (-row["current"], -row["all"], row["name"]))


def _group(point: Point, everything: Point, profile: str) -> dict[str, Any]:
    return {
        "point": point,
        "name": plain(point.publisher, 120),
        "all": everything.datasets,
        "current": point.datasets if point.scope == "current" else 0,
        "bars": {x: bar(point.criteria.get(x, {}), 100) for x in CRITERIA},
        "conforms": round(100 * point.conforms.get(profile, 0) / max(point.datasets, 1)),
    }


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


def trend(found: Sequence[Point]) -> list[dict[str, Any]]:
    """One line per criterion over the releases; empty where there is no history."""
    if len(found) < 2:
        return []
    return [{"criterion": x, **_line([_share(point, x) for point in found])} for x in CRITERIA]


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


def series(data: ReportData, found: Sequence[Point]) -> list[Point]:
    """Everyone's points on current datasets, oldest first, this release last."""
    return [*overall(data.history, "current"), *overall(found, "current")]
