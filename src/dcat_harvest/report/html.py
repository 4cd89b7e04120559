"""The HTML report: one file that works from `file://`, in two languages, with nothing fetched."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dcat_harvest.report import embedded, panels, text
from dcat_harvest.report.causes import Cause, causes, is_remark
from dcat_harvest.report.data import CRITERIA, VERDICTS, ReportData, View
from dcat_harvest.report.history import points
from dcat_harvest.report.texts import decimal, path_name, plain, table, whole

TEMPLATES = Path(__file__).with_name("templates")
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
FIRST_CAUSES = 12
MOST_CAUSES = 300


def render(data: ReportData, view: View) -> Iterator[str]:
    """The pieces of the file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _asset("report.css"), _asset("report.js")
    yield from environment.get_template("report.html").generate(
        style=Markup(style),  # noqa: S704 our own file
        script=Markup(script),  # noqa: S704 our own file
        csp=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        lang=view.lang,
        **_context(data),
    )


def _context(data: ReportData) -> dict[str, Any]:
    """What the template shows."""
    from markupsafe import Markup

    found, scores = causes(data), points(data)
    line = panels.series(data, scores)
    return {
        "data": data,
        "t": both,
        "criteria": CRITERIA,
        "verdicts": VERDICTS,
        "head": panels.head(data, found, scores),
        "reach": panels.reach,
        "groups": panels.groups(data, scores),
        "found": found[:MOST_CAUSES],
        "cut": max(len(found) - MOST_CAUSES, 0),
        "first": min(FIRST_CAUSES, sum(not is_remark(x) for x in found)) or FIRST_CAUSES,
        "trend": panels.trend(line),
        "series": line,
        "changes": panels.changes(data),
        "embedded": map(Markup, embedded.pieces(data, found)),
        "plain": plain,
        "path_name": path_name,
        "measure": _measure,
        "titles": table()["html-title"],
        "day": _day(data.generated),
        "shown_publishers": panels.SHOWN_PUBLISHERS,
    }


def _measure(cause: Cause) -> Any:
    from markupsafe import Markup

    return Markup('<span class="t" lang="nl">{}</span><span class="t" lang="en">{}</span>').format(
        text.measure(cause, "nl"), text.measure(cause, "en")
    )


def _day(time: str) -> dict[str, str]:
    """A moment as a day in words, in both languages; as given where it is no moment."""
    try:
        day = date.fromisoformat(time[:10])
    except ValueError:
        return {"nl": plain(time, 40), "en": plain(time, 40)}
    return {x: f"{day.day} {MONTHS[x].split()[day.month - 1]} {day.year}" for x in MONTHS}


def both(name: str, /, **values: Any) -> Any:
    """A text in both languages; the page shows one of them."""
    from markupsafe import Markup

    spans = [
        Markup('<span class="t" lang="{}">{}</span>').format(lang, _filled(words, lang, values))
        for lang, words in sorted(table()[name].items(), reverse=True)
    ]
    return Markup("").join(spans)


def _filled(words: str, lang: str, values: dict[str, Any]) -> str:
    shown: dict[str, Any] = {}
    for name, value in values.items():
        match value:
            case int():
                shown[name] = whole(value, lang)
            case float():
                shown[name] = decimal(value, lang)
            case dict():
                shown[name] = value[lang]
            case _:
                shown[name] = value
    return words.format_map(shown)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
