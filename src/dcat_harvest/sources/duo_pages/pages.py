"""duo.nl/open_onderwijsdata: pages with files are datasets, the others lead to them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

import msgspec

from dcat_harvest.model import Capture, DataService, Dataset, Distribution, Page, Part, ref
from dcat_harvest.read import Finding, Manifest, found
from dcat_harvest.read.filepage import Listed, clean_title, listed
from dcat_harvest.read.files import agrees
from dcat_harvest.read.html import Line, anchors, content, parse
from dcat_harvest.read.labelled import Block, blocks
from dcat_harvest.read.sections import portions, section
from dcat_harvest.read.things import Things

GONE = re.compile(r"niet gevonden|bestaat niet|not found|storing|foutmelding", re.IGNORECASE)
FILE = re.compile(r"\.(?!jsp?$|html?$|aspx?$)[a-z][a-z0-9]{1,6}$", re.IGNORECASE)
LEAF = re.compile(r"[^/]+/[^/]+/(.+/)?(?!index|overzicht|home)[^/]*[a-z][^/]*\.\w+", re.IGNORECASE)
ABOUT_DATA = re.compile(r"bestand|gegevens|cijfers|overzicht|aantal", re.IGNORECASE)


def start(manifest: Manifest) -> Iterable[Page]:
    """The home page; everything is reached from there."""
    for url in manifest.start:
        yield Page(url=url, kind="page")


def read(
    capture: Capture, manifest: Manifest
) -> Iterator[Page | Dataset | DataService | Part | Finding]:
    """Pages that this page links to, and the datasets on it; of a file what its headers say."""
    if capture.page.method == "HEAD":
        yield from _head(capture, manifest)
        return
    url = _canonical(capture.final_url, manifest)
    if url != _canonical(capture.url, manifest):
        yield Page(url=url, kind="page")  # a moved page is read once, at its new address
        return
    root, told = parse(capture, manifest.name)
    yield from told
    for address in dict.fromkeys(_canonical(link.url, manifest) for link in anchors(root, url)):
        if _path(address, manifest) is not None and not FILE.search(urlsplit(address).path):
            yield Page(url=address, kind="page")
    lines = tuple(content(root, url))
    path = _path(url, manifest)
    if GONE.search(lines[0].text):
        reason = f"the page says {lines[0].text!r}"
        yield found("fetch-error", source=manifest.name, where=url, reason=reason)
    elif path and path.split("/")[0] not in manifest.options["navigation"]:
        yield from _datasets(capture, manifest, url, lines)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Each dataset once, with the file sizes that the host answered."""
    heads = {part.key: part.fields for part in things.parts if part.kind == "head"}
    records: dict[str, Dataset] = {}
    for record in things.datasets:
        first = records.setdefault(record.key, record)
        known = {file.access_url for file in first.distributions}
        more = tuple(file for file in record.distributions if file.access_url not in known)
        files = tuple(
            _sized(file, heads.get(file.access_url)) for file in first.distributions + more
        )
        records[record.key] = msgspec.structs.replace(first, distributions=files)
    yield from records.values()
    yield from things.services


def _datasets(
    capture: Capture, manifest: Manifest, url: str, lines: Sequence[Line]
) -> Iterator[Page | Dataset | Finding]:
    path = _path(url, manifest) or ""
    labels, sections = manifest.options["labels"], manifest.options["sections"]
    found_blocks = tuple(blocks(lines[1:], labels))
    for portion in portions(found_blocks, labels, sections):
        raw = portion.title or lines[0].text
        slug = f"#{_slug(clean_title(raw))}" if portion.title else ""
        base = Dataset(
            source=manifest.name,
            key=re.sub(r"(/index)?(\.\w+)?/?$", "", path) + slug,
            identifier=url + slug,
            landing_page=url,
            captures=(ref(capture),),
        )
        page = listed(portion, base=base, raw_title=raw, sections=sections)
        if page.record.distributions or page.has_table or _is_leaf(path, found_blocks, manifest):
            yield page.record
            yield from page.findings
            yield from _file_pages(page, url)


def _file_pages(page: Listed, url: str) -> Iterator[Page | Finding]:
    record = page.record
    for address, size in page.sizes.items():
        yield Page(url=address, kind="file", method="HEAD", data={"key": record.key, "size": size})
    if not record.distributions:
        code = "no-data-distribution" if record.documents else "no-distribution"
        yield found(code, source=record.source, key=record.key, where=url)


def _head(capture: Capture, manifest: Manifest) -> Iterator[Part | Finding]:
    """The length of a file where it agrees with the size that its link states."""
    kind = capture.headers.get("content-type", "").split(";")[0].strip().lower()
    key, stated = capture.page.data.get("key", ""), capture.page.data.get("size", "")
    if "html" in kind:
        reason = f"the answer is {kind}"
        yield found("dead-file", source=manifest.name, key=key, where=capture.url, reason=reason)
        return
    extension = urlsplit(capture.url).path.rsplit(".", 1)[-1].lower()
    if kind.startswith(("application/pdf", "image/")):
        yield found(
            "format-mismatch",
            source=manifest.name,
            key=key,
            where=capture.url,
            stated=kind,
            extension=extension,
            value=capture.url,
        )
        return
    length = capture.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and agrees(stated, int(length)):
        yield Part(
            kind="head", key=capture.url, fields={"bytes": int(length)}, capture=ref(capture)
        )


def _sized(file: Distribution, head: object) -> Distribution:
    size = head.get("bytes") if isinstance(head, dict) else None
    return msgspec.structs.replace(file, bytes=size) if size is not None else file


def _is_leaf(path: str, found_blocks: Sequence[Block], manifest: Manifest) -> bool:
    """A page on one dataset, below sector and topic, that does not lead on to other pages."""
    sections = manifest.options["sections"]
    heads = [b for b in found_blocks if b.kind == "head" and section(b.text, sections) is None]
    items = [block for block in found_blocks if block.item and block.anchors]
    text = " ".join(block.text for block in found_blocks if block.kind == "text")
    leads_on = any(head.anchors for head in heads) or len(heads) > 1 or len(items) > 1
    return bool(LEAF.fullmatch(path) and ABOUT_DATA.search(text)) and not leads_on


def _canonical(url: str, manifest: Manifest) -> str:
    """One address for a page: https, the host without www, without query and fragment."""
    parts = urlsplit(url)
    home = urlsplit(manifest.start[0])
    if (parts.hostname or "").removeprefix("www.") != (home.hostname or "").removeprefix("www."):
        return url
    return urlunsplit((home.scheme, home.netloc, parts.path or "/", "", ""))


def _path(url: str, manifest: Manifest) -> str | None:
    """The path below the home page; None for an address elsewhere."""
    home = manifest.start[0].rsplit("/", 1)[0] + "/"
    return url.removeprefix(home) if url.startswith(home) else None


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "dataset"
