"""What every release keeps of its scores, and what got better and worse between two."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.model import Score
from dcat_harvest.report.data import CRITERIA, Point, ReportData, subject
from dcat_harvest.report.series import series_csv, series_dqv

Scope = Literal["all", "current"]


def points(data: ReportData) -> tuple[Point, ...]:
    """The aggregate scores of this release: of everyone, then per publisher; all, then current."""
    current = [x for x in data.scores if subject(data, x.dataset).current]
    return (*_points(data, data.scores, "all"), *_points(data, current, "current"))


def overall(points: Iterable[Point], scope: str = "all") -> list[Point]:
    """The points of everyone, of one scope."""
    return [x for x in points if not x.publisher and x.scope == scope]


def _points(data: ReportData, scores: Sequence[Score], scope: Scope) -> Iterator[Point]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[publisher_of(data, score)].append(score)
    yield _point(data, "", scores, scope)
    for name in sorted(groups):
        yield _point(data, name, groups[name], scope)


def publisher_of(data: ReportData, score: Score) -> str:
    """The publisher's name as the report shows it."""
    known = data.subjects.get(score.dataset)
    return (known.publisher if known else "") or score.publisher or score.source


def _point(data: ReportData, publisher: str, group: Sequence[Score], scope: Scope) -> Point:
    number = max(len(group), 1)
    verdicts: dict[str, Counter[str]] = {x: Counter() for x in CRITERIA}
    fine: Counter[str] = Counter()
    for score in group:
        for criterion in CRITERIA:
            verdicts[criterion][score.criteria.get(criterion, "unknown")] += 1
        for profile, conforms in score.conforms.items():
            fine[profile] += conforms
    return Point(
        release=data.release,
        generated=data.generated,
        publisher=publisher,
        scope=scope,
        datasets=len(group),
        criteria={x: dict(sorted(verdicts[x].items())) for x in CRITERIA},
        mqa=round(sum(float(x.mqa.get("points", 0)) for x in group) / number, 2),
        stars=round(sum(x.stars for x in group) / number, 2),
        conforms=dict(sorted(fine.items())),
    )


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is read back of a release's `report.json`."""

    release: str = ""
    generated: str = ""
    datasets: tuple["Row", ...] = ()
    summary: tuple[Point, ...] = ()
    history: tuple[Point, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset of `report.json`."""

    dataset: str
    source: str = ""
    key: str = ""
    publisher: str = ""
    criteria: Mapping[str, str] = msgspec.field(default_factory=dict)
    mqa: Mapping[str, Any] = msgspec.field(default_factory=dict)
    stars: int = 0
    conforms: Mapping[str, bool] = msgspec.field(default_factory=dict)


def kept(release: Path) -> Kept:
    """The scores that a release keeps in `quality/report.json`."""
    path = release / "quality" / "report.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except OSError as error:
        raise UsageError(
            f"{path}: the release keeps no scores ({error.strerror}); "
            "it was made without `check`, or by an older version"
        ) from error
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is damaged: {error}; make the release again") from error


def releases(output: Path) -> list[Kept]:
    """The releases of an output folder that keep scores, oldest first."""
    folder = output / "releases"
    paths = [x for x in folder.iterdir() if (x / "quality" / "report.json").is_file()]
    return sorted(map(kept, paths), key=lambda x: (x.generated, x.release))


def earlier(before: Path | None, most: int = 60) -> tuple[Point, ...]:
    """The history for the next release: that of the release before, and its own points.

    Empty where there is none yet, or where it is too old to keep scores.
    """
    if before is None or not (before / "quality" / "report.json").is_file():
        return ()
    was = kept(before)
    points = (*was.history, *was.summary)
    moments = sorted({(x.generated, x.release) for x in points})[-most:]
    return tuple(x for x in points if (x.generated, x.release) in set(moments))


def since(output: Path, wanted: str) -> Kept:
    """The release meant by `--since`: its name, or the newest up to a day or moment."""
    folder = output / "releases"
    found = releases(output) if folder.is_dir() else []
    if not found:
        raise UsageError(f"{folder} holds no release with scores; run `dcat-harvest run` first")
    for one in found:
        if one.release == wanted:
            return one
    if wanted[:4].isdigit():
        until = [x for x in found if x.generated[: len(wanted)] <= wanted]
        if until:
            return until[-1]
    known = ", ".join(f"{x.release} ({x.generated})" for x in found)
    raise UsageError(f"--since {wanted}: no such release; there are {known}")


def kept_of(data: ReportData) -> Kept:
    """The scores of this release as a later one would read them back."""
    rows = tuple(
        Row(
            dataset=x.dataset,
            source=x.source,
            key=x.key,
            publisher=publisher_of(data, x),
            criteria=x.criteria,
            mqa=x.mqa,
            stars=x.stars,
            conforms=x.conforms,
        )
        for x in data.scores
    )
    return Kept(
        release=data.release,
        generated=data.generated,
        datasets=rows,
        summary=points(data),
        history=data.history,
    )


def as_csv(releases: Iterable[Kept]) -> str:
    """The scores of all releases, one row per release, publisher and criterion."""
    return series_csv(_series(releases))


def as_turtle(releases: Iterable[Kept], base: str) -> str:
    """The scores of all releases as DQV measurements with dates."""
    return "".join(series_dqv(_series(releases), base))


def _series(releases: Iterable[Kept]) -> list[Point]:
    """Every point once, also those of releases that are gone but live on in a later one."""
    found = {
        (x.generated, x.release, x.scope, x.publisher): x
        for one in releases
        for x in (*one.history, *one.summary)
    }
    return [found[x] for x in sorted(found)]
