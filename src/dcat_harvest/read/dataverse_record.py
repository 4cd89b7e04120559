"""One Dataverse dataset (`dataverse_json`, or the native API's form of it) as a record."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dcat_harvest import words
from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Checksum,
    Contact,
    Dataset,
    Distribution,
    Document,
    Link,
    Period,
)
from dcat_harvest.read import dates, identifiers, periods, research
from dcat_harvest.read.dublin_core import whole
from dcat_harvest.read.fields import Fields
from dcat_harvest.read.manifest import Manifest

ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
MARKUP = re.compile(r"<br\s*/?>|</p>|</li>|</div>", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)


def version_of(fields: Fields) -> Fields:
    """Return the version that a body describes; PageChanged where there is none."""
    found = fields.maybe("datasetVersion", dict) or fields.maybe("latestVersion", dict)
    if found is None:
        raise PageChanged(f"{fields.where}: no datasetVersion: this is no export of Dataverse")
    return Fields(found, fields.where)


def persistent_id(fields: Fields, version: Fields) -> str:
    """Return the persistent identifier as Dataverse writes it: `doi:10.…/…`."""
    if stated := version.text("datasetPersistentId"):
        return stated
    separator = fields.text("separator") or "/"
    return (
        f"{fields.take('protocol', str)}:{fields.take('authority', str)}{separator}"
        f"{fields.take('identifier', str)}"
    )


def dataset(
    fields: Fields, version: Fields, name: str, server: str, manifest: Manifest
) -> Iterator[Dataset | Finding]:
    """Yield the record of a dataset, and findings on what is odd or closed."""
    about = _fields(version)
    url = fields.text("persistentUrl") or identifiers.address(name) or _page(server, name)
    stated = research.languages(_texts(about, "language"))
    given = fields.text("metadataLanguage") or ""
    tag = given[:2].lower() if re.fullmatch(r"[a-z]{2}(?:[-_]\w+)?", given, re.I) else None
    tag = tag or research.text_language(stated, manifest)
    listed = version.maybe("files", list) or ()
    files = [Fields(f if isinstance(f, dict) else {}, fields.where) for f in listed]
    distributions, documents, closed, odd = _files(files, url, server)
    licence, terms = _licence(version)
    access = None if not distributions else "RESTRICTED" if closed else "PUBLIC"
    at: dict[str, Any] = {"source": manifest.name, "key": name, "where": url}
    period = _period(about)
    yield Dataset(
        source=manifest.name,
        key=name,
        title=_first(about, "title"),
        alternatives=tuple(research.lines(_texts(about, "alternativeTitle"))),
        description=_description(about),
        text_language=tag,
        identifier=url,
        other_identifiers=tuple(
            research.lines(
                [name, *_sub(about, "otherId", "otherIdValue"), *_texts(about, "dansNbn")]
            )
        ),
        landing_page=url,
        publisher=research.own(fields.text("publisher"), manifest),
        creators=research.agents(_sub(about, "author", "authorName"), tag),
        contact=_contact(about),
        keywords=tuple(research.lines(_sub(about, "keyword", "keywordValue"))),
        themes=tuple(_themes(about)),
        period=period,
        issued=dates.iso(fields.text("publicationDate")),
        modified=dates.iso(version.text("lastUpdateTime")),
        version=_number(version),
        version_notes=version.text("versionNote"),
        licence=licence,
        rights=terms,
        access=access,
        language=stated,
        distributions=distributions,
        documents=documents,
        links=tuple(_links(about)),
    )
    if closed:
        yield finding("restricted-files", **at, value=f"{closed} / {len(files)}")
    if closed or (licence and not _is_open(licence)):
        yield finding("not-open", **at, value=licence or "restricted files")
    for value in _texts(about, "timePeriodCovered"):
        if value and period is None:
            yield finding("odd-value", **at, field="timePeriodCovered", value=value[:80])
    if odd:
        yield finding("odd-value", **at, field="files", value=f"{odd} / {len(files)}: no id")
    for field, value in (*fields.odd, *version.odd):
        yield finding("odd-value", **at, field=field, value=value)


def _fields(version: Fields) -> dict[str, Any]:
    """Return the values of all metadata blocks by type name."""
    found: dict[str, Any] = {}
    for block in (version.maybe("metadataBlocks", dict) or {}).values():
        blocked = Fields(block if isinstance(block, dict) else {}, version.where)
        for raw in blocked.maybe("fields", list) or ():
            one = Fields(raw if isinstance(raw, dict) else {}, version.where)
            if named := one.text("typeName"):
                found.setdefault(named, one.maybe("value", object))
    return found


def _items(about: Mapping[str, Any], name: str) -> Iterator[Any]:
    value = about.get(name)
    yield from value if isinstance(value, list) else () if value is None else (value,)


def _texts(about: Mapping[str, Any], name: str) -> list[str]:
    """Return the values of a simple field, or all values of a compound one, as texts."""
    found = []
    for item in _items(about, name):
        if isinstance(item, Mapping):
            found.append(" ".join(str(v.get("value", "")) for v in item.values() if _is_value(v)))
        elif isinstance(item, str) and item.strip():
            found.append(item.strip())
    return found


def _sub(about: Mapping[str, Any], name: str, part: str) -> list[str]:
    """Return one part of a compound field, each time it is there."""
    return [
        str(v["value"]).strip()
        for item in _items(about, name)
        if isinstance(item, Mapping)
        for key, v in item.items()
        if _is_value(v) and part in (key, v.get("typeName")) and str(v["value"]).strip()
    ]


def _is_value(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("value"), str)


def _first(about: Mapping[str, Any], name: str) -> str | None:
    return next(iter(_texts(about, name)), None)


def _description(about: Mapping[str, Any]) -> str | None:
    import html

    parts = _sub(about, "dsDescription", "dsDescriptionValue")
    plain = (html.unescape(TAG.sub("", MARKUP.sub("\n", p))).strip() for p in parts)
    return "\n\n".join(dict.fromkeys(p for p in plain if p)) or None


def _contact(about: Mapping[str, Any]) -> Contact | None:
    names = _sub(about, "datasetContact", "datasetContactName")
    mails = [m for m in _sub(about, "datasetContact", "datasetContactEmail") if MAIL.fullmatch(m)]
    if not names and not mails:
        return None
    return Contact(name=(names or mails)[0], email=mails[0] if mails else None)


def _themes(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield the subjects of the list that every Dataverse has, and addresses of others."""
    yield from research.lines(_texts(about, "subject"))
    addresses = (*_texts(about, "dansAudience"), *_texts(about, "dansElsstClassification"))
    yield from (a for a in research.lines(addresses) if a.startswith(("http://", "https://")))


def _period(about: Mapping[str, Any]) -> Period | None:
    start = dates.iso(next(iter(_sub(about, "timePeriodCovered", "timePeriodCoveredStart")), None))
    end = dates.iso(next(iter(_sub(about, "timePeriodCovered", "timePeriodCoveredEnd")), None))
    if start or end:
        return Period(
            start=whole(start, "01-01") if start else None,
            end=whole(end, "12-31") if end else None,
        )
    spans = _texts(about, "dansTemporalCoverage")
    found = periods.period(spans[0]) if len(spans) == 1 else None
    return found if found and (found.start or found.end) else None


def _number(version: Fields) -> str | None:
    major = version.maybe("versionNumber", int)
    return None if major is None else f"{major}.{version.maybe('versionMinorNumber', int) or 0}"


def _licence(version: Fields) -> tuple[str | None, str | None]:
    """Return licence and terms; older installations give the licence as a word."""
    given = version.maybe("license", object)
    word: str | None = given.strip() or None if isinstance(given, str) else None
    if isinstance(given, Mapping):
        licence = Fields(given, version.where)
        word = licence.text("uri") or licence.text("name")
    terms = version.text("termsOfUse")
    if word and word.upper() in ("NONE", "CUSTOM", "N/A"):
        word = None
    if word is None and terms and words.licence_of(terms):
        return terms, None
    return word, terms


def _is_open(licence: str) -> bool:
    known = words.licence_of(licence) or ""
    return "creativecommons.org" in known or "opendatacommons.org" in known


def _files(
    files: list[Fields], page: str, server: str
) -> tuple[tuple[Distribution, ...], tuple[Document, ...], int, int]:
    """Return data, documentation, how many files are closed, and how many have no number."""
    distributions, documents, closed, odd = [], [], 0, 0
    for one in files:
        data = Fields(one.maybe("dataFile", dict) or {}, one.where)
        number = data.maybe("id", int)
        if number is None:
            odd += 1
            continue
        url = f"{server}/api/access/datafile/{number}"
        is_closed = one.maybe("restricted", bool) is True
        closed += is_closed
        title = one.text("label") or data.text("filename")
        form = _format(title or data.text("filename") or "", data.text("contentType"))
        if one.maybe("categories", list) == ["Documentation"] and not is_closed:
            documents.append(Document(url=url, title=title, format=form))
            continue
        distributions.append(
            Distribution(
                access_url=url if is_closed else page,
                download_url=None if is_closed else url,
                title=title,
                description=data.text("description") or one.text("description"),
                format=form,
                media_type=data.text("contentType"),
                bytes=data.maybe("filesize", int),
                checksum=_checksum(data),
                issued=dates.iso(data.text("publicationDate")),
            )
        )
    return tuple(distributions), tuple(documents), closed, odd


def _format(name: str, media_type: str | None) -> str | None:
    """Return the extension where it is one we know, else the media type."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension and words.format_of(extension):
        return extension
    return media_type or extension or None


def _checksum(data: Fields) -> Checksum | None:
    given = data.maybe("checksum", dict)
    if given is None:
        md5 = data.text("md5")
        return Checksum(algorithm="md5", value=md5) if md5 else None
    one = Fields(given, data.where)
    algorithm = ALGORITHMS.get((one.text("type") or "").upper())
    value = one.text("value")
    return Checksum(algorithm=algorithm, value=value) if algorithm and value else None


def _links(about: Mapping[str, Any]) -> Iterator[Link]:
    addresses = (
        *_sub(about, "publication", "publicationURL"),
        *_sub(about, "dansRelation", "dansRelationURI"),
        *_texts(about, "relatedMaterial"),
    )
    for url in research.lines(addresses):
        if re.fullmatch(r"https?://[^\s/]+\S*", url):
            yield Link(url=url)


def _page(server: str, name: str) -> str:
    return f"{server}/dataset.xhtml?persistentId={quote(name, safe=':/')}"
