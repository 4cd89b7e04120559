"""The report for a terminal: what to fix first, one block per cause, then the eight criteria."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from functools import partial

from dcat_harvest.report.causes import Cause, causes, is_remark
from dcat_harvest.report.data import CRITERIA, VERDICTS, ReportData, View, title
from dcat_harvest.report.texts import decimal, path_name, plain, plural, text, whole

CODES = {"bold": "1", "dim": "2", "violation": "31", "warning": "33", "info": "36", "pass": "32"}
wrap = partial(textwrap.wrap, break_long_words=False, break_on_hyphens=False)
"""Codes and addresses stay in one piece, to be copied."""
SHOWN = 25
REMARKS = 8


def render(data: ReportData, view: View) -> Iterator[str]:
    """The lines of the report."""
    yield from _head(data, view)
    found = causes(data)
    wrong = [x for x in found if not is_remark(x)]
    if wrong:
        yield f"\n{_paint(text('fix-first', view.lang), 'bold', view)}\n"
    elif not found:
        yield f"{text('nothing', view.lang)}\n"
    for number, cause in enumerate(wrong[:SHOWN], start=1):
        yield from _cause(data, number, cause, view)
    if len(wrong) > SHOWN:
        yield f"\n{text('more-causes', view.lang, n=len(wrong) - SHOWN)}\n"
    yield from _remarks([x for x in found if is_remark(x)], view)
    if data.scores:
        yield from _criteria(data, view)


def _head(data: ReportData, view: View) -> Iterator[str]:
    parts = [plain(data.title), data.release, data.generated]
    yield _paint(" · ".join(x for x in parts if x), "bold", view) + "\n"
    counts: Counter[str] = Counter()
    for finding in data.findings:
        counts[finding.severity] += finding.count
    words = [plural(f"{x}s", view.lang, counts[x]) for x in ("violation", "warning", "info")]
    if data.scores:
        words.insert(0, plural("datasets", view.lang, len(data.scores)))
    yield " · ".join(words) + "\n"
    for note in data.notes:
        yield from _wrapped(plain(note), "", view)


def _cause(data: ReportData, number: int, cause: Cause, view: View) -> Iterator[str]:
    lang = view.lang
    message = cause.message_nl if lang == "nl" else cause.message_en
    remedy = cause.remedy_nl if lang == "nl" else cause.remedy_en
    mark = {"violation": "✖", "warning": "▲", "info": "·"}[cause.severity]
    place = [path_name(cause.path), f"[{cause.code}]"]
    head = f"{plain(message)} {' '.join(x for x in place if x)}"
    first, *rest = wrap(head, max(view.width - 6, 30)) or [""]
    yield f"{number:3} {_paint(mark, cause.severity, view)} {_paint(first, 'bold', view)}\n"
    for line in rest:
        yield f"      {_paint(line, 'bold', view)}\n"
    yield from _wrapped(measure(cause, lang), "      ", view)
    actor = text("who", lang, actor=text(f"actor-{cause.actor}", lang))
    names = ", ".join(f"{plain(k, 60)} ({whole(n, lang)})" for k, n in top(cause.publishers))
    yield from _wrapped(f"{actor}{': ' + names if names else ''}", "      ", view)
    if remedy:
        yield from _wrapped(f"→ {plain(remedy, 600)}", "      ", view)
    for part in cause.parts[1:4]:
        words = part.message_nl if lang == "nl" else part.message_en
        also = f"+ {plain(words, 160)} [{part.code}] {whole(part.count, lang)}×"
        yield from _wrapped(also, "      ", view, "dim")
    yield from _wrapped(f"{text('example', lang)} {example(data, cause)}", "      ", view, "dim")


def _remarks(found: list[Cause], view: View) -> Iterator[str]:
    """What is only worth knowing, one line each."""
    if found:
        yield f"\n{_paint(text('remarks', view.lang), 'bold', view)}\n"
    for cause in found[:REMARKS]:
        message = cause.message_nl if view.lang == "nl" else cause.message_en
        number = whole(cause.datasets or cause.count, view.lang)
        line = f"{plain(message, 200)} [{cause.code}] {number}×"
        yield from _wrapped(f"· {line}", "    ", view)
    if len(found) > REMARKS:
        yield f"    {text('more-remarks', view.lang, n=len(found) - REMARKS)}\n"


def top(counts: dict[str, int] | object, most: int = 3) -> list[tuple[str, int]]:
    """The first few of a mapping that is sorted by number."""
    return list(counts.items())[:most] if isinstance(counts, dict) else []


def measure(cause: Cause, lang: str) -> str:
    """One sentence on how often a cause is seen and what mending it would raise."""
    if not cause.datasets:
        return text("seen-once", lang, count=whole(cause.count, lang))
    numbers = {x: whole(getattr(cause, x), lang) for x in ("datasets", "current")}
    if cause.datasets == 1:
        parts = [text("seen-single", lang)]
    else:
        name = "seen" if 0 < cause.current < cause.datasets else "seen-only"
        parts = [text(name, lang, **numbers)]
    if not cause.current:
        parts[0] += ", " + text("old", lang)
    if cause.lifts:
        alone = cause.datasets == 1
        parts.append(text("lifts-it", lang) if alone else plural("lifts", lang, cause.lifts))
    if cause.blocks > cause.lifts:
        parts.append(plural("blocks", lang, cause.blocks - cause.lifts))
    return "; ".join(parts)


def example(data: ReportData, cause: Cause) -> str:
    """One finding of a cause: which dataset, which value, where."""
    one = cause.example
    name = title(data, one.subject) if one.subject else one.key or one.source
    value = plain(one.value, 80)
    value = f"'{value}'" if value and not value.startswith('"') else value
    where = one.where or one.subject
    return " · ".join(x for x in (plain(name, 100), value, plain(where, 200)) if x)


def _criteria(data: ReportData, view: View) -> Iterator[str]:
    lang = view.lang
    yield f"\n{_paint(text('criteria', lang), 'bold', view)}\n"
    names = {x: f"{x} {text(f'criterion-{x}', lang)}" for x in CRITERIA}
    room = max(map(len, names.values())) + 2
    heads = [text(f"verdict-{x}", lang) for x in VERDICTS]
    yield " " * room + "".join(f"{x:>{_wide(x)}}" for x in heads) + "\n"
    for criterion in CRITERIA:
        counts = Counter(score.criteria.get(criterion, "unknown") for score in data.scores)
        numbers = (whole(counts[x], lang) for x in VERDICTS)
        cells = "".join(f"{n:>{_wide(x)}}" for n, x in zip(numbers, heads, strict=True))
        yield f"{names[criterion]:<{room}}{cells}\n"
    total = len(data.scores)
    points = decimal(sum(float(x.mqa.get("points", 0)) for x in data.scores) / total, lang)
    stars = decimal(sum(x.stars for x in data.scores) / total, lang)
    yield f"\nMQA {text('mean', lang)} {points}/405 · ★ {text('mean', lang)} {stars}/5\n"
    for profile in sorted({p for x in data.scores for p in x.conforms}):
        fine = sum(x.conforms.get(profile, False) for x in data.scores)
        yield (
            text("conforms", lang, n=whole(fine, lang), of=whole(total, lang), profile=profile)
            + "\n"
        )


def _wide(head: str) -> int:
    return max(len(head) + 2, 9)


def _wrapped(line: str, indent: str, view: View, style: str = "") -> Iterator[str]:
    wide = max(view.width - len(indent), 30)
    for part in wrap(line, wide):
        yield f"{indent}{_paint(part, style, view) if style else part}\n"


def _paint(words: str, style: str, view: View) -> str:
    return f"\x1b[{CODES[style]}m{words}\x1b[0m" if view.color else words
