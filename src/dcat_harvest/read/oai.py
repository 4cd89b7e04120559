"""OAI-PMH 2.0: lists of records, token after token; what a record says is for its format."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part, ref
from dcat_harvest.read import datacite, dublin_core, paging, xml
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.research import Header
from dcat_harvest.read.things import Things

KIND = "records"
DEFAULT_PREFIX = "oai_dc"
# Root element of a record's metadata -> its reader; each knows its format by that name alone.
FORMATS: Mapping[str, Callable[[xml.Element, Header, Manifest], Dataset | None]] = {
    "dc": dublin_core.dataset,
    "qualifieddc": dublin_core.dataset,
    "dcterms": dublin_core.dataset,
    "resource": datacite.dataset,
    "oai_datacite": datacite.dataset,
}


class Options(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from"}):
    """Options of a source of type `oai-pmh`."""

    prefix: str = DEFAULT_PREFIX
    """`metadataPrefix`: oai_dc, or oai_datacite (datacite) for more."""
    set: str = ""
    since: str = ""
    """`from`: only what changed since that day."""
    until: str = ""
    only: str = ""
    """Regular expression that the identifier of a record must match."""
    most_pages: int = paging.MAX_PAGES


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        return msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin a list of records at each address of the manifest."""
    return tuple(first_page(url, manifest) for url in manifest.start)


def first_page(url: str, manifest: Manifest) -> Page:
    """Return the first page of a list: the address as it is where it has a verb."""
    asked = dict(parse_qsl(urlsplit(url).query))
    if asked.get("verb"):
        return Page(url=url, kind=KIND)
    found = options(manifest)
    limits = (("set", found.set), ("from", found.since), ("until", found.until))
    more = {"verb": "ListRecords", "metadataPrefix": found.prefix}
    return Page(url=_with(url, more | {k: v for k, v in limits if v}), kind=KIND)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read one page of a list: its records, and the page that follows.

    Raises PageChanged for what is no OAI-PMH, and for an error that leaves nothing to read.
    """
    root, told = xml.parse(capture, manifest.name)
    yield from told
    if xml.name(root) != "OAI-PMH":
        raise PageChanged(f"{capture.url}: OAI-PMH was promised, the answer is {xml.name(root)!r}")
    for error in xml.children(root, "error"):
        yield from _error(error, capture, manifest)
        return
    listed = next(xml.children(root, "ListRecords", "GetRecord"), None)
    if listed is None:
        raise PageChanged(f"{capture.url}: no ListRecords in this answer")
    records = list(xml.children(listed, "record"))
    names, gone = [], 0
    for record in records:
        header = _header(record, capture)
        if header is None:
            yield _finding(capture, manifest, "odd-value", field="record", value="no identifier")
            continue
        names.append(header.identifier)
        if not re.search(options(manifest).only, header.identifier):
            continue
        if header.is_deleted:
            gone += 1
            continue
        yield from _dataset(record, header, capture, manifest)
    token = next(xml.children(listed, "resumptionToken"), None)
    size = "" if token is None else str(token.get("completeListSize") or "")
    listing = {"names": names, "gone": gone, "size": int(size) if size.isdecimal() else None}
    yield Part(kind="listing", key=capture.url, fields=listing)
    yield from _following(token, capture, manifest, is_empty=not records)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each record once, the newest of several; report what was withdrawn or is missing."""
    yield from newest(things.datasets)
    yield from sums(things.parts, manifest)


def newest(datasets: Iterable[Dataset]) -> Iterator[Dataset]:
    """Yield one record of each key, the one that changed last: lists may give a record twice."""
    found: dict[str, Dataset] = {}
    for dataset in datasets:
        known = found.get(dataset.key)
        if known is None or (dataset.metadata_modified or "") > (known.metadata_modified or ""):
            found[dataset.key] = dataset
    yield from found.values()


def sums(parts: Iterable[Part], manifest: Manifest) -> Iterator[Finding]:
    """Yield findings on withdrawn records, things that are no dataset, and a list cut short."""
    listings = [part for part in parts if part.kind == "listing"]
    gone = sum(part.fields["gone"] for part in listings)
    others = sum(part.kind == "other" for part in parts)
    where = listings[0].key if listings else manifest.name
    at: dict[str, Any] = {"source": manifest.name, "where": where}
    if gone:
        yield finding("withdrawn-records", **at, value=str(gone))
    if others:
        yield finding("not-a-dataset", **at, value=str(others))
    names = {name for part in listings for name in part.fields["names"]}
    sizes = [part.fields["size"] for part in listings if part.fields["size"] is not None]
    if sizes and len(names) < max(sizes):
        yield finding("paging-incomplete", **at, value=str(len(names)), expected=max(sizes))


def _dataset(
    record: xml.Element, header: Header, capture: Capture, manifest: Manifest
) -> Iterator[Dataset | Part | Finding]:
    body = xml.child(record, "metadata")
    inner = None if body is None else next(xml.children(body), None)
    reader = FORMATS.get(xml.name(inner)) if inner is not None else None
    if reader is None:
        value = "no metadata" if inner is None else f"a record in format {xml.name(inner)!r}"
        yield _finding(
            capture, manifest, "odd-value", header.identifier, field="metadata", value=value
        )
        return
    found = reader(inner, header, manifest)
    if found is None:
        yield Part(kind="other", key=header.identifier, fields={})
        return
    yield msgspec.structs.replace(found, captures=(ref(capture),))
    yield from lacks(found, ignore=("no-frequency",))


def _header(record: xml.Element, capture: Capture) -> Header | None:
    header = xml.child(record, "header")
    identifier = "" if header is None else xml.text(xml.child(header, "identifier"))
    if header is None or not identifier:
        return None
    return Header(
        identifier=identifier,
        datestamp=xml.text(xml.child(header, "datestamp")),
        is_deleted=header.get("status") == "deleted",
        where=capture.url,
    )


def _following(
    token: xml.Element | None, capture: Capture, manifest: Manifest, *, is_empty: bool
) -> Iterator[Page | Finding]:
    """Yield the next page: only the verb and the token go with it, whatever the token holds."""
    value = xml.text(token)
    if value:
        url = _with(capture.url, {"verb": "ListRecords", "resumptionToken": value})
        most = options(manifest).most_pages
        yield from paging.following(capture, url, manifest.name, is_empty=is_empty, most=most)


def _error(
    error: xml.Element, capture: Capture, manifest: Manifest
) -> Iterator[Page | Part | Finding]:
    """Report an error; without the format that was asked for, ask for the one all must have."""
    code, said = str(error.get("code") or ""), xml.text(error)
    if code == "noRecordsMatch":
        listing = {"names": [], "gone": 0, "size": None}
        yield Part(kind="listing", key=capture.url, fields=listing)
        return
    asked = dict(parse_qsl(urlsplit(capture.url).query))
    prefix = asked.get("metadataPrefix", DEFAULT_PREFIX)
    fits = code == "cannotDisseminateFormat" and prefix != DEFAULT_PREFIX
    if not fits and "resumptionToken" not in asked:
        raise PageChanged(f"{capture.url}: OAI-PMH error {code}: {said}")
    yield _finding(capture, manifest, "oai-error", value=code, reason=said or code)
    if fits:
        asked.pop("resumptionToken", None)
        url = _with(capture.url, asked | {"metadataPrefix": DEFAULT_PREFIX})
        yield Page(url=url, kind=KIND)


def _with(url: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit((*parts[:3], urlencode(query, quote_via=quote, safe=""), ""))


def _finding(
    capture: Capture, manifest: Manifest, code: str, key: str = "", **values: Any
) -> Finding:
    return finding(code, source=manifest.name, key=key, where=capture.url, **values)
