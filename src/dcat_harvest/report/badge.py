"""A badge in SVG: how many datasets conform, or how many findings there are."""

from collections.abc import Iterator
from html import escape

from dcat_harvest.report.data import ReportData, View
from dcat_harvest.report.panels import head_profile
from dcat_harvest.report.texts import plural

GOOD, FAIR, BAD = "#17527f", "#8a6100", "#a8201a"
LABEL = "open data"
# Mean width of a character of the 11 px font; the text is stretched to the width it is given.
CHARACTER = 6.6


def render(data: ReportData, view: View) -> Iterator[str]:
    """The picture, with its text as title and label."""
    words, colour = state(data, view)
    left, right = len(LABEL) * CHARACTER + 14, len(words) * CHARACTER + 14
    wide = left + right
    name = escape(f"{LABEL}: {words}", quote=True)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="20" '
        f'viewBox="0 0 {wide:.0f} 20" role="img" aria-label="{name}"><title>{name}</title>\n'
        f'<rect width="{left:.1f}" height="20" fill="#3b4650"/>'
        f'<rect x="{left:.1f}" width="{right:.1f}" height="20" fill="{colour}"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" '
        'text-anchor="middle">'
        f'<text x="{left / 2:.1f}" y="14" textLength="{left - 14:.1f}">{escape(LABEL)}</text>'
        f'<text x="{left + right / 2:.1f}" y="14" textLength="{right - 14:.1f}">{escape(words)}'
        "</text></g></svg>\n"
    )


def state(data: ReportData, view: View) -> tuple[str, str]:
    """What the badge says, and its colour."""
    profile = head_profile(data)
    if data.scores and profile:
        fine = sum(score.conforms.get(profile, False) for score in data.scores)
        share = fine / len(data.scores)
        words = f"{fine}/{len(data.scores)} {profile}"
        return words, GOOD if share == 1 else FAIR if share >= 0.8 else BAD
    bad = sum(f.count for f in data.findings if f.severity.rank == 3)
    return plural("violations", view.lang, bad), BAD if bad else GOOD
