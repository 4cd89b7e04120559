"""One text for many findings of a kind: what they share, with "…" where they differ."""

from collections.abc import Iterable
from functools import cache
from string import Formatter

from dcat_harvest.findings import kinds

SEVERAL = 50
"""So many texts are enough to see where they differ."""


def shared_text(code: str, field: str, texts: Iterable[str]) -> str:
    """The text where all are the same, else the template of the code, else what is shared."""
    known = sorted(set(texts))
    if len(known) == 1:
        return known[0]
    kind = kinds().get(code)
    return _blank(getattr(kind, field)) if kind else _shared(known[:SEVERAL])


@cache
def _blank(template: str) -> str:
    parts = Formatter().parse(template)
    return "".join(text + ("…" if name is not None else "") for text, name, _, _ in parts)


def _shared(texts: list[str]) -> str:
    rows = [text.split() for text in texts]
    if len({len(row) for row in rows}) == 1:
        words = [row[0] if len(set(row)) == 1 else "…" for row in zip(*rows, strict=True)]
    else:
        start = _start(rows)
        rest = [row[len(start) :][::-1] for row in rows]
        words = [*start, "…", *_start(rest)[::-1]]
    merged = [w for i, w in enumerate(words) if w != "…" or i == 0 or words[i - 1] != "…"]
    return " ".join(merged)


def _start(rows: list[list[str]]) -> list[str]:
    """The words that all rows begin with."""
    same: list[str] = []
    for words in zip(*rows, strict=False):
        if len(set(words)) > 1:
            break
        same.append(words[0])
    return same
