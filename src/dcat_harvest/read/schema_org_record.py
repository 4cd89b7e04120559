"""One Dataset of schema.org as a record."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dcat_harvest import words
from dcat_harvest.model import Agent, Capture, Contact, Dataset, Distribution, Link, Period
from dcat_harvest.read import dates, html, identifiers, periods, research
from dcat_harvest.read.choice import chosen, of_language
from dcat_harvest.read.dublin_core import whole
from dcat_harvest.read.json_ld import PREFIX, Node, items, resolved, text, texts
from dcat_harvest.read.manifest import Manifest

SIZE = re.compile(r"(\d{1,18})\s*(?:B|bytes?)?", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
OPEN = ("..", "")


def is_a(node: Mapping[str, Any], kind: str) -> bool:
    """Tell whether a node has a type of schema.org."""
    return any(isinstance(t, str) and PREFIX.sub("", t) == kind for t in items(node, "@type"))


def dataset(
    node: Node, by_id: Mapping[str, Node], language: str, capture: Capture, manifest: Manifest
) -> Dataset:
    """Return the record of a dataset; its key is for `key_of`."""
    where = capture.final_url
    stated = research.languages(_named(node, "inLanguage", by_id))
    option = str(manifest.options.get("text_language", ""))
    default = option or language[:2].lower() or research.text_language(stated, manifest)
    title, others = chosen(texts(node, "name", "headline"), default)
    tag = title.language if title else default
    body = of_language(texts(node, "description", "abstract"), tag, default)
    names = list(_identifiers(node, by_id))
    page = html.address(where, text(node, "url") or "")
    address = identifiers.best([n for n in names if identifiers.doi(n)]) or page
    address = address or identifiers.best(names) or where
    publisher = next(_agents(node, by_id, "publisher", "provider", "sourceOrganization"), None)
    own = publisher and publisher.name.casefold() == manifest.publisher.name.casefold()
    licence, terms = _licence(node, by_id)
    free = node.get("isAccessibleForFree")
    return Dataset(
        source=manifest.name,
        key="",
        title=title.text if title else None,
        alternatives=tuple(
            dict.fromkeys([t.text for t in others] + [t.text for t in texts(node, "alternateName")])
        ),
        description=TAG.sub("", body.text).strip() or None if body else None,
        text_language=tag,
        identifier=identifiers.best(names) or page or where,
        other_identifiers=tuple(dict.fromkeys(names)),
        same_as=tuple(_addresses(node, "sameAs")),
        landing_page=page or address,
        publisher=manifest.publisher if own else publisher,
        creators=tuple(dict.fromkeys(_agents(node, by_id, "creator", "author"))),
        contact=_contact(node, by_id),
        keywords=tuple(_keywords(node, by_id)),
        period=_period(text(node, "temporalCoverage", "temporal")),
        issued=dates.iso(text(node, "datePublished")),
        modified=dates.iso(text(node, "dateModified")),
        version=text(node, "version"),
        licence=licence,
        rights="\n".join(x for x in (terms, text(node, "conditionsOfAccess")) if x) or None,
        access="RESTRICTED" if free is False else None,
        language=stated,
        spatial=_spatial(node, by_id),
        distributions=tuple(_distributions(node, by_id, page or address, where)),
        links=tuple(Link(url=u, role="source") for u in _addresses(node, "isBasedOn")),
    )


def key_of(record: Dataset, where: str, *, alone: bool) -> str:
    """Return the key: its DOI or address without scheme; of several in a page, with the title."""
    address = identifiers.best([record.identifier or ""]) or where
    key = re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")
    same = re.sub(r"^https?://(?:www\.)?", "", where).rstrip("/") == key
    if same and not alone and record.title:
        return f"{key}#{re.sub(r'[^a-z0-9]+', '-', record.title.casefold()).strip('-')}"
    return key


def _named(node: Mapping[str, Any], name: str, by_id: Mapping[str, Node]) -> list[str]:
    """Return values that are texts, or things with a code or name."""
    found = []
    for value in items(node, name):
        one = resolved(value, by_id)
        if isinstance(one, dict):
            one = text(one, "alternateName", "identifier", "name", "@value", "@id")
        if isinstance(one, str) and one.strip():
            found.append(one.strip())
    return found


def _identifiers(node: Node, by_id: Mapping[str, Node]) -> Iterator[str]:
    for value in items(node, "identifier"):
        one = resolved(value, by_id)
        if isinstance(one, dict):
            one = text(one, "value", "url", "@id", "@value")
        if isinstance(one, (str, int)) and str(one).strip():
            yield str(one).strip()
    named = node.get("@id")
    if isinstance(named, str) and re.match(r"https?://", named):
        yield named


def _addresses(node: Mapping[str, Any], name: str) -> Iterator[str]:
    for value in items(node, name):
        one = text(value, "url", "@id") if isinstance(value, dict) else value
        if isinstance(one, str) and re.fullmatch(r"https?://[^\s/]+\S*", one.strip()):
            yield one.strip()


def _agents(node: Node, by_id: Mapping[str, Node], *names: str) -> Iterator[Agent]:
    """Yield the agents under the first of these names that has any."""
    for name in names:
        found = []
        for value in items(node, name):
            one = resolved(value, by_id)
            if isinstance(one, str) and one.strip():
                found.append(Agent(name=one.strip()))
            elif isinstance(one, dict) and (called := _called(one)):
                iri = next(_addresses({"x": [one.get("@id"), one.get("sameAs")]}, "x"), None)
                found.append(Agent(name=called, iri=iri))
        if found:
            yield from found
            return


def _called(one: Mapping[str, Any]) -> str | None:
    whole_name = " ".join(x for x in (text(one, "givenName"), text(one, "familyName")) if x)
    return text(one, "name", "legalName") or whole_name or None


def _contact(node: Node, by_id: Mapping[str, Node]) -> Contact | None:
    holders = [node, *(resolved(v, by_id) for v in items(node, "publisher"))]
    for holder in holders:
        for value in items(holder, "contactPoint") if isinstance(holder, dict) else ():
            one = resolved(value, by_id)
            if not isinstance(one, dict):
                continue
            mail = (text(one, "email") or "").removeprefix("mailto:") or None
            url = next(_addresses(one, "url"), None)
            phone = text(one, "telephone")
            name = text(one, "name", "contactType") or mail or url
            if name and (mail or url or phone):
                return Contact(name=name, email=mail, url=url, telephone=phone)
    return None


def _keywords(node: Node, by_id: Mapping[str, Node]) -> Iterator[str]:
    """Yield keywords: a list, or one text with commas (schema.org allows both)."""
    given = _named(node, "keywords", by_id)
    if len(given) == 1 and not isinstance(node.get("keywords"), list):
        given = re.split(r"[,;\n]", given[0])
    yield from research.lines(k for k in given if not k.strip().startswith("http"))


def _licence(node: Mapping[str, Any], by_id: Mapping[str, Node]) -> tuple[str | None, str | None]:
    """Return the licence, and words that are no licence we know as text."""
    given: list[str] = []
    for value in items(node, "license"):
        one = resolved(value, by_id)
        if isinstance(one, dict):
            given += [t for t in (text(one, "url", "@id"), text(one, "name")) if t]
        elif isinstance(one, str) and one.strip():
            given.append(one.strip())
    known = next((g for g in given if words.licence_of(g)), None)
    addressed = next((g for g in given if re.match(r"https?://\S+$", g)), None)
    licence = known or addressed
    return licence, next((g for g in given if licence is None), None)


def _period(given: str | None) -> Period | None:
    """Return the period of an ISO 8601 interval, open at `..`, or of a text."""
    if not given:
        return None
    first, slash, last = (p.strip() for p in given.partition("/"))
    start, end = dates.iso(first[:10]), dates.iso((last if slash else first)[:10])
    if (start or first in OPEN) and (end or last in OPEN) and (start or end):
        return Period(
            start=whole(start, "01-01") if start else None,
            end=whole(end, "12-31") if end else None,
            text=given,
        )
    found = periods.period(given)
    return found if found and (found.start or found.end) else None


def _spatial(node: Node, by_id: Mapping[str, Node]) -> str | None:
    """Return the country where one is named; other places have no term here."""
    names = [*_named(node, "spatialCoverage", by_id), *_named(node, "spatial", by_id)]
    for value in items(node, "spatialCoverage"):
        if isinstance(value, dict):
            names += _named(value, "name", by_id) + list(_addresses(value, "sameAs"))
    return next((n for n in names if words.term("spatial", n)), None)


def _distributions(
    node: Node, by_id: Mapping[str, Node], page: str, where: str
) -> Iterator[Distribution]:
    seen = set[str]()
    for value in items(node, "distribution"):
        one = resolved(value, by_id)
        if not isinstance(one, dict):
            continue
        file = html.address(where, text(one, "contentUrl") or "")
        shown = html.address(where, text(one, "url", "@id") or "") or page
        if (not file and shown == page) or (file or shown) in seen:
            continue
        seen.add(file or shown)
        kind = next(iter(_named(one, "encodingFormat", by_id)), None) or text(one, "fileFormat")
        licence, _ = _licence(one, by_id)
        size = SIZE.fullmatch(text(one, "contentSize") or "")
        yield Distribution(
            access_url=page if file else shown,
            download_url=file,
            title=text(one, "name"),
            description=text(one, "description"),
            format=kind,
            media_type=kind if kind and "/" in kind and "://" not in kind else None,
            bytes=int(size[1]) if size else None,
            issued=dates.iso(text(one, "datePublished", "uploadDate")),
            modified=dates.iso(text(one, "dateModified")),
            licence=licence,
            language=text(one, "inLanguage"),
        )
