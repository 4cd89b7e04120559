"""A job summary in Markdown: the criteria, what to fix first, the sources."""

from collections import Counter
from collections.abc import Iterator

from dcat_harvest.report.causes import Cause, causes, is_remark
from dcat_harvest.report.data import CRITERIA, VERDICTS, ReportData, View
from dcat_harvest.report.text import example, measure
from dcat_harvest.report.texts import path_name, plain, plural, text, whole

SHOWN = 20
MARKS = {"violation": "❌", "warning": "⚠️", "info": "ℹ️"}
_SPECIAL = str.maketrans(
    {x: f"\\{x}" for x in "\\`*_{}[]|~#!"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)


def render(data: ReportData, view: View) -> Iterator[str]:
    """The summary."""
    lang = view.lang
    yield f"## {_md(data.title)}\n\n"
    counts: Counter[str] = Counter()
    for finding in data.findings:
        counts[finding.severity] += finding.count
    words = [plural(f"{x}s", lang, counts[x]) for x in MARKS]
    if data.scores:
        words.insert(0, plural("datasets", lang, len(data.scores)))
    yield " · ".join(words) + "\n\n"
    yield from (f"> {_md(note)}\n\n" for note in data.notes)
    found = [x for x in causes(data) if not is_remark(x)]
    yield from _causes(data, found, view) if found else [f"{text('nothing', lang)}\n\n"]
    if data.scores:
        yield from _criteria(data, view)


def _causes(data: ReportData, found: list[Cause], view: View) -> Iterator[str]:
    lang = view.lang
    yield f"### {text('fix-first', lang)}\n\n"
    heads = (text(f"html-{x}", lang) for x in ("causes", "touches", "remedy", "example"))
    yield f"| {' | '.join(heads)} |\n"
    yield "|---|---|---|---|\n"
    for cause in found[:SHOWN]:
        message = cause.message_nl if lang == "nl" else cause.message_en
        remedy = cause.remedy_nl if lang == "nl" else cause.remedy_en
        place = f"<br>`{_code(path_name(cause.path))}`" if cause.path else ""
        cells = (
            f"{MARKS[cause.severity]} **{_md(message)}**{place}",
            _md(measure(cause, lang)),
            _md(remedy),
            _md(example(data, cause)),
        )
        yield f"| {' | '.join(cells)} |\n"
    if len(found) > SHOWN:
        yield f"\n{text('more-causes', lang, n=len(found) - SHOWN)}\n"
    yield "\n"


def _criteria(data: ReportData, view: View) -> Iterator[str]:
    lang = view.lang
    yield f"### {text('criteria', lang)}\n\n"
    heads = " | ".join(text(f"verdict-{x}", lang) for x in VERDICTS)
    yield f"| | {heads} |\n|---|{'---:|' * len(VERDICTS)}\n"
    for criterion in CRITERIA:
        counts = Counter(score.criteria.get(criterion, "unknown") for score in data.scores)
        cells = " | ".join(whole(counts[x], lang) for x in VERDICTS)
        yield f"| {criterion} {text(f'criterion-{criterion}', lang)} | {cells} |\n"
    yield "\n"


def _md(words: str) -> str:
    """Others' text as one line of Markdown that stays text: no markup, no mention, no link."""
    line = plain(words).translate(_SPECIAL).replace("@", "@&#8203;").replace("://", ":&#8203;//")
    return line.strip()


def _code(words: str) -> str:
    return plain(words, 120).replace("`", "'").replace("|", "\\|")
