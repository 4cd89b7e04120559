"""Articles of type Custom (maatwerk) of the CBS website: its OData service, else HTML pages."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read import Finding, Manifest, article, html, odata
from dcat_harvest.read.fields import Fields
from dcat_harvest.read.things import Things

PAGE = re.compile(r"/(?:maatwerk|custom)/\d{4}/\d{1,2}/[^/?#]+/?$")


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the lists of the service; other addresses are pages."""
    for url in manifest.start:
        kind = "articles" if "/odata/" in urlsplit(url).path.lower() else "page"
        yield Page(url=url, kind=kind)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read a list of articles, an overview that links to pages, or a page."""
    if capture.page.kind == "articles":
        yield from _articles(capture, manifest)
        return
    root, told = html.parse(capture, manifest.name)
    yield from told
    if PAGE.search(urlsplit(capture.final_url).path):
        yield from article.of_page(root, capture, manifest)
        return
    for url in dict.fromkeys(a.url for a in html.anchors(root, capture.final_url)):
        if PAGE.search(urlsplit(url).path):
            yield Page(url=url, kind="page")


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each article once: what the service says of it before what its page says."""
    yield from article.joined(things, manifest)


def _articles(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    listed = odata.listing(capture, manifest.name)
    yield from listed.findings
    for row in listed.rows:
        yield from article.of_row(Fields(row, capture.url), capture, manifest)
    if listed.next_link:
        yield from odata.following(capture, listed, manifest.name)
    else:
        yield from article.onwards(capture, len(listed.rows), manifest)
