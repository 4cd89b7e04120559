"""Dataverse: datasets by export (`dataverse_json`), found by search, by OAI-PMH or by a list."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part, ref
from dcat_harvest.read import identifiers, oai, paging
from dcat_harvest.read.dataverse_record import dataset, persistent_id, version_of
from dcat_harvest.read.fields import Fields, parse
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

EXPORT = "/api/datasets/export"
SEARCH = "/api/search"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source of type `dataverse`; those of `oai-pmh` hold for an OAI-PMH address."""

    datasets: tuple[str, ...] = ()
    """DOIs to read, beside what the start addresses give."""
    server: str = ""
    """Address of the installation; that of the first start address."""
    subtree: str = ""
    """Only this collection of the installation, when its search is read."""
    most_pages: int = paging.MAX_PAGES


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        found = msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None
    first = next((url for url in manifest.start if "://" in url and "//doi.org" not in url), "")
    return msgspec.structs.replace(found, server=found.server.rstrip("/") or server_of(first))


def server_of(url: str) -> str:
    """Return the address of the installation that an address belongs to.

    >>> server_of("https://dataverse.example/dv/api/search?q=*")
    'https://dataverse.example/dv'
    """
    parts = urlsplit(url)
    path = parts.path
    for mark in ("/api/", "/oai", "/dataset.xhtml", "/dataverse"):
        path = path.partition(mark)[0]
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}" if parts.netloc else ""


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with exports, searches and OAI-PMH lists, as the start addresses are."""
    found = options(manifest)
    if not found.server:
        raise UsageError(f"source {manifest.name}: no address of a Dataverse; set server = …")
    pages = [_first(url, manifest, found) for url in manifest.start]
    return (*pages, *(export(name, found.server, optional=False) for name in found.datasets))


def _first(url: str, manifest: Manifest, found: Options) -> Page:
    path = urlsplit(url).path
    name = persistent(url)
    if path.rstrip("/").endswith("/oai"):
        return oai.first_page(url, manifest)
    if EXPORT in path or "/api/datasets/:persistentId" in path:
        return Page(url=url, kind="dataset")
    if SEARCH in path:
        return Page(url=url, kind="search")
    if name:
        return export(name, found.server, optional=False)
    asked = {"q": "*", "type": "dataset", "per_page": "1000", "start": "0"}
    asked |= {"subtree": found.subtree} if found.subtree else {}
    return Page(url=f"{found.server}{SEARCH}?{urlencode(asked)}", kind="search")


def persistent(text: str) -> str | None:
    """Return the persistent identifier, as Dataverse writes it, of a DOI or a dataset's page."""
    asked = parse_qs(urlsplit(text).query).get("persistentId", [""])[0]
    for one in (asked, text):
        if one.lower().startswith(("doi:10.", "hdl:")):
            return one
        if found := identifiers.doi(one):
            return "doi:" + found.removeprefix("https://doi.org/")
    return None


def export(name: str, server: str, *, optional: bool = True) -> Page:
    """Return the page of one dataset's export."""
    asked = f"exporter=dataverse_json&persistentId={quote(name, safe=':/')}"
    return Page(url=f"{server}{EXPORT}?{asked}", kind="dataset", optional=optional)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read an export, a page of a search, or a page of an OAI-PMH list."""
    if capture.page.kind == oai.KIND:
        yield from _listed(capture, manifest)
        return
    value, told = parse(capture, manifest.name)
    yield from told
    answer = Fields(value, capture.url)
    if answer.text("status") == "ERROR":
        raise PageChanged(f"{capture.url}: Dataverse says: {answer.text('message')}")
    body = answer.maybe("data", dict) if "datasetVersion" not in value else value
    body = value if body is None else body
    if capture.page.kind == "search":
        yield from _found(Fields(body, capture.url), capture, manifest)
    else:
        yield from _export(body, capture, manifest)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each dataset once: its export where that was had, else what OAI-PMH says of it."""
    exported = {part.key for part in things.parts if part.kind == "export"}
    full = [d for d in things.datasets if _is_export(d)]
    listed = [d for d in things.datasets if not _is_export(d) and _name(d) not in exported]
    yield from full
    for one in oai.newest(listed):
        yield one
        yield from lacks(one, ignore=("no-frequency",))
    yield from oai.sums(things.parts, manifest)


def _is_export(record: Dataset) -> bool:
    return any("/api/datasets/" in capture.url for capture in record.captures)


def _name(record: Dataset) -> str:
    return persistent(record.identifier or "") or persistent(record.key) or record.key


def _listed(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Give what an OAI-PMH list says, and ask for the export of each of its records."""
    server = options(manifest).server
    for item in oai.read(capture, manifest):
        if isinstance(item, Finding) and item.key:
            continue  # Said again in `finish`, where no export says more.
        yield item
        if isinstance(item, Dataset) and (name := persistent(_name(item))):
            yield export(name, server)


def _found(body: Fields, capture: Capture, manifest: Manifest) -> Iterator[Page | Part | Finding]:
    """Yield the datasets of a search, and the page that follows."""
    items = body.take("items", list)
    total = body.maybe("total_count", int)
    begin = body.maybe("start", int) or 0
    names, others, server = [], 0, options(manifest).server
    for item in items:
        fields = Fields(item if isinstance(item, dict) else {}, capture.url)
        name = fields.text("global_id")
        if fields.text("type") not in (None, "dataset") or not name:
            others += 1
            continue
        names.append(name)
        yield export(name, server, optional=False)
    if total is None:
        yield finding(
            "odd-value", source=manifest.name, where=capture.url, field="total_count",
            value=next((value for _, value in body.odd), "null"),
        )  # fmt: skip
        total = begin + len(items) + bool(items)
    listing = {"names": names, "gone": 0, "size": total - others}
    yield Part(kind="listing", key=capture.url, fields=listing)
    if items and begin + len(items) < total:
        asked = dict(parse_qsl(urlsplit(capture.url).query)) | {"start": str(begin + len(items))}
        url = f"{capture.url.partition('?')[0]}?{urlencode(asked)}"
        yield from paging.following(capture, url, manifest.name, most=options(manifest).most_pages)


def _export(
    body: Mapping[str, Any], capture: Capture, manifest: Manifest
) -> Iterator[Dataset | Part | Finding]:
    fields = Fields(body, capture.url)
    version = version_of(fields)
    name = persistent_id(fields, version)
    asked = persistent(capture.url)
    at: dict[str, Any] = {"source": manifest.name, "where": capture.url}
    if asked and asked.casefold() != name.casefold():
        yield finding("answers-another", **at, key=asked, value=name, expected=asked)
        raise PageChanged(f"{capture.url}: asked for {asked}, the answer is about {name}")
    for item in dataset(fields, version, name, server_of(capture.url), manifest):
        match item:
            case Dataset():
                record = msgspec.structs.replace(item, captures=(ref(capture),))
                yield record
                yield from lacks(record, ignore=("no-distribution",))
            case Finding():
                yield item
    yield Part(kind="export", key=name, fields={})
