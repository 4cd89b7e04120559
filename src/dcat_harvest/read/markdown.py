"""Notes in Markdown, or in no markup at all: cut in sections, and read as plain text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "inleiding": "introduction",
        "doel": "purpose",
        "hogeronderwijs": "context",
        "bronnen": "sources",
        "bron": "sources",
        "kwaliteit": "quality",
        "kwaliteitvandegegevens": "quality",
        "selectie": "selection",
        "selecties": "selection",
        "gegevensselectie": "selection",
        "afschermingvandata": "suppression",
        "afscherming": "suppression",
        "periode": "period",
        "toelichting": "explanation",
        "documentatie": "documentation",
        "definitie": "definition",
        "definities": "definition",
    }
)
HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]*(.+?)[ \t]*#*$")
BOLD = re.compile(r"^ {0,3}(?:\*\*|__)(.+?)(?:\*\*|__)[ \t]*:?[ \t]*(.*)$")
UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
LINK = re.compile(r"!?\[([^\]\n]*)\]\(\s*<?([^)\s>]*)>?[^)]*\)")
EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|___|__|`)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
BULLET = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
TAG = re.compile(
    r"</?(?:p|br|b|i|em|strong|ul|ol|li|div|span|a|h[1-6]|table|tr|td|th)\b[^<>]*>", re.I
)
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ0-9“\"(])")


class Section(NamedTuple):
    """A part of notes: its heading as written ("" before the first), its role, its text."""

    heading: str
    role: str
    """Role by SECTIONS; "lead" before the first heading, "other" for a heading unknown to us."""
    text: str


def sections(notes: str) -> tuple[Section, ...]:
    """Cut notes in sections, each with its text free of Markdown.

    A heading is `## Title`, a line underlined with = or -, or **Title** at the start of a line
    where the title is one that we know; text on the line of a bold title belongs to it.
    """
    found: list[tuple[str, list[str]]] = [("", [])]
    for kind, line in _lines(notes):
        if kind == "heading":
            heading, _, rest = line.partition("\n")
            found.append((heading, [rest] if rest else []))
        else:
            found[-1][1].append(line)
    texts = ((heading, plain("\n".join(lines))) for heading, lines in found)
    return tuple(Section(h, _role(h), text) for h, text in texts if text)


def text_of(parts: Sequence[Section], *roles: str) -> str | None:
    """Return the joined text of the sections with one of these roles, or None."""
    return "\n\n".join(part.text for part in parts if part.role in roles) or None


def description(notes: str, *, titles: Sequence[str] = ()) -> str | None:
    """Return the introduction of notes, else their purpose, else the first paragraph.

    `titles` (name and title of the dataset) are skipped where old notes repeat them on top.
    """
    parts = sections(notes)
    said = text_of(parts, "introduction") or text_of(parts, "purpose")
    if said:
        return said
    same = {letters(title) for title in titles}
    for part in parts:
        for paragraph in part.text.split("\n\n"):
            if letters(paragraph) not in same:
                return paragraph
    return parts[0].text if parts else None


def plain(text: str) -> str:
    r"""Return text without Markdown or stray HTML; paragraphs stay apart by an empty line.

    >>> plain("**Let op** zie [de site](https://example.org)  \n- een\n- twee")
    'Let op zie de site (https://example.org)\n- een\n- twee'
    """
    text = re.sub(r"\r\n?|\u2028|\u2029", "\n", text)
    text = TAG.sub(" ", text)
    text = LINK.sub(_link, text)
    text = BULLET.sub("- ", text)
    for _ in range(3):
        text = EMPHASIS.sub(r"\2", text)
    text = re.sub(r"^[ \t]*>[ \t]?", "", ESCAPED.sub(r"\1", text), flags=re.MULTILINE)
    text = re.sub(r"[ \t\u00a0]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def sentences(text: str) -> tuple[str, ...]:
    """Cut running text in sentences; a list item is one of its own."""
    lines = (line.removeprefix("- ") for line in re.split(r"\n+", text))
    return tuple(s.strip() for line in lines for s in SENTENCE.split(line) if s.strip())


def _lines(notes: str) -> Iterator[tuple[str, str]]:
    lines = re.sub(r"\r\n?", "\n", notes).split("\n")
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if UNDERLINE.match(line) and number and _may_be_underlined(lines[number - 1]):
            continue
        if match := HEADING.match(line):
            yield "heading", plain(match[2]).strip(" :*_")
        elif (match := BOLD.match(line)) and letters(match[1]) in SECTIONS:
            yield "heading", f"{match[1].strip(' :')}\n{match[2]}"
        elif UNDERLINE.match(following) and _may_be_underlined(line):
            yield "heading", plain(line)
        elif letters(line) in SECTIONS and line.rstrip().endswith(":"):
            yield "heading", line.strip(" :")
        else:
            yield "text", line


def _may_be_underlined(line: str) -> bool:
    return bool(line.strip()) and not BULLET.match(line) and not HEADING.match(line)


def _role(heading: str) -> str:
    return SECTIONS.get(letters(heading), "other") if heading else "lead"


def letters(text: str) -> str:
    """Return only the letters of a text, in lower case, to compare headings and titles."""
    return re.sub(r"[\W_\d]+", "", text).casefold()


def _link(match: re.Match[str]) -> str:
    text, address = match[1].strip(), match[2]
    if not address or not text or text == address:
        return text or address
    return f"{text} ({address})"
