"""Which pages tell the columns and dimensions of a dataset, and what they say.

At most one request a file: a DataStore's fields where there is one, else the first 64 kB. A
table of StatLine: its dimensions, and the code lists of region and time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.levels.header import MOST_BYTES, header
from dcat_harvest.model import Capture, Dataset, Dimension, Distribution, Page
from dcat_harvest.read import odata

RESOURCE = re.compile(r"(.*)/dataset/[^/]+/resource/([^/?#]+)/?$")
TABLE_4 = re.compile(r"https?://[^/]+/odata/v1/[^/]+/[^/?#]+$", re.IGNORECASE)
TABLE_3 = re.compile(r"https?://[^/]+/ODataApi/OData/[^/?#]+$", re.IGNORECASE)
TABLES = frozenset({"csv", "tsv", "txt", "zip", "xlsx", "ods"})
_KINDS = {"geodimension": "geo", "timedimension": "time", "dimension": "other", "geodetail": "geo"}


def pages(d: Dataset) -> Iterator[Page]:
    """The pages to ask for one dataset, each file once."""
    if d.kind == "resource":
        return
    addresses = [x.access_url for x in d.distributions]
    if page := _table(addresses, d.key):
        yield page
        return
    for x in d.distributions:
        if not x.columns and (found := _file(x, d.key)):
            yield found


def _table(addresses: list[str], key: str) -> Page | None:
    for pattern, suffix, kind in (
        (TABLE_4, "/Dimensions", "dimensions"),
        (TABLE_3, "/DataProperties?$format=json", "properties"),
    ):
        for url in addresses:
            if pattern.match(url.rstrip("/")):
                data = {"key": key, "table": url.rstrip("/")}
                return Page(url=url.rstrip("/") + suffix, kind=kind, data=data, optional=True)
    return None


def _file(x: Distribution, key: str) -> Page | None:
    place = RESOURCE.match(x.access_url)
    data = {"key": key, "file": x.access_url}
    if x.service and place:
        url = f"{place[1]}/api/3/action/datastore_search?resource_id={place[2]}&limit=0"
        return Page(url=url, kind="fields", data=data, optional=True)
    address = x.download_url or x.access_url
    ending = urlsplit(address).path.rpartition(".")[2].lower()
    stated = (x.format or "").lower().strip(".")
    if TABLES.isdisjoint({ending, stated}):
        return None
    return Page(url=address, kind="header", data=data, optional=True, first_bytes=MOST_BYTES)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one page told: columns of a file, or dimensions of a table."""

    columns: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    more: tuple[Page, ...] = ()
    findings: tuple[Finding, ...] = ()


def told(capture: Capture, source: str) -> Told:
    """Read one of our pages; PageChanged where it is not what it should be."""
    match capture.page.kind:
        case "fields":
            return Told(columns=_fields(capture, source))
        case "header":
            return _header(capture, source)
        case "dimensions" | "properties":
            return _dimensions(capture, source)
        case "codes":
            return Told(dimensions=(_codes(capture, source),))
        case kind:
            raise PageChanged(f"{capture.url}: no reader for pages of kind {kind!r}")


def _fields(capture: Capture, source: str) -> tuple[str, ...]:
    from dcat_harvest.read.fields import parse

    value, _ = parse(capture, source)
    result = value.get("result") if isinstance(value, dict) else None
    fields = result.get("fields") if isinstance(result, dict) else None
    if not isinstance(fields, list):
        raise PageChanged(f"{capture.url}: a list of fields was expected")
    names = (f.get("id") for f in fields if isinstance(f, dict))
    return tuple(dict.fromkeys(n.strip() for n in names if isinstance(n, str) and n != "_id"))


def _header(capture: Capture, source: str) -> Told:
    found = header(capture.body)
    code, reason = (
        ("columns-not-read", found.unread) if found.unread else ("odd-header", found.remark)
    )
    if not reason:
        return Told(columns=found.names)
    key = capture.page.data.get("key", "")
    said = finding(code, source=source, key=key, where=capture.url, reason=reason)
    # Names that are numbers or cut short are no names.
    trusted = () if "numbers" in reason else found.names
    return Told(columns=tuple(n for n in trusted if n), findings=(said,))


def _dimensions(capture: Capture, source: str) -> Told:
    found, more = [], []
    for row in odata.listing(capture, source).rows:
        said = str(row.get("Kind") or row.get("Type") or "").lower()
        key = str(row.get("Identifier") or row.get("Key") or "").strip()
        if said in _KINDS and key:
            title = str(row.get("Title") or "").strip() or None
            kind: Any = _KINDS[said]
            found.append(Dimension(key=key, title=title, kind=kind))
            if kind != "other":
                more.append(_code_page(capture.page, key))
    return Told(dimensions=tuple(found), more=tuple(more))


def _code_page(page: Page, dimension: str) -> Page:
    suffix = f"/{dimension}Codes" if page.kind == "dimensions" else f"/{dimension}?$format=json"
    data = {**page.data, "dimension": dimension}
    return Page(url=page.data["table"] + suffix, kind="codes", data=data, optional=True)


def _codes(capture: Capture, source: str) -> Dimension:
    """The first code of each kind in a code list: its letters tell the kind."""
    found: dict[str, str] = {}
    for row in odata.listing(capture, source).rows:
        code = str(row.get("Identifier") or row.get("Key") or "").strip()
        kind = re.match(r"(?:\d{4})?([A-Z]{2})\d*", code)
        if kind:
            found.setdefault(kind[1], code)
    return Dimension(key=capture.page.data.get("dimension", ""), codes=tuple(found.values()))


def completed(d: Dataset, answers: Iterable[tuple[Mapping[str, str], Told]]) -> Dataset:
    """The dataset with the columns and dimensions that its pages told."""
    columns: dict[str, tuple[str, ...]] = {}
    dimensions: dict[str, Dimension] = {x.key: x for x in d.dimensions}
    for data, said in answers:
        if "file" in data:
            columns[data["file"]] = said.columns
        for one in said.dimensions:
            first = dimensions.get(one.key)
            dimensions[one.key] = (
                msgspec.structs.replace(first, codes=one.codes) if first and one.codes else one
            )
    files = tuple(
        msgspec.structs.replace(x, columns=columns[x.access_url])
        if columns.get(x.access_url)
        else x
        for x in d.distributions
    )
    return msgspec.structs.replace(d, distributions=files, dimensions=tuple(dimensions.values()))
