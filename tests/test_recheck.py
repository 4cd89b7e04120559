"""A second live run against a local web: what it asks, reads and writes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from dcat_harvest import recheck
from dcat_harvest.live import open_live
from dcat_harvest.model import Agent, Capture, Dataset, Distribution, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.recheck import Rechecked
from dcat_harvest.run import Outcome, run
from dcat_harvest.settings import Settings
from dcat_harvest.sources import Source
from dcat_harvest.upkeep import verify
from test_run import dataset
from web import Web, reply, serving

SETTINGS = Settings(base="https://x.test/")
TAGGED = ("/robots.txt", "/", "/a", "/b")
DATED = "Date: Sun, 01 Nov 2026 00:00:00 GMT"
PATHS = [*TAGGED, "/plain", "/file", "/old", "/new", "/gone"]


class Site:
    """A source on a local web: pages with and without ETag, a file, a moved page, a missing one."""

    def __init__(self, web: Web, output: Path) -> None:
        self.web, self.output = web, output
        self.read_pages: list[str] = []
        self.runs = 0
        self.first()

    def first(self) -> None:
        """Answer in full."""
        for path in TAGGED:
            self.web.on(path, reply(f"# {path}".encode(), f'ETag: "{path}"', keep=True))
        self.web.on("/plain", reply(b"Zonder ETag", DATED, keep=True))
        self.web.on("/file", reply(b"", 'ETag: "f"', length=1000, keep=True))
        self.web.on("/old", reply(b"", "Location: /new", status="301 Moved", keep=True))
        self.web.on("/new", reply(b"Verhuisd", DATED, keep=True))
        self.web.on("/gone", reply(b"no", status="404 Not Found", keep=True))

    def nothing_changed(self) -> None:
        """Answer 304 where there is an ETag, and the same as before elsewhere."""
        for path in (*TAGGED, "/file"):
            self.web.on(path, reply(status="304 Not Modified", keep=True))
        self.web.asked.clear()
        self.web.heads.clear()
        self.read_pages.clear()

    def pages(self) -> Iterator[Page]:
        yield Page(url=self.web.url("/file"), kind="size", method="HEAD")
        for path in ("/a", "/b", "/plain", "/old"):
            yield Page(url=self.web.url(path), kind="page")
        yield Page(url=self.web.url("/gone"), kind="page", optional=True)

    def read(self, capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset]:
        self.read_pages.append(capture.page.url)
        if capture.page.url == self.web.url("/"):
            yield from self.pages()
        size = int(capture.headers["content-length"]) if capture.page.kind == "size" else None
        file = Distribution(access_url="https://p.test/file", licence="cc-by", bytes=size)
        title = capture.body.decode() or "Bestand"
        yield dataset(re.sub(r"\W", "", capture.page.url), title=title, distributions=(file,))

    def run(self, *, full: bool = False, settings: Settings = SETTINGS) -> Outcome:
        manifest = Manifest(
            name="s", type="s", title="S", start=(self.web.url("/"),),
            publisher=Agent(name="P"), pace=0,
        )  # fmt: skip
        reader = SimpleNamespace(
            start=lambda m: [Page(url=m.start[0], kind="page")], read=self.read
        )
        self.runs += 1
        now = datetime(2026, 11, self.runs, 6, tzinfo=UTC)
        live = open_live(self.output, settings, now)
        try:
            return run(
                [Source(manifest=manifest, reader=reader)],
                Rechecked(live, live.again),
                self.output,
                settings,
                now,
                full=full,
            )
        finally:
            live.close()

    def files(self) -> dict[Path, tuple[int, bytes]]:
        """The files of all releases, with time and content."""
        found = sorted(p for p in (self.output / "releases").rglob("*") if p.is_file())
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in found}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as web:
        yield Site(web, tmp_path)


def conditional(web: Web) -> set[str]:
    return {
        head.split()[1]
        for head in web.heads
        if "\r\nIf-None-Match: " in head or "\r\nIf-Modified-Since: " in head
    }


def test_an_unchanged_web_is_asked_by_condition_and_nothing_is_read_or_written(site: Site) -> None:
    first = site.run()
    before = site.files()
    site.nothing_changed()

    again = site.run()

    assert (again.fresh, again.name, again.exit_code) == (False, first.name, 0)
    assert site.read_pages == []
    assert site.files() == before
    assert sorted(site.web.paths()) == sorted(PATHS)
    # Of a redirect and of a page that is not there, there is nothing to have changed.
    assert conditional(site.web) == {*PATHS} - {"/old", "/gone"}
    assert verify(sorted((site.output / "archive").glob("*.warc.gz"))) == []


def test_after_many_unchanged_runs_all_is_known_as_on_the_first_day(site: Site) -> None:
    first = site.run()
    site.nothing_changed()
    for _ in range(3):
        site.run()

    again = site.run(full=True)

    assert (again.fresh, again.name) == (False, first.name)
    assert len(site.read_pages) == 6


def test_where_a_page_changed_all_is_read_and_no_page_is_asked_twice(site: Site) -> None:
    site.run()
    site.nothing_changed()
    site.web.on("/plain", reply(b"Anders", DATED, keep=True))

    again = site.run()

    assert (again.fresh, again.data.sources["s"].changed) == (True, 1)
    assert len(site.read_pages) == 6
    assert sorted(site.web.paths()) == sorted(PATHS)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/file", reply(b"", 'ETag: "g"', length=1001, keep=True)),
        ("/gone", reply(b"Er weer", keep=True)),
        ("/gone", reply(b"no", status="410 Gone", keep=True)),
        ("/old", reply(b"", "Location: /plain", status="301 Moved", keep=True)),
        ("/b", reply(b"no", status="404 Not Found", keep=True)),
    ],
)
def test_every_other_answer_is_noticed(site: Site, path: str, answer: bytes) -> None:
    site.run()
    site.nothing_changed()
    site.web.on(path, answer)

    site.run()

    assert site.web.url("/") in site.read_pages


def test_a_page_that_changed_back_to_no_effect_is_known_the_next_time(site: Site) -> None:
    """The release stays, what it is made from does not."""
    site.run()
    site.nothing_changed()
    site.web.on("/a", reply(b"# /a", 'ETag: "other"', "Link: <x>", keep=True))
    site.run()
    site.read_pages.clear()

    site.run()

    assert site.read_pages == []


@pytest.mark.parametrize("spoil", ["settings", "full", "note", "store"])
def test_all_is_done_where_something_else_is_another(site: Site, spoil: str) -> None:
    site.run()
    site.nothing_changed()
    if spoil == "note":
        (site.output / recheck.FILE).write_bytes(b'{"inputs": 1')
    if spoil == "store":
        (site.output / "store").unlink()
    settings = msgspec.structs.replace(SETTINGS, keep=3) if spoil == "settings" else SETTINGS

    again = site.run(full=spoil == "full", settings=settings)

    assert (again.fresh, len(site.read_pages)) == (False, 6)


def test_readers_look_at_no_other_header_than_those_compared() -> None:
    package = Path(recheck.__file__).parent
    readers = [p for name in ("read", "sources", "levels") for p in (package / name).rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in readers)

    named = set(re.findall(r"""capture\.headers\.get\(\s*["']([\w-]+)""", text))

    assert named == set(recheck.READ_HEADERS)
    assert len(re.findall(r"\.headers\b", text)) == len(
        re.findall(r"capture\.headers\.get\(", text)
    )
