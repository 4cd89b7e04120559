"""What got better and worse between two releases, per publisher and criterion."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from dcat_harvest.report.data import CRITERIA, Lang, ReportData
from dcat_harvest.report.history import Kept, Row, kept_of
from dcat_harvest.report.texts import plain, text

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


def render(was: Kept, data: ReportData, lang: Lang = "nl") -> Iterator[str]:
    """What changed between an earlier release and this one, as text."""
    yield as_text(compare(was, kept_of(data)), lang)


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
