"""Cleans StatLine's texts, and finds the sections that they are made of."""

import html
import re
from collections.abc import Iterator
from itertools import zip_longest

from dcat_harvest.model import Annotation, AnnotationKind

BREAK = re.compile(r"<br\s*/?>|</p>|</li>", re.I)
TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.I)
ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});", re.I)
HEADINGS = (
    ("begin", r"gegevens beschikbaar|data available"),
    ("status", r"status van de cijfers|status of the figures"),
    (
        "changes",
        r"wijzig(?:ing)?en (?:per|t\.?o\.?v\.?|ten opzichte)|changes (?:as of|per|on|with)",
    ),
    ("news", r"wanneer komen|when will new|when shall new"),
    ("frequency", r"frequentie\s*:|frequency\s*:"),
    ("chapter", r"[1-9]\.\s+[A-Z]{4,}"),
)
HEADING = re.compile(
    r"^[ \t]*(?:" + "|".join(f"(?P<{name}>{start})" for name, start in HEADINGS) + r")[^\n]*",
    re.I | re.M,
)
PROVISIONAL = re.compile(r"voorlopig|provisional", re.I)
SUPPRESSED = re.compile(
    r"^.*\b(?:geheim|onderdrukt|afgerond op|confidential|secret)\b.*$", re.I | re.M
)


def clean(text: str | None) -> str | None:
    r"""Return a text without HTML, with plain line ends and no blank lines around it.

    >>> clean("\r\nZie <a href='https://www.cbs.nl/'>CBS</a>; kinderen < 2 jaar.\r\n")
    'Zie CBS; kinderen < 2 jaar.'
    """
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    if "<" in plain:
        plain = TAG.sub("", BREAK.sub("\n", plain))
    if "&" in plain:
        plain = ENTITY.sub(lambda found: html.unescape(found[0]), plain)
    lines = "\n".join(line.rstrip() for line in plain.replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() or None


def title(text: str | None) -> str | None:
    """Return a title on one line, without a final stop.

    >>> title("Faillissementen;  regio. ")
    'Faillissementen; regio'
    """
    folded = " ".join((clean(text) or "").split())
    if folded.endswith(".") and not folded.endswith(".."):
        folded = folded[:-1].rstrip()
    return folded or None


def sections(description: str | None) -> dict[str, str]:
    """Return the sections of a description by name: status, changes, news, begin."""
    text = description or ""
    heads = list(HEADING.finditer(text))
    found: dict[str, str] = {}
    for head, following in zip_longest(heads, heads[1:]):
        body = text[head.start() : following.start() if following else len(text)]
        found.setdefault(head.lastgroup or "", body.strip())
    return found


def annotations(
    description: str | None, more: str | None, source: str | None, own: tuple[str, ...]
) -> Iterator[Annotation]:
    """Yield what the texts say on the status of the figures, suppression and sources."""
    if said := sections(description).get("status") or sections(more).get("status"):
        kind: AnnotationKind = "provisional" if PROVISIONAL.search(said) else "quality"
        yield Annotation(kind=kind, text=said)
    hidden = dict.fromkeys(found[0].strip() for found in SUPPRESSED.finditer(more or ""))
    if hidden:
        yield Annotation(kind="suppression", text="\n".join(hidden))
    named = (source or "").strip()
    if named.rstrip(". ").casefold() not in {"", *(name.casefold() for name in own)}:
        yield Annotation(kind="sources", text=named)
