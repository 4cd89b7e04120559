"""Dublin Core of OAI-PMH (`oai_dc`, and qualified forms of it) as dataset records."""

import re
from collections.abc import Iterable

from dcat_harvest.model import Dataset, Link, Period
from dcat_harvest.read import dates, identifiers, research, xml
from dcat_harvest.read.choice import Text, chosen
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.research import Header

SPAN = re.compile(r"(?:start|begin)\s*=\s*([\d-]{4,10}).*?end\s*=\s*([\d-]{4,10})", re.IGNORECASE)
SLASHED = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)\s*/\s*(\d{4}(?:-\d\d(?:-\d\d)?)?)")


def dataset(root: xml.Element, header: Header, manifest: Manifest) -> Dataset | None:
    """Return the dataset of a record; None where its types say that it is something else."""
    given = {
        name: list(xml.children(root, name)) for name in {xml.name(e) for e in xml.children(root)}
    }
    if not research.is_dataset(_texts(given, "type")):
        return None
    stated = research.languages(_texts(given, "language"))
    default = research.text_language(stated, manifest)
    title, others = chosen(_tagged(given, "title"), default)
    said = research.rights(_texts(given, "rights", "license", "accessRights"))
    address = identifiers.best([*_texts(given, "identifier"), header.identifier])
    text, _ = chosen(_tagged(given, "description", "abstract"), default)
    return Dataset(
        source=manifest.name,
        key=header.identifier,
        title=title.text if title else None,
        alternatives=tuple(t.text for t in others if t.text != (title.text if title else "")),
        description=text.text if text else None,
        text_language=title.language if title else default,
        identifier=address or (header.identifier if ":" in header.identifier else None),
        other_identifiers=tuple(research.lines([*_texts(given, "identifier"), header.identifier])),
        landing_page=address,
        publisher=research.own(next(iter(_texts(given, "publisher")), None), manifest),
        creators=research.agents(_texts(given, "creator"), default),
        keywords=tuple(research.lines(_texts(given, "subject"))),
        period=_period(_texts(given, "coverage", "temporal")),
        issued=_issued(given),
        modified=dates.iso(next(iter(_texts(given, "modified")), None)),
        metadata_modified=dates.iso(header.datestamp),
        licence=said.licence,
        rights=said.text,
        access=said.access,
        language=stated,
        links=tuple(
            Link(url=url, role="relation")
            for url in research.lines(_texts(given, "relation", "isReferencedBy"))
            if re.fullmatch(r"https?://[^\s/]+\S*", url)
        ),
    )


def _texts(given: dict[str, list[xml.Element]], *names: str) -> list[str]:
    return [t for name in names for e in given.get(name, ()) if (t := xml.text(e))]


def _tagged(given: dict[str, list[xml.Element]], *names: str) -> Iterable[Text]:
    for name in names:
        for element in given.get(name, ()):
            yield Text(xml.text(element), xml.language(element))


def _issued(given: dict[str, list[xml.Element]]) -> str | None:
    """Return the date of issue: `issued`, else the only `date`; of several none says which."""
    for name in ("issued", "available", "date"):
        found = {d for d in map(dates.iso, _texts(given, name)) if d}
        if len(found) == 1:
            return found.pop()
    return None


def _period(texts: Iterable[str]) -> Period | None:
    for text in texts:
        found = SPAN.search(text) or SLASHED.fullmatch(text.strip())
        start, end = (dates.iso(found[1]), dates.iso(found[2])) if found else (None, None)
        if start and end:
            return Period(start=whole(start, "01-01"), end=whole(end, "12-31"), text=text)
    return None


def whole(day: str, rest: str) -> str:
    """Return a first or last day for a year or month, as far as that is sure."""
    from calendar import monthrange

    if len(day) == 4:
        return f"{day}-{rest}"
    if len(day) == 7:
        last = monthrange(int(day[:4]), int(day[5:]))[1]
        return f"{day}-01" if rest == "01-01" else f"{day}-{last:02d}"
    return day[:10]
