"""Reads what is to be checked from the web: an address with its further pages, an endpoint."""

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import msgspec
import pyoxigraph as ox

from dcat_harvest.check import formats
from dcat_harvest.check.reading import Input, Limits, Reading
from dcat_harvest.errors import FetchError, InputError
from dcat_harvest.findings import finding

if TYPE_CHECKING:
    import requests

    from dcat_harvest.recording import Exchange

AGENT = "dcat-harvest (checks a catalogue on request)"
HYDRA = "http://www.w3.org/ns/hydra/core#"
NEXT = (f" <{HYDRA}next> ", f" <{HYDRA}nextPage> ")
LINK = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(rb"(rel|type|href)\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
HOPS = 5
ALL = "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }"
PAGE = 10_000
"""Statements asked of an endpoint at once: servers cut off answers at about this, silently."""


class Web:
    """Asks addresses, each hop guarded; the first one, named by the user, is trusted."""

    def __init__(self, start: str, reading: Reading) -> None:
        from dcat_harvest import wire
        from dcat_harvest.connections import session
        from dcat_harvest.guard import Guard
        from dcat_harvest.manners import Limits as Cost

        self.start = start
        self.reading = reading
        self._wire = wire
        self._guard = Guard()
        self._line: requests.Session = session(self._guard, AGENT)
        size = reading.limits.size
        self._limits = Cost(received=size, decoded=size)

    def get(self, url: str, accept: str = formats.ACCEPT) -> tuple[str, str, bytes]:
        """Address in the end, media type and body. Raises FetchError."""
        for _ in range(HOPS + 1):
            self.reading.check_time(url)
            self._guard.check(url, [self.start])
            got = self._wire.exchange(
                self._line,
                "GET",
                url,
                headers={"Accept": accept},
                limits=self._limits,
                now=lambda: "",
            )
            headers = {name.lower(): value for name, value in got.answered}
            if got.status in (301, 302, 303, 307, 308) and headers.get("location"):
                url = urljoin(url, headers["location"])
                continue
            if got.status != 200:
                raise FetchError(url, _refusal(got.status), status=got.status)
            return url, headers.get("content-type", ""), self._body(got)
        raise FetchError(url, "redirects too often")

    def _body(self, got: "Exchange") -> bytes:
        from dcat_harvest.decode import BodyError
        from dcat_harvest.warc import Response

        response = Response(status=got.status, headers=got.answered, payload=got.payload)
        try:
            return response.body(self._limits.decoded)
        except BodyError as error:
            raise InputError(f"{got.url}: {error}") from error


def _refusal(status: int) -> str:
    """What a status says, and what to do about it."""
    told = {401: "it asks for a password", 403: "it refuses us", 404: "nothing is there"}
    why = told.get(status, "the server cannot answer now" if status >= 500 else "")
    return f"status {status}" + (f" ({why})" if why else "") + "; check the address in a browser"


def read_url(
    url: str, *, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
) -> Input:
    """The graph at an address, with the further pages that it names (hydra)."""
    reading = Reading(limits or Limits(), clock)
    reading.marks = NEXT
    web = Web(url, reading)
    waiting, seen = [url], {url}
    while waiting:
        if len(seen) > reading.limits.pages:
            reading.findings.append(finding("too-many-pages-to-check", where=url, count=len(seen)))
            break
        _read_page(web, waiting.pop())
        for text in reading.marked:
            further = text.split(" ", 2)[2][:-2].strip("<>")
            if further not in seen and further.startswith(("http://", "https://")):
                seen.add(further)
                waiting.append(further)
        reading.marked.clear()
    return reading.input(url)


def _read_page(web: Web, url: str) -> None:
    place, content_type, body = web.get(url)
    if formats.is_html(body):
        other = _alternate(body, place)
        if other is None:
            raise InputError(
                f"{url}: this is a web page (HTML) that names no RDF version of itself"
            )
        place, content_type, body = web.get(other)
    body = body.removeprefix(b"\xef\xbb\xbf")
    format = formats.by_media_type(content_type) or formats.by_name(place.partition("?")[0])
    format = format or formats.by_content(body)
    if format is None or not body.strip() or formats.is_html(body):
        raise InputError(f"{url}: the answer is no RDF ({content_type or 'no media type'})")
    web.reading.add(body, format, place, place)


def _alternate(page: bytes, base: str) -> str | None:
    """The RDF version that a web page's head names."""
    for tag in LINK.findall(page[:200_000]):
        found = {k.lower(): v.decode("utf-8", "replace") for k, v in ATTRIBUTE.findall(tag)}
        kind = found.get(b"type", "")
        if (
            "alternate" in found.get(b"rel", "")
            and formats.by_media_type(kind)
            and b"href" in found
        ):
            return str(urljoin(base, found[b"href"]))
    return None


def read_endpoint(
    url: str, *, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
) -> Input:
    """All statements that a SPARQL endpoint gives, of its default and its named graphs."""
    reading = Reading(limits or Limits(), clock)
    web = Web(url, reading)
    asked = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ {ALL} }} }}"
    count = _count(url, _query(web, asked, "text/csv")[1])
    if count > reading.limits.statements:
        raise InputError(f"{url}: {count} statements; at most {reading.limits.statements} are read")
    for offset in range(0, max(count, 1), PAGE):
        text = (
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ {ALL} }} "
            f"ORDER BY ?s ?p ?o LIMIT {PAGE} OFFSET {offset} }}"
        )
        media, body = _query(web, text, "application/n-triples, text/turtle;q=0.9")
        reading.add(body, formats.by_media_type(media) or ox.RdfFormat.TURTLE, url, url)
    made = reading.input(url)
    if (found := len(made.graph)) < count:
        lost = finding("endpoint-incomplete", where=url, value=str(found), count=count)
        made = msgspec.structs.replace(made, findings=(*made.findings, lost))
    return made


def _query(web: Web, text: str, accept: str) -> tuple[str, bytes]:
    mark = "&" if "?" in web.start else "?"
    try:
        _, media, body = web.get(f"{web.start}{mark}query={quote(text)}", accept)
    except FetchError as error:  # without the query: nobody wants to read it
        why = f"{error.reason}; is this the query address of a SPARQL server?"
        raise FetchError(web.start, why, status=error.status) from error
    return media, body


def _count(url: str, body: bytes) -> int:
    """The number in a CSV answer of one cell."""
    found = re.search(rb"\n\"?(\d+)", body.replace(b"\r", b""))
    if found is None:
        raise InputError(
            f"{url}: no SPARQL endpoint: it answered {body[:60]!r}; give its query address, "
            "such as http://localhost:7878/query"
        )
    return int(found.group(1))
