"""A dataset of the catalogue as the JSON of the portal's API, and what that cannot carry."""

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from dcat_harvest.deliver.reading import Node, Reader, uri
from dcat_harvest.deliver.records import Item
from dcat_harvest.graph import Graph
from dcat_harvest.store.answers import prefixes
from dcat_harvest.targets import Target

# Field of the API <- property, for values that are addresses.
_ADDRESSES = {
    "dcatapApplicableLegislation": "dcatap:applicableLegislation",
    "dctConformsTo": "dct:conformsTo",
    "dcatHasVersion": "dcat:hasVersion",
    "foafPage": "foaf:page",
    "dcatapHvdCategory": "dcatap:hvdCategory",
    "dctIsReferencedBy": "dct:isReferencedBy",
    "dcatLandingPage": "dcat:landingPage",
    "dctLanguage": "dct:language",
    "dcatQualifiedRelation": "dcat:qualifiedRelation",
    "dctRelation": "dct:relation",
    "dctSource": "dct:source",
    "provWasGeneratedBy": "prov:wasGeneratedBy",
}
_ONE_ADDRESS = {
    "dctAccessRights": "dct:accessRights",
    "dctAccrualPeriodicity": "dct:accrualPeriodicity",
    "admsStatus": "adms:status",
    "dctType": "dct:type",
}
_DATES = {"dctIssued": "dct:issued", "dctModified": "dct:modified"}
_HANDLED = {
    *_ADDRESSES.values(), *_ONE_ADDRESS.values(), *_DATES.values(), "rdf:type", "dct:title",
    "dct:description", "dct:identifier", "dct:publisher", "dct:creator", "dcat:contactPoint",
    "dcat:theme", "dcat:keyword", "dcat:version", "adms:versionNotes", "dcat:distribution",
    "dct:spatial", "dct:temporal", "dcat:inSeries", "adms:identifier",
    "dcat:spatialResolutionInMeters", "dcat:temporalResolution",
}  # fmt: skip
_FILE = {
    "rdf:type", "dct:title", "dct:description", "dcat:accessURL", "dcat:downloadURL", "dct:format",
}  # fmt: skip


def items(graph: Graph, *, base: str, target: Target) -> Iterator[Item]:
    """Every dataset of the catalogue as an item, in order of IRI; series are not delivered."""
    kind = f"<{prefixes()['dcat']}Dataset>"
    for subject in graph.said:
        if any(line.endswith(f"ns#type> {kind} .") for line in graph.about(subject)):
            yield item(graph, subject, base=base, target=target)


def item(graph: Graph, subject: str, *, base: str, target: Target) -> Item:
    """One dataset as the API wants it."""
    reader = Reader(graph, target)
    node = reader.node(subject)
    payload = _payload(reader, node)
    for field, values in node.items():
        if field not in _HANDLED:
            reader.drop(field, values)
    publisher = next(iter(node.get("dct:publisher", ())), None)
    iri = subject[1:-1]
    files = [f.get("dcatDownloadUrl", "") for f in payload.get("dcatDistribution", [])]
    return Item(
        iri=iri,
        source=iri.removeprefix(f"{base}dataset/").partition("/")[0],
        owner=(payload.get("dctPublisher") or {"foafName": [""]})["foafName"][0],
        identifier=payload.get("dctIdentifier", ""),
        title=(payload.get("dctTitle") or [""])[0],
        payload=payload,
        lost=tuple(reader.lost),
        community=target.community(publisher.value if isinstance(publisher, ox.NamedNode) else ""),
        files=tuple(f for f in files if f),
    )


def _payload(reader: Reader, node: Node) -> dict[str, Any]:
    keywords = [v for v in node.get("dcat:keyword", ()) if isinstance(v, ox.Literal)]
    reader.drop("language of dcat:keyword", [k for k in keywords if k.language not in ("nl", None)])
    payload: dict[str, Any] = {
        "dctIdentifier": _identifier(reader, node),
        "dctTitle": _list(reader.text(node, "dct:title")),
        "dctDescription": _list(reader.text(node, "dct:description")),
        "dcatKeyword": sorted({k.value for k in keywords if k.value}),
        "dcatTheme": _themes(reader, node),
        "dctPublisher": next(iter(_agents(reader, node, "dct:publisher")), None),
        "dctCreator": _agents(reader, node, "dct:creator"),
        "dcatContactPoint": _contact(reader, node),
        "dcatVersion": reader.text(node, "dcat:version"),
        "admsVersionNotes": _list(reader.text(node, "adms:versionNotes")),
        "dcatTemporalResolution": reader.text(node, "dcat:temporalResolution"),
        "admsIdentifier": _other_identifiers(reader, node),
        "dcatInSeries": _series(reader, node),
        "dctSpatial": [{"dctLocation": x} for x in reader.addresses(node, "dct:spatial")],
        "dctTemporal": _periods(reader, node),
        "dcatDistribution": _files(reader, node),
    }
    payload |= {name: reader.addresses(node, field) for name, field in _ADDRESSES.items()}
    for name, field in _ONE_ADDRESS.items():
        values = reader.addresses(node, field)
        payload[name] = values[0] if values else ""
        reader.drop(field, values[1:])
    payload |= {name: reader.date(node, field) for name, field in _DATES.items()}
    return {name: value for name, value in payload.items() if value not in ("", [], None)}


def _identifier(reader: Reader, node: Node) -> str:
    values = sorted(v.value for v in node.get("dct:identifier", ()))
    reader.drop("dct:identifier", values[1:])
    return (uri(values[0]) or values[0]) if values else ""


def _themes(reader: Reader, node: Node) -> list[str]:
    themes = reader.addresses(node, "dcat:theme")
    fits = [t for t in themes if t.startswith(reader.target.theme_prefix)]
    reader.drop("dcat:theme outside the EU list", [t for t in themes if t not in fits])
    return fits


def _agents(reader: Reader, node: Node, field: str) -> list[dict[str, Any]]:
    found = []
    for term in node.get(field, ()):
        agent = reader.node(str(term))
        name = reader.text(agent, "foaf:name")
        if isinstance(term, ox.NamedNode):
            reader.drop(f"IRI of {field}", [term.value])
        if name:
            found.append({"foafName": [name]})
    return found


def _contact(reader: Reader, node: Node) -> dict[str, str] | None:
    points = node.get("dcat:contactPoint", ())
    reader.drop("dcat:contactPoint", points[1:])
    if not points:
        return None
    kind = reader.node(str(points[0]))
    reader.drop("vcard:hasTelephone", kind.get("vcard:hasTelephone", ()))
    found = {
        "vcardFn": reader.text(kind, "vcard:fn"),
        "vcardHasEmail": next(iter(reader.addresses(kind, "vcard:hasEmail")), ""),
        "vcardHasUrl": next(iter(reader.addresses(kind, "vcard:hasURL")), ""),
    }
    return {name: value for name, value in found.items() if value}


def _other_identifiers(reader: Reader, node: Node) -> list[str]:
    found = []
    for term in node.get("adms:identifier", ()):
        for value in reader.node(str(term)).get("skos:notation", (term,)):
            address = uri(value.value)
            if address:
                found.append(address)
            else:
                reader.drop("adms:identifier that is no address", [value])
    return found


def _series(reader: Reader, node: Node) -> list[str]:
    found = []
    for term in node.get("dcat:inSeries", ()):
        own = _identifier(reader, reader.node(str(term)))
        address = own or (term.value if isinstance(term, ox.NamedNode) else "")
        if uri(address):
            found.append(uri(address))
    return found


def _periods(reader: Reader, node: Node) -> list[dict[str, str]]:
    found = []
    for term in node.get("dct:temporal", ()):
        period = reader.node(str(term))
        days = {
            "dcatStartDate": reader.date(period, "dcat:startDate")[:10],
            "dcatEndDate": reader.date(period, "dcat:endDate")[:10],
        }
        if any(days.values()):
            found.append({name: day for name, day in days.items() if day})
    return found


def _files(reader: Reader, node: Node) -> list[dict[str, Any]]:
    found = []
    for term in node.get("dcat:distribution", ()):
        file = reader.node(str(term))
        for field, values in file.items():
            if field not in _FILE:
                reader.drop(f"{field} of a distribution", values)
        entry = {
            "dcatAccessUrl": next(iter(reader.addresses(file, "dcat:accessURL")), ""),
            "dcatDownloadUrl": next(iter(reader.addresses(file, "dcat:downloadURL")), ""),
            "dctTitle": _list(reader.text(file, "dct:title")),
            "dctDescription": _list(reader.text(file, "dct:description")),
            "dctFormat": next(iter(reader.addresses(file, "dct:format")), ""),
        }
        found.append({name: value for name, value in entry.items() if value})
    return [f for f in found if f]


def _list(text: str) -> list[str]:
    return [text] if text else []
