"""Pages of the government's platform: topics are series, the documents they list datasets."""

from collections.abc import Iterable, Iterator

from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read import Finding, Manifest, PageChanged
from dcat_harvest.read.pro import document_key, sheet, unread
from dcat_harvest.read.pro_join import join
from dcat_harvest.read.pro_records import READ, dataset, options, topic, topics
from dcat_harvest.read.things import Things


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with overviews and lists; the address of a document stands for that document."""
    for url in manifest.start:
        yield Page(url=url, kind="document" if document_key(url) else "overview")


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read an overview, topic, year or document page, or the size of a file."""
    if capture.page.kind == "size":
        length = capture.headers.get("content-length", "")
        if length.isdigit():
            yield Part(kind="size", key=capture.page.url, fields={"bytes": int(length)})
        return
    page, findings = sheet(capture, manifest.name, options(manifest).terms)
    yield from findings
    yield from unread(page, READ, manifest.name)
    match capture.page.kind:
        case "overview":
            yield from topics(page, manifest)
        case "topic" | "year":
            yield from topic(page, capture, manifest)
        case "document":
            key = document_key(page.url) or document_key(capture.url)
            if key is None:
                raise PageChanged(f"{page.url}: no date and name of a document in this address")
            yield from dataset(page, capture, manifest, key=key)
        case kind:
            raise PageChanged(f"{page.url}: no reader for pages of kind {kind!r}")


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Join documents with the pages that list them."""
    return join(things, manifest)
