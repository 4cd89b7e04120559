"""The two sides that are compared: the portal's rows, and our catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

import msgspec
import pyoxigraph as ox

from dcat_harvest.errors import FetchError, PageChanged
from dcat_harvest.graph import Graph, triples
from dcat_harvest.model import Agent, Capture, Page
from dcat_harvest.read.manifest import Manifest

PORTAL = "https://data.overheid.nl/data/api/3/action/package_search"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCT = "http://purl.org/dc/terms/"
_PAGE = "http://xmlns.com/foaf/0.1/page"


class Fetches(Protocol):
    """The live fetcher, or a replay of WARC files."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """The answer to a page; raises FetchError."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the portal lists, of one dataset."""

    id: str
    name: str
    title: str = ""
    identifier: str = ""
    url: str = ""
    modified: str = ""
    files: tuple[str, ...] = ()


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What our catalogue knows of one dataset or series."""

    iri: str
    source: str
    key: str
    title: str
    publisher: str
    addresses: tuple[str, ...]
    """Identifier and landing pages."""
    modified: str = ""
    files: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    series: str = ""


def portal_manifest() -> Manifest:
    """The portal as a place to fetch from: a documented API, one request a second."""
    return Manifest(
        name="data-overheid-nl",
        type="reconcile",
        title="data.overheid.nl",
        start=(PORTAL,),
        publisher=Agent(name="data.overheid.nl"),
        robots="api",
        api_terms="https://data.overheid.nl/ondersteuning/data-publiceren/api",
    )


def portal_rows(fetches: Fetches, authority: str, manifest: Manifest) -> Iterator[Row]:
    """All rows of an authority, page by page."""
    wanted = quote(f'authority:"{authority}"', safe=":/(),_-.~")
    start = 0
    while True:
        url = f"{PORTAL}?fq={wanted}&rows=1000&start={start}"
        capture = fetches.fetch(Page(url=url, kind="package_search"), manifest)
        count, rows = read_rows(capture.body, url)
        yield from rows
        start += len(rows)
        if not rows or start >= count:
            return


def read_rows(body: bytes, where: str) -> tuple[int, tuple[Row, ...]]:
    """The total and the rows of one answer of `package_search`; raises PageChanged."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
        result = answer["result"]
        return int(result["count"]), tuple(_row(package) for package in result["results"])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as problem:
        raise PageChanged(f"{where}: no answer of package_search: {problem!r}") from None


def _row(package: Mapping[str, Any]) -> Row:
    files = [r.get(k) for r in package.get("resources") or () for k in ("url", "download_url")]
    return Row(
        id=package["id"],
        name=package["name"],
        title=package.get("title") or "",
        identifier=package.get("identifier") or "",
        url=package.get("url") or "",
        modified=package.get("modified") or "",
        files=tuple(dict.fromkeys(str(f) for f in files if f)),
    )


def does_answer(fetches: Fetches, url: str, manifest: Manifest) -> bool:
    """Whether a page is there."""
    if not url.startswith(("http://", "https://")):
        return False
    try:
        return fetches.fetch(Page(url=url, kind="landing-page"), manifest).status < 400
    except FetchError:
        return False


def catalogue(graph: Graph, *, base: str) -> Iterator[Own]:
    """The datasets and series of our catalogue."""
    kinds = tuple(f"#type> <{_DCAT}{k}> ." for k in ("Dataset", "DatasetSeries"))
    for subject in graph.said:
        if any(line.endswith(kinds) for line in graph.about(subject)):
            yield _own(graph, subject, base)


def _own(graph: Graph, subject: str, base: str) -> Own:
    node = _values(graph, subject)
    iri = subject[1:-1]
    source, _, key = iri.removeprefix(f"{base}dataset/").partition("/")
    files: list[str] = []
    for file in node.get(f"{_DCAT}distribution", ()):
        stated = _values(graph, f"<{file}>")
        files += stated.get(f"{_DCAT}downloadURL") or stated.get(f"{_DCAT}accessURL") or ()
    addresses = (*node.get(f"{_DCT}identifier", ()), *node.get(f"{_DCAT}landingPage", ()))
    return Own(
        iri=iri,
        source=source,
        key=key,
        title=next(iter(node.get(f"{_DCT}title", ())), ""),
        publisher=next(iter(node.get(f"{_DCT}publisher", ())), ""),
        addresses=tuple(dict.fromkeys(addresses)),
        modified=next(iter(node.get(f"{_DCT}modified", ())), ""),
        files=tuple(files),
        documents=tuple(node.get(_PAGE, ())),
        series=next(iter(node.get(f"{_DCAT}inSeries", ())), ""),
    )


def _values(graph: Graph, subject: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in triples(graph.about(subject)):
        if isinstance(triple.object, ox.NamedNode | ox.Literal):
            found.setdefault(triple.predicate.value, []).append(triple.object.value)
    return found
