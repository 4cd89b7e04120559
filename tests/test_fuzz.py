"""Any answer at all, to each reader: no error but our own, and never long.

`DCAT_HARVEST_FUZZ` is the number of inputs a reader (CI: 5000, nightly: 100000).
"""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.errors import HarvestError
from dcat_harvest.harvest import READER_ERRORS
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.things import Things
from dcat_harvest.sources import Source
from test_run import CRAWL

INPUTS = int(os.environ.get("DCAT_HARVEST_FUZZ", "5000" if os.environ.get("CI") else "500"))
LONGEST = 2.0
TYPES = {
    "ckan": "https://p.test/", "odata3": "https://p.test/ODataCatalog/", "dcat": "https://p.test/a.ttl",
    "odata4": "https://p.test/odata/v1/CBS/Datasets", "oai-pmh": "https://p.test/oai",
    "dataverse": "https://p.test/", "sdmx": "https://p.test/sdmx", "schema-org": "https://p.test/",
    "rijksoverheid": "https://p.test/onderwijsdata",
}  # fmt: skip
BUILT_IN = ("duo-ckan", "duo-pages", "cbs-statline", "inspectie")
TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"<", b">", b"</", b"&amp;", b"&#0;", b"null",
    b"\xff", b"<div>", b"<table><tr><td>", b"<a href='javascript:x'>", b"<dc:title>",
    b"\\ud800", b"1e99",
    b'"result"', b'"results"', b'"value"', b'"name"', b'"title"', b"2023-13-45", b"\xe2\x80\xae",
    b"<script type='application/ld+json'>", b'{"@type":"Dataset"}', b"<![CDATA[", b"<!--", b"\0",
    b" a <http://www.w3.org/ns/dcat#Dataset> . ", b"@prefix : <x:> .", b"<record>", b"<header>",
)  # fmt: skip


def source(name: str) -> Source:
    if name in BUILT_IN:
        return sources.load([name])[0]
    given = {"type": name, "start": TYPES[name], "publisher": "P", "server": "https://p.test"}
    return sources.load([name], {name: given})[0]


REPLAY = Replay([CRAWL])
BODIES = [
    capture.body
    for method, url in REPLAY.addresses()
    if (capture := REPLAY.get(url, method)) and 0 < len(capture.body) < 4000
]


@st.composite
def bodies(draw: Any) -> bytes:
    """A real answer with pieces cut out, doubled and put in; or pieces alone."""
    text: bytes = draw(st.sampled_from([b"", *BODIES]))
    for _ in range(draw(st.integers(0, 5))):
        here = draw(st.integers(0, len(text)))
        there = draw(st.integers(here, min(len(text), here + 200)))
        piece = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8)))
        text = text[:here] + piece * draw(st.sampled_from([1, 1, 2, 50])) + text[there:]
    return bytes(text)


def captured(body: bytes, page: Page, kind: str) -> Capture:
    return Capture(
        url=page.url, final_url=page.url, status=200, headers={"content-type": kind}, body=body,
        time="2026-01-01T00:00:00Z", digest="sha1:A", page=page,
    )  # fmt: skip


def answered(given: Source, body: bytes, kind: str, spent: list[float]) -> Iterator[str]:
    """Read a body as every kind of page that the reader begins with or is led to."""
    pages = {p.kind: p for p in given.reader.start(given.manifest)}
    things, todo = Things(), list(pages.values())
    while todo:
        page = todo.pop()
        begun = time.process_time()
        try:
            for thing in given.reader.read(captured(body, page, kind), given.manifest):
                if isinstance(thing, Page) and thing.kind not in pages:
                    pages[thing.kind] = thing
                    todo.append(thing)
                elif type(thing).__name__ == "Dataset":
                    things.datasets.append(thing)
                elif type(thing).__name__ == "Part":
                    things.parts.append(thing)
        except (HarvestError, *READER_ERRORS) as error:
            yield type(error).__name__
        spent.append(time.process_time() - begun)
    try:
        list(given.finish(things))
    except (HarvestError, *READER_ERRORS) as error:
        yield type(error).__name__


@pytest.mark.parametrize("name", [*TYPES, *BUILT_IN])
def test_no_answer_breaks_a_reader_or_keeps_it_busy(name: str) -> None:
    one = source(name)

    @settings(
        max_examples=INPUTS, deadline=None, derandomize=INPUTS < 1000, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(bodies(), st.sampled_from(["application/json", "text/html", "text/xml", "text/turtle"]))
    def reads(body: bytes, kind: str) -> None:
        spent: list[float] = []
        list(answered(one, body, kind, spent))
        assert max(spent) < LONGEST

    reads()
