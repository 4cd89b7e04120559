"""Catalogues on StatLine's software that others fill, each with its own publisher and pages."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.model import Agent, Capture, Contact, Dataset, Origin, Part
from dcat_harvest.read import Finding, Manifest, found
from dcat_harvest.sources.cbs_statline import selection

LISTS = ("Tables", "Themes", "Tables_Themes")
PRIVATE = ("localhost", "*.local", "*.internal", "*.intern", "*.lan", "*.localdomain")
ADDRESSES = {"ApiUrl": "ODataApi", "FeedUrl": "ODataFeed"}


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one catalogue of a service: `[options.catalogs.NAME]`."""

    publisher: Agent | None = None
    contact: Contact | None = None
    licence: str = ""
    landing_page: str = ""
    seen_at: str = ""
    """Address where licence and publisher are said."""


def with_lists(manifest: Manifest) -> Manifest:
    """Give the manifest with the addresses of all lists where it has that of the service."""
    start: list[str] = []
    for url in manifest.start:
        base = url.partition("?")[0].rstrip("/")
        if base.lower().endswith("/odatacatalog"):
            start += [f"{base}/{name}?$format=json" for name in LISTS]
        elif re.search(r"/odata/v\d[\w.]*/[^/]+$", base, re.I) and "?" not in url:
            start.append(f"{base}/Datasets")
        else:
            start.append(url)
    options = dict(manifest.options)
    lists = [u for u in start if selection.kind_of(u) == "datasets"]
    if lists and not options.get("v4_address"):
        options["v4_address"] = lists[0].partition("?")[0].rpartition("/")[0] + "/{id}"
    return msgspec.structs.replace(manifest, start=tuple(start), options=options)


def reachable(part: Part, capture: Capture, manifest: Manifest) -> Iterator[Part | Finding]:
    """Yield a row with the addresses that only the owner can reach rebuilt from its identifier."""
    own = urlsplit(capture.final_url)
    fields = dict(part.fields)
    for name, path in ADDRESSES.items():
        given = str(fields.get(name, "")).strip()
        if given and _is_internal(_host(given), own.hostname or "", manifest):
            key = quote(part.key.strip(), safe="")
            fields[name] = f"{own.scheme}://{own.netloc}/{path}/OData/{key}"
            yield found(
                "internal-host-url", source=manifest.name, key=part.key, where=capture.url,
                value=given,
            )  # fmt: skip
    yield msgspec.structs.replace(part, fields=fields)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""  # no address: reported where it is to be published


def _is_internal(host: str, own: str, manifest: Manifest) -> bool:
    """Tell whether a host is private, or the same service under its name inside.

    dataderden.cbs.nl gives dataderden.prod.cbsp.nl (seen 2026-07).
    """
    if not host or host == own:
        return False
    patterns = (*PRIVATE, *manifest.options.get("internal_hosts", ()))
    is_twin = host.partition(".")[0] == own.partition(".")[0]
    return is_twin or "." not in host or any(fnmatchcase(host, p) for p in patterns)


def of_catalog(record: Dataset, name: str, manifest: Manifest) -> Dataset:
    """Give a record with what is known of its catalogue: publisher, contact, licence, page."""
    given: Mapping[str, Any] = manifest.options.get("catalogs", {})
    if name not in given:
        return record
    try:
        known = msgspec.convert(given[name], Catalog)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: catalogs.{name}: {error}") from None
    said = Origin(kind="assumed", seen_at=known.seen_at, because=f"catalogue {name}")
    page = known.landing_page.format(
        id=quote(record.key, safe=""), catalog=name, language=record.language or "nl"
    )
    changes = {
        "publisher": known.publisher,
        "contact": record.contact or known.contact,
        "licence": record.licence or known.licence or None,
    }
    changes = {k: v for k, v in changes.items() if v and v != getattr(record, k)}
    origins = {**record.origins, **dict.fromkeys(changes, said)}
    return msgspec.structs.replace(
        record, **changes, landing_page=page or record.landing_page, origins=origins
    )
