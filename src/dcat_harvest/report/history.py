"""What every release keeps of its scores, and what got better and worse between two."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from dcat_harvest.model import Score
from dcat_harvest.report.data import CRITERIA, Point, ReportData


def points(data: ReportData) -> tuple[Point, ...]:
    """The aggregate scores of this release: first of everyone, then per publisher."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in data.scores:
        groups[publisher_of(data, score)].append(score)
    everyone = _point(data, "", data.scores)
    return (everyone, *(_point(data, name, groups[name]) for name in sorted(groups)))


def publisher_of(data: ReportData, score: Score) -> str:
    """The publisher's name as the report shows it."""
    known = data.subjects.get(score.dataset)
    return (known.publisher if known else "") or score.publisher or score.source


def _point(data: ReportData, publisher: str, scores: Iterable[Score]) -> Point:
    group = list(scores)
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
        datasets=len(group),
        criteria={x: dict(sorted(verdicts[x].items())) for x in CRITERIA},
        mqa=round(sum(float(x.mqa.get("points", 0)) for x in group) / number, 2),
        stars=round(sum(x.stars for x in group) / number, 2),
        conforms=dict(sorted(fine.items())),
    )
