"""Entries of the register as records: facts in their fields, the rest in a text of ours."""

from collections.abc import Iterator

from dcat_harvest.model import (
    Agent,
    CaptureRef,
    Contact,
    Dataset,
    Distribution,
    Document,
    Origin,
    Period,
)
from dcat_harvest.read.register import NOT_OPEN, Entry

THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
FACETS = "https://w3id.org/dcat-harvest/facets/"
OURS = "https://w3id.org/dcat-harvest/register/"
"""What the owner gives no identifier has the one of our description."""
KINDS = {
    "dataset": "Dataset",
    "dashboard": "Dashboard",
    "document": "Document",
    "tool": "Hulpmiddel",
    "portal": "Portaal",
    "holding": "Gegevens bij de houder zelf",
    "register": "Basisregister",
}
PLACES = {"list": "vergeleken met de lijst die het noemt", "place": "op de plaats zelf gezien"}


def record(entry: Entry, source: str, capture: CaptureRef) -> Dataset:
    """Describe an entry as a dataset, or as a resource of its own kind."""
    publisher = Agent(name=entry.publisher, iri=entry.publisher_iri or None)
    return Dataset(
        source=source,
        key=entry.id,
        kind="dataset" if entry.kind == "dataset" else "resource",
        resource_type=None if entry.kind == "dataset" else f"{FACETS}type/{entry.kind}",
        title=entry.title,
        description=description(entry),
        identifier=entry.link or OURS + entry.id,
        same_as=(entry.same_as,) if entry.same_as else (),
        landing_page=entry.link or None,
        publisher=publisher,
        creators=(publisher,),
        contact=_contact(entry),
        keywords=entry.keyword,
        themes=(*(THEMES + t for t in entry.theme), *(FACETS + f for f in facets(entry))),
        period=Period(start=entry.period[0], end=entry.period[1]) if entry.period else None,
        access=access(entry),
        language=entry.language,
        spatial="NLD" if entry.level else None,
        levels=entry.level,
        status=entry.status or None,
        licence=entry.licence or None,
        distributions=tuple(_files(entry)),
        documents=_place(entry),
        origins={"access": Origin(kind="interpreted", text=claim(entry))},
        captures=(capture,),
    )


def description(entry: Entry) -> str:
    """Tell what it is, who claims that it is open or not, how to get it and why it is by hand."""
    level = f", uitgesplitst naar {_words(entry.level)}" if entry.level else ""
    first = entry.about or f"{KINDS[entry.kind]}; uitgever: {entry.publisher}{level}."
    checked = f"Nagezien op {entry.checked.isoformat()}, {PLACES[entry.checked_at]}."
    last = f"Met de hand beschreven: {entry.why} {checked}"
    return "\n\n".join((first, f"Toegang: {claim(entry)}. {entry.how}", last))


def claim(entry: Entry) -> str:
    """Word the claim on access, and whose it is."""
    basis = "" if entry.access_basis == "stated" else " (daaruit afgeleid)"
    return f"{entry.access}, volgens {entry.access_by}{basis}"


def access(entry: Entry) -> str:
    """Give the word for the access rights: what is mixed is not for everybody."""
    match entry.access:
        case "open":
            return "public"
        case "gemengd":
            return entry.rights or "restricted"
        case "gesloten":
            return entry.rights or "non-public"


def facets(entry: Entry) -> list[str]:
    """List its concepts: its own, and those of its level, sector and claimed access."""
    own = [f"level/{x}" for x in entry.level] + [f"sector/{x}" for x in entry.sector]
    return list(dict.fromkeys([*entry.facets, *own, f"access/{entry.access}"]))


def _contact(entry: Entry) -> Contact | None:
    given = entry.contact
    if given is None:
        return None
    return Contact(name=given.name, email=given.email or None, url=given.url or None)


def _place(entry: Entry) -> tuple[Document, ...]:
    if not entry.place or entry.place == entry.link:
        return ()
    return (Document(url=entry.place, title=f"Waar het te vinden is: {entry.publisher}"),)


def _files(entry: Entry) -> Iterator[Distribution]:
    for file in entry.file:
        licence = file.licence or entry.licence if entry.access == "open" else NOT_OPEN
        yield Distribution(
            access_url=entry.link or entry.place,
            download_url=file.url,
            title=file.title or None,
            format=file.format or None,
            licence=licence or None,
        )


def _words(levels: tuple[str, ...]) -> str:
    head, last = ", ".join(levels[:-1]), levels[-1]
    return f"{head} en {last}" if head else last
