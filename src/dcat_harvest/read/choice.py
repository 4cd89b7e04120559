"""One text out of several languages, one value out of several: the same choice everywhere."""

import re
from collections.abc import Iterable
from typing import NamedTuple

PREFERRED = ("nl", "en")


class Text(NamedTuple):
    """A text and its language tag; an empty tag where none is given."""

    text: str
    language: str = ""


def chosen(texts: Iterable[Text], default: str = "nl") -> tuple[Text | None, tuple[Text, ...]]:
    """Return the text to show and all others: Dutch before English before no tag before others.

    >>> chosen([Text("Cars", "en"), Text("Auto's", "nl")])[0]
    Text(text="Auto's", language='nl')
    """
    given = [Text(t.text.strip(), t.language.lower()) for t in dict.fromkeys(texts)]
    order = sorted((t for t in given if t.text), key=lambda t: _rank(t.language, default))
    if not order:
        return None, ()
    best = order[0]
    return Text(best.text, tag(best.language, default)), tuple(order[1:])


def of_language(texts: Iterable[Text], language: str, default: str = "nl") -> Text | None:
    """Return the text of a language, else the one that `chosen` would show."""
    given = [t for t in texts if t.text.strip()]
    same = [t for t in given if tag(t.language, default) == language]
    return chosen(same or given, default)[0]


def tag(language: str, default: str = "nl") -> str:
    """Return a language tag that RDF takes, `default` for none and for what is no tag.

    >>> tag("en-US"), tag(""), tag("not a tag")
    ('en', 'nl', 'nl')
    """
    found = re.fullmatch(r"([a-z]{2,3})(?:[-_][A-Za-z0-9_-]*)?", language.strip().lower())
    long = {"nld": "nl", "dut": "nl", "eng": "en", "deu": "de", "ger": "de", "fra": "fr"}
    return long.get(found[1], found[1]) if found else default


def _rank(language: str, default: str) -> tuple[int, str]:
    known = tag(language, "") if language else ""
    if known in PREFERRED:
        return PREFERRED.index(known), ""
    return (len(PREFERRED), "") if not known else (len(PREFERRED) + 1, known)
