"""What the parts of an explanation share: the dataset, its judgement, and words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.criteria import Judgement
from dcat_harvest.check.statements import Index
from dcat_harvest.findings import Finding
from dcat_harvest.model import Score

Lang = Literal["nl", "en"]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is told: the dataset, its judgement and its score."""

    index: Index
    dataset: str
    """Bare."""
    lang: Lang
    judged: Judgement
    score: Score
    official: tuple[Finding, ...] | None


def words_of(lang: str) -> Mapping[str, Any]:
    """The words of a language."""
    words: Mapping[str, Any] = v.table("explain.toml")[lang]
    return words


def fill(template: str, **values: object) -> str:
    """A text with its values."""
    return template.format_map(values)


def titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines under a title."""
    yield ""
    yield title
    yield "-" * len(title)
    yield from lines
