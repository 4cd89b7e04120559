"""Where the pages of the platform of government sites lead: topics, years, documents."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from dcat_harvest.model import Page
from dcat_harvest.read import pro
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.pro import Sheet


def documents(page: Sheet) -> dict[str, str]:
    """Return key and address of the documents that a page lists; the first address counts."""
    found: dict[str, str] = {}
    for link in page.links:
        key = pro.document_key(link.url)
        if key and urlsplit(link.url).hostname in _hosts(page.url):
            found.setdefault(key, link.url)
    return found


def _hosts(url: str) -> set[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return {host, f"www.{host}"}


def pages(page: Sheet, listed: dict[str, str]) -> Iterator[Page]:
    """Yield the documents of a list, to fetch."""
    for url in listed.values():
        yield Page(url=url, kind="document", data={"listed_at": page.url})


def following(page: Sheet, kind: str) -> Iterator[Page]:
    """Yield further pages of a list that is too long for one."""
    here = urlsplit(page.url).path
    for link in page.links:
        parts = urlsplit(link.url)
        if parts.path == here and re.search(r"(?:^|&)(?:pagina|page)=\d{1,4}(?:&|$)", parts.query):
            yield Page(url=link.url, kind=kind)


def below(page: Sheet, manifest: Manifest) -> list[str]:
    """Return the addresses below the overview that a page leads to."""
    urls = dict.fromkeys(link.url.partition("#")[0].rstrip("/") for link in page.links)
    return [url for url in urls if path(url, manifest) and "?" not in url]


def parent(manifest: Manifest) -> str:
    """Return the address of the overview."""
    return manifest.start[0].partition("?")[0].rstrip("/")


def path(url: str, manifest: Manifest) -> list[str]:
    """Return the parts of a path below the overview, one or two; [] for other addresses."""
    base, given = urlsplit(parent(manifest)), urlsplit(url)
    asked = given.path.rstrip("/")
    if given.hostname not in _hosts(parent(manifest)) or not asked.startswith(f"{base.path}/"):
        return []
    parts = asked.removeprefix(f"{base.path}/").split("/")
    return parts if len(parts) <= 2 and all(parts) and "." not in parts[-1] else []
