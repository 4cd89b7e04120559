"""A page divided in its datasets: where one begins, and what each section of text is."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dcat_harvest.read.labelled import Block, Labels, label

NEUTRAL = re.compile(
    r"((oude(re)?|eerdere|vorige|voorgaande) (bestanden|jaren|schooljaren|versies|cijfers|gegevens)"
    r"|archief|(voorlopige?|definitieve?|actuele|recente)( (bestanden|cijfers|gegevens|aantallen))?"
    r"|((school|studie|kalender|peil)?ja(ar|ren)\s*)?\d{4}(\s*[-/–]\s*\d{4})?"
    r"|(csv|excel|xlsx?|ods)([- ]?(bestand(en)?|formaat))?)",
    re.IGNORECASE,
)
"""Headings that part the files of one dataset: by year, status, age or format."""


class Portion(NamedTuple):
    """The blocks of one dataset; `title` is None for the page itself."""

    title: str | None
    blocks: tuple[Block, ...]
    intro: tuple[Block, ...]
    """What stands before the first dataset of the page and holds for all."""


def section(heading: str, sections: Mapping[str, str]) -> str | None:
    """What kind of text stands under a heading, by the longest beginning that is known."""
    words = heading.strip().lower()
    fits = [start for start in sections if re.match(rf"{re.escape(start)}(en|s)?\b", words)]
    return sections[max(fits, key=len)] if fits else None


def portions(
    blocks: Sequence[Block], labels: Labels, sections: Mapping[str, str]
) -> tuple[Portion, ...]:
    """The datasets of a page: one, or one for each heading with files of its own."""
    with_files = [i for i, block in enumerate(blocks) if _has_files(block)]
    starts: list[int] = []
    if len(with_files) > 1:
        for before, at in pairwise([-1, *with_files]):
            heads = [i for i in range(before + 1, at) if _may_title(blocks[i], labels, sections)]
            starts += heads[-1:]
    if not starts or (len(starts) == 1 and starts[0] < with_files[0]):
        return (Portion(None, tuple(blocks), ()),)
    intro = tuple(blocks[: starts[0]])
    found = [
        Portion(blocks[a].text, tuple(blocks[a + 1 : b]), intro)
        for a, b in pairwise([*starts, len(blocks)])
    ]
    if with_files[0] < starts[0]:
        before_files = tuple(blocks[: with_files[0]])
        found = [Portion(p.title, p.blocks, before_files) for p in found]
        found.insert(0, Portion(None, intro, ()))
    return _share_tail(tuple(found), with_files[-1] - starts[-1])


def _share_tail(found: tuple[Portion, ...], last: int) -> tuple[Portion, ...]:
    """Values below the last files of a page hold for all of it, where no other part has its own.

    So the list with `Update` and `Bronnen` at the foot of a page is not taken for the last dataset.
    """
    tail = [block for block in found[-1].blocks[last:] if block.kind == "value"]
    others = {block.field for portion in found[:-1] for block in portion.blocks}
    held = tuple(block for block in tail if block.field not in others)
    return tuple(Portion(p.title, p.blocks, (*p.intro, *held)) for p in found[:-1]) + found[-1:]


def _may_title(block: Block, labels: Labels, sections: Mapping[str, str]) -> bool:
    return (
        block.kind == "head"
        and label(block.text, labels) is None
        and section(block.text, sections) is None
        and not NEUTRAL.fullmatch(block.text.strip())
    )


def _has_files(block: Block) -> bool:
    return block.kind == "files" or (block.kind == "value" and block.field == "file")
