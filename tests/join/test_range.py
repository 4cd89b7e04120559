"""The first bytes of a file, and no more: asked by Range, bounded where a host ignores that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dcat_harvest.archive import Archive, Replay
from dcat_harvest.errors import FetchError
from dcat_harvest.fetch import WHOLE, Fetcher
from dcat_harvest.model import Agent, Capture, Page
from dcat_harvest.read.manifest import Manifest
from web import Web, reply, serving

NOW = "2026-11-02T06:00:00Z"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


def fetched(folder: Path, url: str, *, first: int = 0, held: Replay | None = None) -> Capture:
    """Fetch one page in a run of its own."""
    name = f"run{len(list(folder.glob('*.warc.gz')))}"
    fetcher = Fetcher(Archive(folder, name, now=NOW), "test", held=held, now=lambda: NOW)
    manifest = Manifest(
        name="s", type="t", title="T", start=(url,), publisher=Agent(name="P"), robots="api", pace=0
    )
    try:
        return fetcher.fetch(Page(url=url, kind="header", first_bytes=first), manifest)
    finally:
        fetcher.close()


def replay(folder: Path) -> Replay:
    return Replay(sorted(folder.glob("*.warc.gz")), only_good=True)


def test_only_the_first_bytes_are_asked_for(tmp_path: Path, web: Web) -> None:
    url = web.on("/a.csv", reply(b"BRIN;A\n", status="206 Partial Content"))

    capture = fetched(tmp_path, url, first=65536)

    assert (capture.status, capture.body) == (206, b"BRIN;A\n")
    assert "Range: bytes=0-65535" in web.heads[0]
    assert "Accept-Encoding: identity" in web.heads[0]


def test_an_ordinary_page_is_asked_for_whole(tmp_path: Path, web: Web) -> None:
    fetched(tmp_path, web.on("/a.csv", reply(b"x")))

    assert "Range:" not in web.heads[0]


def test_a_host_that_knows_no_ranges_does_not_send_a_large_file(tmp_path: Path, web: Web) -> None:
    url = web.on("/a.csv", reply(b"x" * (WHOLE + 1)))

    with pytest.raises(FetchError, match="larger"):
        fetched(tmp_path, url, first=65536)


def test_a_beginning_is_asked_again_conditionally_and_serves_for_no_whole(
    tmp_path: Path, web: Web
) -> None:
    url = web.on("/a.csv", reply(b"BRIN;A\n", 'ETag: "1"', status="206 Partial Content"))
    fetched(tmp_path, url, first=65536)
    held = replay(tmp_path)

    web.on("/a.csv", reply(status="304 Not Modified"))
    again = fetched(tmp_path, url, first=65536, held=held)
    web.on("/a.csv", reply(b"BRIN;A\nwhole\n"))
    whole = fetched(tmp_path, url, held=held)

    assert again.body == b"BRIN;A\n"
    assert 'If-None-Match: "1"' in web.heads[1]
    assert "If-None-Match" not in web.heads[2]
    assert whole.body == b"BRIN;A\nwhole\n"
