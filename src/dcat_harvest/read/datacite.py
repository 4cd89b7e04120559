"""DataCite (kernel 3 and 4, bare or wrapped in `oai_datacite`) as dataset records."""

from collections.abc import Iterable, Iterator

from dcat_harvest.model import Dataset, Link, Period
from dcat_harvest.read import dates, identifiers, research, xml
from dcat_harvest.read.choice import Text, chosen
from dcat_harvest.read.dublin_core import whole
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.research import Header

ABOUT = ("Abstract", "Other", "TechnicalInfo", "Methods", "TableOfContents", "SeriesInformation")
ROLES = ("IsDerivedFrom", "IsSupplementTo", "IsPartOf", "References", "IsDocumentedBy")


def dataset(root: xml.Element, header: Header, manifest: Manifest) -> Dataset | None:
    """Return the dataset of a record; None where its type says that it is something else."""
    resource = next(xml.inside(root, "resource"), None)
    if resource is None:
        return None
    kinds = [str(e.get("resourceTypeGeneral") or "") for e in xml.inside(resource, "resourceType")]
    if not research.is_dataset(kinds):
        return None
    stated = research.languages(_texts(resource, "language"))
    default = research.text_language(stated, manifest)
    titles = list(xml.inside(resource, "title"))
    title, others = chosen(_tagged(e for e in titles if not e.get("titleType")), default)
    title = title or chosen(_tagged(titles), default)[0]
    names = [*_texts(resource, "identifier"), *_texts(resource, "alternateIdentifier")]
    address = identifiers.best([*_texts(resource, "identifier"), header.identifier])
    said = research.rights(_rights(resource))
    when = _dates(resource)
    return Dataset(
        source=manifest.name,
        key=header.identifier,
        title=title.text if title else None,
        alternatives=tuple(
            dict.fromkeys(
                t.text for t in (*others, *_tagged(titles)) if title and t.text != title.text
            )
        ),
        description=_description(resource, default),
        text_language=title.language if title else default,
        identifier=address or (header.identifier if ":" in header.identifier else None),
        other_identifiers=tuple(research.lines([*names, header.identifier])),
        landing_page=address,
        publisher=research.own(next(iter(_texts(resource, "publisher")), None), manifest),
        creators=research.agents(_texts(resource, "creatorName"), default),
        keywords=tuple(research.lines(_texts(resource, "subject"))),
        period=_period(when),
        issued=when.get("Issued") or when.get("Available") or _year(resource),
        modified=when.get("Updated"),
        version=next(iter(_texts(resource, "version")), None),
        metadata_modified=dates.iso(header.datestamp),
        licence=said.licence,
        rights=said.text,
        access=said.access,
        language=stated,
        links=tuple(_links(resource)),
    )


def _texts(root: xml.Element, name: str) -> list[str]:
    return [t for e in xml.inside(root, name) if (t := xml.text(e))]


def _tagged(elements: Iterable[xml.Element]) -> list[Text]:
    return [Text(xml.text(e), xml.language(e)) for e in elements]


def _description(root: xml.Element, default: str) -> str | None:
    """Return the description of the first kind that there is, the abstract before all."""
    given = list(xml.inside(root, "description"))
    for kind in ABOUT:
        same = (e for e in given if (e.get("descriptionType") or "Abstract") == kind)
        text, _ = chosen(_tagged(same), default)
        if text:
            return text.text
    return None


def _rights(root: xml.Element) -> Iterator[str]:
    for element in xml.inside(root, "rights"):
        for said in (element.get("rightsURI"), element.get("rightsIdentifier")):
            if said:
                yield said
        yield xml.text(element)


def _dates(root: xml.Element) -> dict[str, str]:
    """Return dates by their type; a span is kept as it is written."""
    found: dict[str, str] = {}
    for element in xml.inside(root, "date"):
        kind, text = str(element.get("dateType") or ""), xml.text(element)
        value = text if "/" in text else dates.iso(text)
        if value and kind:
            found.setdefault(kind, value)
    return {k: v for k, v in found.items() if "/" not in v or k in ("Coverage", "Valid")}


def _period(when: dict[str, str]) -> Period | None:
    text = when.get("Coverage") or when.get("Valid")
    start, slash, end = (text or "").partition("/")
    first, last = dates.iso(start), dates.iso(end or start)
    if not text or not first or (slash and end.strip() and not last):
        return None
    return Period(
        start=whole(first, "01-01"),
        end=whole(last, "12-31") if last and (end.strip() or not slash) else None,
        text=text,
    )


def _year(root: xml.Element) -> str | None:
    return dates.iso(next(iter(_texts(root, "publicationYear")), None))


def _links(root: xml.Element) -> Iterator[Link]:
    for element in xml.inside(root, "relatedIdentifier"):
        url = identifiers.address(xml.text(element))
        role = str(element.get("relationType") or "")
        if url and role in ROLES:
            yield Link(url=url, role="derived" if role == "IsDerivedFrom" else "relation")
