"""What search engines read of a page: schema.org `Dataset` as JSON-LD."""

from collections.abc import Mapping

import msgspec

from dcat_harvest.jsonld import Node
from dcat_harvest.publish.site.values import first, many, text_of
from dcat_harvest.publish.site.words import plain, size, tail

MOST_FILES = 50


def document(main: Node, by_id: Mapping[str, Node], page: str, catalog: Mapping[str, str]) -> str:
    """The JSON of a dataset's page, safe inside a script element."""
    period = by_id.get(str(main.get("temporal")), {})
    start, end = text_of(period.get("startDate")), text_of(period.get("endDate"))
    files = [by_id[str(x)] for x in many(main.get("distribution")) if str(x) in by_id]
    contact = by_id.get(str(main.get("contactPoint")), {})
    title = plain(first(main.get("title")), 500) or tail(main["@id"])
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": main["@id"],
        "url": page,
        "name": title,
        # Search engines want 50 to 5,000 characters; we have what the source says, or the title.
        "description": plain(first(main.get("description")), 4900) or title,
        "identifier": main.get("identifier"),
        "sameAs": main.get("landingPage"),
        "keywords": [k for texts in _map(main.get("keyword")) for k in many(texts)],
        "license": next((x["license"] for x in files if x.get("license")), None),
        "isAccessibleForFree": True if tail(main.get("accessRights") or "") == "PUBLIC" else None,
        "inLanguage": {"NLD": "nl", "ENG": "en"}.get(tail(main.get("language") or "")),
        "spatialCoverage": "Nederland" if main.get("spatial") else None,
        "temporalCoverage": f"{start or '..'}/{end or '..'}" if start or end else None,
        "dateModified": text_of(main.get("modified")),
        "datePublished": text_of(main.get("issued")),
        "version": main.get("version"),
        "creator": _agent(main.get("creator") or main.get("publisher"), by_id, contact),
        "publisher": _agent(main.get("publisher"), by_id, contact),
        "includedInDataCatalog": catalog,
        "distribution": [_file(x) for x in files[:MOST_FILES]],
    }
    kept = {k: v for k, v in found.items() if v not in (None, "", [])}
    return msgspec.json.encode(kept).decode().replace("<", "\\u003c")


def _map(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def _agent(iri: object, by_id: Mapping[str, Node], contact: Node) -> dict[str, object] | None:
    one = str(next(iter(many(iri)), ""))
    node = by_id.get(one)
    if node is None:
        return None
    found: dict[str, object] = {
        "@type": "Organization",
        "@id": one,
        "name": first(node.get("name")),
    }
    mail = str(contact.get("hasEmail") or "").removeprefix("mailto:")
    if mail:
        point = {"@type": "ContactPoint", "contactType": "customer service", "email": mail}
        found["contactPoint"] = point
    return found


def _file(node: Node) -> dict[str, object]:
    download = node.get("downloadURL")
    found = {
        "@type": "DataDownload",
        "contentUrl": download or node["accessURL"],
        "name": plain(first(node.get("title")), 200),
        "encodingFormat": str(node.get("mediaType") or "").partition("/media-types/")[2]
        or tail(node.get("format") or ""),
        "contentSize": size(str(node["byteSize"])) if node.get("byteSize") else "",
        "license": node.get("license"),
    }
    return {k: v for k, v in found.items() if v}
