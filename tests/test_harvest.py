from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dcat_harvest.errors import FetchError, PageChanged
from dcat_harvest.findings import finding
from dcat_harvest.harvest import harvest, harvest_one
from dcat_harvest.model import Agent, Capture, Dataset, Page
from dcat_harvest.read.manifest import Assumption, Expectations, Manifest
from dcat_harvest.read.things import Things
from dcat_harvest.sources import Source

START = "https://x.test/start"


class Web:
    """Answers pages from a dict of bodies; an exception is raised, anything else is a 404."""

    def __init__(self, pages: dict[str, bytes | Exception]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        self.asked.append(page.url)
        body = self.pages.get(page.url)
        if isinstance(body, Exception):
            raise body
        if body is None:
            raise FetchError(page.url, "HTTP 404", status=404)
        return Capture(
            url=page.url, final_url=page.url, status=200, headers={}, body=body,
            time="2026-01-01T00:00:00Z", digest="sha1:A", page=page,
        )  # fmt: skip


def source(read: Callable[..., Iterator[Any]], finish: Any = None, **values: Any) -> Source:
    manifest = Manifest(
        name="s", type="s", title="S", start=(START,), publisher=Agent(name="P"), **values
    )
    reader = SimpleNamespace(
        start=lambda m: [Page(url=x, kind="start") for x in m.start], read=read
    )
    if finish:
        reader.finish = finish
    return Source(manifest=manifest, reader=reader)


def words(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset]:
    """Each word of a page: an address leads on, another word is a dataset."""
    for word in capture.body.decode().split():
        if word.startswith("https:"):
            yield Page(url=word, kind="more")
        elif word == "changed":
            raise PageChanged("no h1")
        elif word == "bug":
            raise KeyError("title")
        else:
            yield Dataset(source="s", key=word)


def codes(found: Any) -> list[str]:
    return [f.code for f in found.findings]


def test_each_address_is_asked_once_however_often_it_is_linked() -> None:
    web = Web({START: b"https://x.test/a https://x.test/a https://x.test/start b"})
    web.pages["https://x.test/a"] = b"https://x.test/start a"

    found = harvest_one(source(words), web)

    assert web.asked == [START, "https://x.test/a"]
    assert [d.key for d in found.datasets] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"changed", "page-changed"), (b"bug", "reader-failed"), (None, "fetch-error")],
)
def test_a_page_that_fails_is_a_finding_and_the_rest_goes_on(body: bytes, code: str) -> None:
    web = Web({START: b"https://x.test/a b", "https://x.test/a": body})

    found = harvest_one(source(words), web)

    assert codes(found) == [code]
    assert [d.key for d in found.datasets] == ["b"]
    assert not found.failed


def test_a_start_page_that_fails_fails_its_source_alone() -> None:
    other = source(words)
    web = Web({START: FetchError(START, "HTTP 503", status=503)})

    down, up = harvest([source(words), other], web), harvest([other], Web({START: b"a"}))

    assert "503" in down[0].failed
    assert not up[0].failed


def test_an_optional_page_that_is_not_there_is_no_finding() -> None:
    def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset]:
        yield Page(url="https://x.test/none", kind="x", optional=True)
        yield Dataset(source="s", key="a")

    assert codes(harvest_one(source(read), Web({START: b""}))) == []


def test_two_records_with_one_key_are_one_and_a_finding() -> None:
    found = harvest_one(source(words), Web({START: b"a a"}))

    assert (len(found.datasets), codes(found)) == (1, ["duplicate-key"])


def test_an_endless_source_stops_at_its_limit() -> None:
    def read(capture: Capture, manifest: Manifest) -> Iterator[Page]:
        yield Page(url=capture.url + "x", kind="more")

    class Endless(Web):
        def fetch(self, page: Page, manifest: Manifest) -> Capture:
            self.pages[page.url] = b""
            return super().fetch(page, manifest)

    found = harvest_one(source(read), Endless({}), max_pages=25)

    assert (found.pages, codes(found)[0]) == (25, "too-many-pages")


def many(capture: Capture, manifest: Manifest) -> Iterator[Any]:
    """Ten datasets and ten findings a page, and always another page."""
    for n in range(10):
        yield Dataset(source="s", key=f"{capture.url} {n}")
        yield finding("odd-value", source="s", where=capture.url, field="x", value="y")
    yield Page(url=capture.url + "x", kind="more")


class Full(Web):
    """Answers every address with a hundred bytes."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        self.pages[page.url] = b"x" * 100
        return super().fetch(page, manifest)


def test_a_source_that_gives_too_many_datasets_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.MOST_DATASETS", 25)

    found = harvest_one(source(many), Full({}))

    assert (found.pages, len(found.datasets), found.failed) == (3, 25, "")
    assert "source-too-large" in codes(found)


def test_a_source_that_is_expected_to_be_large_may_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.MOST_DATASETS", 25)

    found = harvest_one(source(many, expect=Expectations(datasets=(1, 45))), Full({}))

    assert len(found.datasets) == 45


def test_a_source_that_gives_too_many_files_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.NODES", 0.5)
    monkeypatch.setattr("dcat_harvest.harvest.MOST_DATASETS", 100)

    found = harvest_one(source(many), Full({}))

    nodes = [2 + len(d.distributions) for d in found.datasets]
    assert sum(nodes[:-1]) < 50 <= sum(nodes)
    assert "source-too-large" in codes(found)


def test_a_source_that_gives_large_records_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.ROOM", 1)
    monkeypatch.setattr("dcat_harvest.harvest.MOST_DATASETS", 100)

    found = harvest_one(source(many), Full({}))

    assert 1 <= len(found.datasets) < 45
    assert found.held >= 100
    assert [f.code for f in found.findings].count("source-too-large") == 1


def test_a_source_that_gives_too_many_bytes_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.MOST_BYTES", 250)

    found = harvest_one(source(many), Full({}))

    assert (found.pages, found.bytes) == (3, 300)
    assert "source-too-large" in codes(found)


def test_of_findings_without_end_the_first_are_kept_and_the_rest_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dcat_harvest.harvest.MOST_FINDINGS", 15)

    found = harvest_one(source(many), Full({}), max_pages=4)

    assert codes(found).count("odd-value") == 15
    assert [(f.value, f.count) for f in found.findings if f.code == "findings-left-out"] == [
        ("odd-value", 25)
    ]


def test_what_the_manifest_states_fills_what_a_record_lacks_and_is_marked_assumed() -> None:
    given = {"licence": Assumption(value="cc0", seen_at="https://x.test/terms")}

    def read(capture: Capture, manifest: Manifest) -> Iterator[Dataset]:
        yield Dataset(source="s", key="a")
        yield Dataset(source="s", key="b", licence="cc-by")

    one, two = harvest_one(source(read, stated_for_all=given), Web({START: b""})).datasets

    assert (one.licence, one.origins["licence"].kind) == ("cc0", "assumed")
    assert (two.licence, "licence" in two.origins) == ("cc-by", False)


def test_expectations_that_are_not_met_are_findings() -> None:
    wanted = Expectations(datasets=(2, 9), fill={"title": 0.5})

    found = harvest_one(source(words, expect=wanted), Web({START: b"a"}))

    assert codes(found) == ["unexpected-count", "low-fill-rate"]


def test_a_join_that_fails_fails_the_source_and_no_other() -> None:
    def finish(things: Things, manifest: Manifest) -> Iterator[Dataset]:
        raise ValueError("no column")
        yield

    found = harvest_one(source(words, finish), Web({START: b"a"}))

    assert "no column" in found.failed
