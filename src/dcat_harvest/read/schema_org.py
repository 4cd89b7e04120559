"""Dataset descriptions of schema.org (JSON-LD in pages), found by sitemap or at given addresses.

JSON is read as JSON: no context is fetched, and none is needed for the names that we know.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part, ref
from dcat_harvest.read import html, paging, xml
from dcat_harvest.read.fields import parse
from dcat_harvest.read.json_ld import Node, nodes, scripts
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.schema_org_record import dataset, is_a, key_of
from dcat_harvest.read.things import Things

MAX_ADDRESSES = 20_000
FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|css|js|pdf|zip|csv|xlsx?|mp4)(?:$|\?)", re.IGNORECASE)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source of type `schema-org`."""

    pages: str = ""
    """Regular expression: which addresses of a sitemap are read; all where none is given."""
    most_pages: int = MAX_ADDRESSES
    text_language: str = ""


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one is wrong."""
    try:
        found = msgspec.convert(dict(manifest.options), Options)
        re.compile(found.pages)
    except (msgspec.ValidationError, re.error) as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None
    return found


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with sitemaps and pages; a site's own address stands for its sitemap too."""
    for url in manifest.start:
        parts = urlsplit(url)
        yield Page(url=url, kind="start")
        if parts.path in ("", "/") and not parts.query:
            site = f"{parts.scheme}://{parts.netloc}/sitemap.xml"
            yield Page(url=site, kind="sitemap", optional=True)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read a sitemap or a page; PageChanged where a start page holds neither."""
    kind = capture.headers.get("content-type", "").partition(";")[0].strip().lower()
    begin = capture.body[:600].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_xml = begin.startswith(b"<?xml") or re.match(rb"<(\w+:)?(urlset|sitemapindex)\b", begin)
    if is_xml and not re.search(rb"<html\b|<!doctype html", begin, re.IGNORECASE):
        yield from _sitemap(capture, manifest)
        return
    if "json" in kind or begin[:1] in (b"{", b"["):
        value, told = parse(capture, manifest.name)
        yield from told
        yield from _nodes([value], "", capture, manifest)
        return
    root, told = html.parse(capture, manifest.name, in_part=True)
    yield from told
    values, broken = scripts(root)
    for reason in broken:
        yield _finding(capture, manifest, "odd-value", field="application/ld+json", value=reason)
    tag = root.find("html")
    language = str(tag.get("lang") or "") if tag is not None and hasattr(tag, "get") else ""
    yield from _nodes(values, language, capture, manifest)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each dataset once: the page that says most of it wins."""
    found: dict[str, Dataset] = {}
    for one in things.datasets:
        known = found.get(one.key)
        if known is None or _weight(one) > _weight(known):
            found[one.key] = one
    for one in found.values():
        yield one
        yield from lacks(one, ignore=("no-frequency",))


def _weight(one: Dataset) -> tuple[int, int]:
    return sum(bool(getattr(one, f)) for f in one.__struct_fields__), len(one.distributions)


def _nodes(
    values: Iterable[Any], language: str, capture: Capture, manifest: Manifest
) -> Iterator[Page | Dataset | Part | Finding]:
    by_id, given = nodes(values)
    found = [n for n in given if is_a(n, "Dataset")]
    links = list(_listed(given, by_id, capture))
    told = set[str]()
    for node in found:
        if not node.keys() - {"@type", "@id", "url", "@context"}:
            continue
        record = dataset(node, by_id, language, capture, manifest)
        key = key_of(record, capture.final_url, alone=len(found) == 1)
        if key not in told:
            told.add(key)
            record = msgspec.structs.replace(record, key=key, captures=(ref(capture),))
            yield from _internal(record, capture, manifest)
    for url in links:
        yield Page(url=url, kind="page")
    if not told and not links and capture.page.kind == "start":
        yield _finding(capture, manifest, "no-data-in-page")
        raise PageChanged(f"{capture.url}: no Dataset of schema.org in this page")


def _listed(given: list[Node], by_id: Mapping[str, Node], capture: Capture) -> Iterator[str]:
    """Yield the addresses of datasets that a catalogue names and does not describe."""
    host = urlsplit(capture.final_url).hostname
    for node in given:
        if is_a(node, "DataCatalog"):
            entries = node.get("dataset")
            for entry in entries if isinstance(entries, list) else [entries]:
                named = {"@id": entry} if isinstance(entry, str) else entry
                if not isinstance(named, dict) or named.get("name"):
                    continue
                url = html.address(
                    capture.final_url, str(named.get("url") or named.get("@id") or "")
                )
                described = by_id.get(str(named.get("@id") or ""), {}).get("name")
                if url and not described and urlsplit(url).hostname == host:
                    yield url


def _internal(record: Dataset, capture: Capture, manifest: Manifest) -> Iterator[Dataset | Finding]:
    """Report addresses of files that only the publisher's own machine can reach; mend them."""
    own = urlsplit(capture.final_url)
    mended = []
    for one in record.distributions:
        url = one.download_url or one.access_url
        parts = urlsplit(url)
        if parts.hostname not in ("localhost", "127.0.0.1", "0.0.0.0", "::1"):  # noqa: S104 - names
            mended.append(one)
            continue
        public = parts._replace(scheme=own.scheme, netloc=own.netloc).geturl()
        yield _finding(capture, manifest, "internal-host-url", key=record.key, value=url)
        changes = {"download_url": public} if one.download_url else {"access_url": public}
        mended.append(msgspec.structs.replace(one, **changes))
    yield msgspec.structs.replace(record, distributions=tuple(mended))


def _sitemap(capture: Capture, manifest: Manifest) -> Iterator[Page | Finding]:
    """Yield the pages of a sitemap, and the sitemaps of an index; those of other hosts are left."""
    root, told = xml.parse(capture, manifest.name)
    yield from told
    kind = xml.name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise PageChanged(f"{capture.url}: a sitemap was expected, the answer is {kind!r}")
    found, host = options(manifest), urlsplit(capture.final_url).hostname
    wanted = re.compile(found.pages)
    addresses = (
        xml.text(xml.child(entry, "loc")) for entry in xml.children(root, "url", "sitemap")
    )
    count = 0
    for url in dict.fromkeys(
        a for a in (html.address(capture.final_url, u) for u in addresses) if a
    ):
        if (urlsplit(url).hostname or "").removeprefix("www.") != (host or "").removeprefix("www."):
            yield _finding(
                capture, manifest, "paging-refused", value=url, reason="it is on another host"
            )
            continue
        if kind == "sitemapindex":
            data = {"depth": str(int(capture.page.data.get("depth", "0")) + 1)}
            if int(data["depth"]) <= paging.MAX_EMPTY:
                yield Page(url=url, kind="sitemap", data=data)
        elif not FILE.search(urlsplit(url).path) and wanted.search(url):
            count += 1
            if count > found.most_pages:
                yield _finding(capture, manifest, "too-many-pages", count=found.most_pages)
                return
            yield Page(url=url, kind="page")


def _finding(capture: Capture, manifest: Manifest, code: str, **values: Any) -> Finding:
    key = values.pop("key", "")
    return finding(code, source=manifest.name, key=key, where=capture.url, **values)
