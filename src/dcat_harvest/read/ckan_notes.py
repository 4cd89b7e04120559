"""What the notes of a package state: description, annotations, frequency and period."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dcat_harvest.model import Annotation, AnnotationKind, Period
from dcat_harvest.read import markdown, phrases
from dcat_harvest.read.markdown import Section

KINDS: dict[str, AnnotationKind] = {
    "sources": "sources",
    "quality": "quality",
    "selection": "selection",
    "suppression": "suppression",
    "definition": "definition",
    "context": "note",
    "period": "note",
    "explanation": "note",
    "documentation": "note",
    "other": "note",
}


class Notes(NamedTuple):
    """What notes state."""

    description: str | None
    annotations: tuple[Annotation, ...]
    frequency: tuple[str, str] | None
    """The words and the sentence that holds them."""
    period: Period | None


def notes(text: str, *, titles: Sequence[str] = ()) -> Notes:
    """Read notes, in Markdown or plain."""
    parts = markdown.sections(text)
    about_time = markdown.text_of(parts, "period") or ""
    rest = "\n\n".join(part.text for part in parts if part.role != "period")
    often = phrases.frequency(about_time, about_time=True) or phrases.frequency(rest)
    description = markdown.description(text, titles=titles)
    skipped = {markdown.letters(title) for title in titles}
    return Notes(
        description=description,
        annotations=(*_annotations(parts), *_left(parts, description or "", skipped)),
        frequency=often,
        period=phrases.period(about_time) or phrases.named_period(rest),
    )


def _annotations(parts: Sequence[Section]) -> Iterator[Annotation]:
    for part in parts:
        if kind := KINDS.get(part.role):
            yield Annotation(kind=kind, text=part.text, title=part.heading or None)
    everything = "\n\n".join(part.text for part in parts if part.role != "suppression")
    for said in (phrases.suppression(everything), phrases.provisional(everything)):
        if said:
            yield said


def _left(parts: Sequence[Section], description: str, skipped: set[str]) -> Iterator[Annotation]:
    """Yield what stands before the first heading, or as purpose, and is no description."""
    for part in parts:
        if part.role not in {"lead", "purpose"} or part.text in description:
            continue
        paragraphs = part.text.split("\n\n")
        kept = [p for p in paragraphs if p != description and markdown.letters(p) not in skipped]
        if kept:
            yield Annotation(kind="note", text="\n\n".join(kept), title=part.heading or None)
