"""A picture of datasets and levels: a matrix and a graph as SVG, without a script."""

import math
from collections.abc import Sequence
from html import escape

from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.pairs import FINE_TO_COARSE, Joining, joinings
from dcat_harvest.join.render import word

MOST_ROWS = 60
MOST_NODES = 24
_ROW, _CELL, _LEFT, _TOP = 18, 30, 430, 190
_COLOUR = {"column": "#00417a", "declared": "#1f6fb2", "usual": "#8ab6dd", "text": "#d9a441"}


def picture(items: Sequence[Item], lang: str) -> str:
    """The matrix of datasets and levels above the graph of what joins with what."""
    shown = list(items)[:MOST_ROWS]
    levels = [x for x in (*FINE_TO_COARSE, "land") if any(_level(i, x) for i in shown)]
    width = max(_LEFT + _CELL * len(levels) + 120, 900)
    matrix, height = _matrix(shown, levels, lang, len(items) - len(shown))
    graph, total = _graph(shown[:MOST_NODES], width, height, lang)
    title = escape(f"{word('matrix', lang)}; {word('graph', lang)}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" role="img" '
            f'width="{width}" height="{total}" font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{total}" fill="#ffffff"/>',
            *matrix,
            *graph,
            "</svg>",
        ]
    )


def _level(item: Item, level: str) -> str:
    """How sure the level of a dataset is; empty where it has none."""
    return next((x.certainty for x in item.said.levels if x.level == level), "")


def _matrix(
    items: Sequence[Item], levels: Sequence[str], lang: str, left: int
) -> tuple[list[str], int]:
    out = [_text(10, 24, word("matrix", lang), "16")]
    for n, (name, colour) in enumerate(_COLOUR.items()):
        out.append(f'<rect x="{10 + n * 215}" y="38" width="12" height="12" fill="{colour}"/>')
        out.append(_text(27 + n * 215, 49, word(name, lang)))
    for n, level in enumerate(levels):
        x = _LEFT + n * _CELL + 18
        out.append(
            f'<text x="{x}" y="{_TOP - 8}" transform="rotate(-55 {x} {_TOP - 8})">{level}</text>'
        )
    for row, item in enumerate(items):
        y = _TOP + row * _ROW
        out.append(_text(10, y + 13, _cut(item.title, 62)))
        for n, level in enumerate(levels):
            if sure := _level(item, level):
                said = escape(f"{item.title}: {level}, {word(sure, lang)}")
                out.append(
                    f'<rect x="{_LEFT + n * _CELL + 4}" y="{y + 2}" width="{_CELL - 6}" '
                    f'height="{_ROW - 4}" fill="{_COLOUR[sure]}"><title>{said}</title></rect>'
                )
    height = _TOP + len(items) * _ROW
    if left > 0:
        out.append(_text(10, height + 14, word("more", lang).format(x=left)))
        height += 20
    return out, height


def _graph(items: Sequence[Item], width: int, top: int, lang: str) -> tuple[list[str], int]:
    radius = 170
    middle, centre = width / 2, top + radius + 80
    places = {
        i.dataset: (
            middle + radius * 1.3 * math.sin(2 * math.pi * n / max(len(items), 1)),
            centre - radius * math.cos(2 * math.pi * n / max(len(items), 1)),
        )
        for n, i in enumerate(items)
    }
    out = [_text(10, top + 40, word("graph", lang), "16")]
    for n, a in enumerate(items):
        out += [
            _line(places[a.dataset], places[b.dataset], ways[0], a, b)
            for b in items[n + 1 :]
            if (ways := joinings(a, b))
        ]
    for item in items:
        x, y = places[item.dataset]
        anchor = "start" if x >= middle else "end"
        out.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="#00417a"/>')
        out.append(_text(x + (9 if x >= middle else -9), y + 4, _cut(item.title, 34), "11", anchor))
    return out, int(centre + radius + 40)


def _line(
    start: tuple[float, float], end: tuple[float, float], way: Joining, a: Item, b: Item
) -> str:
    colour = _COLOUR[way.certainty]
    said = escape(f"{a.title} - {b.title}: {way.level}")
    return (
        f'<line x1="{start[0]:.0f}" y1="{start[1]:.0f}" x2="{end[0]:.0f}" y2="{end[1]:.0f}" '
        f'stroke="{colour}" stroke-opacity="0.5"><title>{said}</title></line>'
    )


def _text(x: float, y: float, text: str, size: str = "12", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
