"""Pages of duo.nl: any bytes are read or refused, and the recorded world is read without loss."""

import contextlib
import json
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.errors import HarvestError
from dcat_harvest.harvest import Harvested, harvest_one
from dcat_harvest.model import Capture, Page
from dcat_harvest.read import Manifest
from dcat_harvest.sources.duo_pages import pages

CAPTURES = Path(__file__).parents[1] / "captures" / "duo-pages"
BODIES = [path.read_bytes() for path in sorted(CAPTURES.glob("*/page*.html"))]
URL = "https://duo.nl/open_onderwijsdata/databestanden/po/proef/proef-1.jsp"
MANIFEST = msgspec.toml.decode(
    (Path(pages.__file__).parent / "source.toml").read_bytes(), type=Manifest
)
SHREDS = [b"<", b">", b"</table>", b"<table>", b"<tr>", b"<td rowspan=9>", b"<h1>", b"</h1>"]
SHREDS += [
    b"<a href='http://[",
    b"&#0;",
    b"\x00",
    b"\xff",
    b"<!--",
    b"<li>",
    b"<dt>Bestand",
    b"<br>",
]


def capture(body: bytes) -> Capture:
    return Capture(
        url=URL,
        final_url=URL,
        status=200,
        headers={"content-type": "text/html"},
        body=body,
        time="2026-11-02T06:00:00Z",
        digest="sha1:X",
        page=Page(url=URL, kind="page"),
    )


def read_or_refuse(body: bytes) -> float:
    began = time.process_time()
    with contextlib.suppress(HarvestError):
        list(pages.read(capture(body), MANIFEST))
    return time.process_time() - began


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.sampled_from(BODIES),
    cut=st.integers(0, 6000),
    at=st.lists(st.tuples(st.integers(0, 6000), st.sampled_from(SHREDS)), max_size=8),
)
def test_a_page_that_is_cut_or_torn_is_read_or_refused(
    body: bytes, cut: int, at: list[tuple[int, bytes]]
) -> None:
    for place, shred in at:
        body = body[:place] + shred + body[place:]

    assert read_or_refuse(body[: len(body) - cut]) < 2


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert read_or_refuse(b"<html><h1>x</h1><table>" + body) < 2


@pytest.mark.parametrize(
    "body",
    [
        b"<h1>x</h1>" + b"<table>" * 5_000,
        b"<h1>x</h1>" + b"<p>Bestand</p>" * 7_000,
        b"<h1>x</h1><table>" + b"<tr><td rowspan=50 colspan=50>a" * 7_000,
        b"<h1>x</h1>" + b"<a href=/open_onderwijsdata/images/a.csv>a " * 14_000,
        b"<h1>x</h1><p>" + b"a:" * 500_000,
        b"<h1>" + b"(csv 1" * 300_000 + b"</h1>",
        b"<h1>x</h1>" + b"<h2>a</h2><table><tr><th>Bestand<th>Status<tr><td><a href=a.csv>" * 2_000,
    ],
    ids=["tables", "labels", "spans", "links", "colons", "sizes", "datasets"],
)
def test_a_hostile_page_takes_little_time(body: bytes) -> None:
    assert read_or_refuse(body) < 8  # seconds of CPU; half a second alone


@pytest.fixture(scope="module")
def harvested(world: Path) -> Harvested:
    (source,) = sources.load(["duo-pages"])
    return harvest_one(source, Replay([world / "duo.warc.gz"]))


@pytest.mark.world
def test_every_recorded_dataset_is_found_and_no_other(harvested: Harvested, world: Path) -> None:
    rows = (json.loads(line) for line in (world / "truth.jsonl").read_bytes().splitlines())
    truth = {row["key"]: row for row in rows if row["source"] == "duo-pages"}

    found = {dataset.key: dataset for dataset in harvested.datasets}

    assert found.keys() == truth.keys()
    for key, row in truth.items():
        files = {file.download_url: file for file in found[key].distributions}
        assert found[key].title == row["title"]
        assert [file["bytes"] for file in row["distributions"]] == [
            files[file["url"]].bytes for file in row["distributions"]
        ]
        assert [file["issued"] for file in row["distributions"]] == [
            files[file["url"]].issued for file in row["distributions"]
        ]


@pytest.mark.world
def test_what_is_wrong_with_the_recorded_pages_is_reported(harvested: Harvested) -> None:
    codes = {finding.code for finding in harvested.findings}

    assert {"dead-file", "no-distribution", "label-year-mismatch", "fetch-error"} <= codes
    assert not codes & {"page-changed", "reader-failed", "unread-field", "bad-date"}
