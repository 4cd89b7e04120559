import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from dcat_harvest.checking import Asked, check_inputs
from dcat_harvest.errors import FetchError
from dcat_harvest.model import Agent, Capture, Contact, Dataset, Distribution, Page
from dcat_harvest.publish import release
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.run import Outcome, run
from dcat_harvest.settings import Settings
from dcat_harvest.sources import Source

ROOT = Path(__file__).parents[1]
CRAWL = ROOT / "examples" / "crawl.warc.gz"
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
BASE = Settings(base="https://x.test/")


class Down:
    """A web on which nothing answers."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        raise FetchError(page.url, "HTTP 503", status=503)


class Up:
    """A web on which every page answers with nothing."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        return Capture(
            url=page.url, final_url=page.url, status=200, headers={}, body=b"",
            time="2026-01-01T00:00:00Z", digest="sha1:A", page=page,
        )  # fmt: skip


def dataset(key: str, **values: Any) -> Dataset:
    agent = Agent(name="P")
    return Dataset(
        source="s", key=key, **{
            "title": f"Dataset {key}", "description": "Wat er in staat.", "publisher": agent,
            "creators": (agent,), "identifier": f"https://p.test/{key}", "themes": ("EDUC",),
            "access": "public", "contact": Contact(name="Loket", email="a@p.test"),
            "distributions": (Distribution(access_url=f"https://p.test/{key}", licence="cc-by"),),
            **values,
        },
    )  # fmt: skip


def source(*datasets: Dataset) -> Source:
    def read(capture: Capture, manifest: Manifest) -> Iterator[Dataset]:
        yield from datasets

    manifest = Manifest(
        name="s", type="s", title="S", start=("https://p.test/",), publisher=Agent(name="P")
    )
    start: Callable[[Manifest], list[Page]] = lambda m: [Page(url=m.start[0], kind="x")]  # noqa: E731
    return Source(manifest=manifest, reader=SimpleNamespace(start=start, read=read))


def ran(output: Path, *datasets: Dataset, web: Any = None, **values: Any) -> Outcome:
    now = values.pop("now", NOW)
    return run([source(*datasets)], web or Up(), output, BASE, now, **values)


def many(count: int) -> list[Dataset]:
    return [dataset(f"k{n:02}") for n in range(count)]


def test_a_release_holds_every_file_that_the_design_lists(tmp_path: Path) -> None:
    target = ran(tmp_path, dataset("a")).release

    wanted = (
        *[
            "catalog.ttl",
            "catalog.jsonld",
            "catalog.rdf",
            "catalog.nt",
            "sources/s.ttl",
            "records/s.jsonl",
        ],
        *["dataset/s/a.html", "dataset/s/a.ttl", "dataset/s/a.jsonld", "void.ttl", "index.html"],
        *[
            "quality/findings.jsonl",
            "quality/report.html",
            "quality/report.json",
            "quality/dqv.ttl",
        ],
        *["quality/junit.xml", "quality/report.sarif", "quality/badge.svg", "provenance.ttl"],
        "manifest.json",
    )
    assert [name for name in wanted if not (target / name).is_file()] == []
    assert (target / "feed").is_dir()
    assert release.verify(target) == []


def test_the_manifest_counts_per_source_and_per_cause(tmp_path: Path) -> None:
    target = ran(tmp_path, dataset("a"), dataset("b", description=None)).release

    said = json.loads((target / "manifest.json").read_text())

    assert said["sources"]["s"] == {
        "status": "ok", "datasets": 2, "new": 2, "changed": 0, "gone": 0, "stale": 0, "error": "",
    }  # fmt: skip
    assert (said["conformance"]["conform"], said["conformance"]["not_conform"]) == (1, 1)
    assert said["conformance"]["causes"] == {"MinCount description": 1}


def test_the_same_input_and_clock_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (ran(tmp_path / x, *many(3)).release for x in "ab")

    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert one.name == two.name
    assert [f for f in files if (one / f).read_bytes() != (two / f).read_bytes()] == []


def test_an_unchanged_rerun_makes_no_release_whatever_the_clock(tmp_path: Path) -> None:
    first = ran(tmp_path, *many(3))
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "releases").rglob("*")}

    again = ran(tmp_path, *many(3), now=datetime(2026, 12, 1, tzinfo=UTC))

    assert (again.fresh, again.name) == (False, first.name)
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "releases").rglob("*")}


def test_new_changed_and_gone_are_told_and_dates_kept(tmp_path: Path) -> None:
    ran(tmp_path, dataset("a"), *many(12))

    later = datetime(2026, 12, 1, tzinfo=UTC)
    changed = [dataset("k00", title="Anders"), *many(12)[1:], dataset("new")]
    found = ran(tmp_path, *changed, now=later)

    status = found.data.sources["s"]
    assert (status.new, status.changed, status.gone) == (1, 1, 1)
    turtle = (found.release / "catalog.nt").read_text()
    record = '<https://x.test/dataset/s/{}#record> <http://purl.org/dc/terms/{}> "{}'
    assert record.format("k00", "issued", "2026-11-02") in turtle
    assert record.format("k00", "modified", "2026-12-01") in turtle
    assert record.format("k01", "modified", "2026-11-02") in turtle
    assert "<https://x.test/dataset/s/a#record>" in turtle
    assert "adms/status/Withdrawn" in turtle


def test_a_source_that_is_down_keeps_its_last_good_datasets(tmp_path: Path) -> None:
    ran(tmp_path, *many(3))

    found = ran(tmp_path, web=Down())

    assert found.exit_code == 3
    assert (found.data.sources["s"].status, found.data.sources["s"].datasets) == ("stale", 3)
    assert "k02" in (found.release / "catalog.nt").read_text()


def test_a_source_that_shrinks_keeps_its_last_good_until_a_person_says_otherwise(
    tmp_path: Path,
) -> None:
    ran(tmp_path, *many(20))

    doubted = ran(tmp_path, *many(2))
    accepted = ran(tmp_path, *many(2), accept_shrink=["s"])

    assert (doubted.exit_code, doubted.data.sources["s"].status) == (3, "shrunk")
    assert doubted.data.sources["s"].datasets == 20
    assert (accepted.exit_code, accepted.data.sources["s"].datasets) == (0, 2)


def test_a_source_that_was_not_asked_stays_as_it_was(tmp_path: Path) -> None:
    ran(tmp_path, *many(3))

    found = run([], Up(), tmp_path, BASE, NOW)

    assert found.data.sources["s"].datasets == 3


def test_what_holds_for_a_whole_source_is_one_finding_with_a_count(tmp_path: Path) -> None:
    found = ran(tmp_path, *many(25))

    keyword = [f for f in found.data.findings if f.code == "c8-keyword"]
    assert [(f.count, f.subject) for f in keyword] == [(25, "")]


def test_a_violation_of_the_profile_stays_with_its_dataset(tmp_path: Path) -> None:
    found = ran(tmp_path, *(dataset(f"k{n}", description=None) for n in range(25)))

    missing = [f for f in found.data.findings if f.code == "missing-value"]
    assert len({f.subject for f in missing}) == 25


def test_only_records_of_conforming_datasets_claim_the_profile(tmp_path: Path) -> None:
    made = ran(tmp_path, dataset("goed"), dataset("fout", description=""))
    nt = made.release / "catalog.nt"

    again = check_inputs(
        Asked(inputs=(str(nt),), profiles=("dcat-ap-nl-3.0.0", "criteria"), now="2026-11-02")
    )

    lines = nt.read_text().splitlines()
    claims = [x for x in lines if "#record> <http://purl.org/dc/terms/conformsTo>" in x]
    assert claims == [
        "<https://x.test/dataset/s/goed#record> <http://purl.org/dc/terms/conformsTo> "
        "<https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/> ."
    ]
    assert "dcat-ap-nl30" in (made.release / "dataset/s/goed.ttl").read_text()
    assert "dcat-ap-nl30" in (made.release / "sources/s.ttl").read_text()
    assert "dcat-ap-nl30" in (made.release / "catalog.jsonld").read_text()
    assert {x.key: x.conforms["dcat-ap-nl-3.0.0"] for x in again.data.scores} == {
        "https://p.test/fout": False,
        "https://p.test/goed": True,
    }
    told = [x for x in (*made.data.findings, *again.data.findings) if x.code == "c6-record"]
    assert told == []


def test_the_store_has_a_graph_per_source_and_answers(tmp_path: Path) -> None:
    from dcat_harvest.store.release import store_at

    ran(tmp_path, dataset("a"))

    counts = store_at(tmp_path).counts()
    assert {"https://x.test/graph/s", "https://x.test/graph/quality"} <= counts.keys()


def command(output: Path, *more: str) -> list[str]:
    code = "from dcat_harvest.cli import main; main()"
    return [
        *(sys.executable, "-c", code, "run", "--replay", str(CRAWL), "--output", str(output)),
        *("--base", "https://x.test/", "--quiet", *more),
    ]


def test_a_run_killed_at_any_moment_leaves_a_whole_release_and_store(tmp_path: Path) -> None:
    from dcat_harvest.store.release import store_at

    subprocess.run(command(tmp_path), check=True)
    for kill in range(8):
        changed = ["--set", f"cbs-statline.most={kill}", "--base", f"https://x{kill}.test/"]
        running = subprocess.Popen(command(tmp_path, *changed), start_new_session=True)
        time.sleep(0.15 + kill * 0.13)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()

        current = release.current(tmp_path)
        assert current is not None
        assert release.verify(current) == []
        assert sum(store_at(tmp_path).counts().values()) > 100

    assert subprocess.run(command(tmp_path), check=False).returncode == 0


def test_records_read_back_as_they_were(tmp_path: Path) -> None:
    from dcat_harvest import records

    given = [dataset("a", modified="2023-05"), dataset("b", keywords=("x",))]
    records.write(tmp_path, "s", (given, []))

    assert records.read(tmp_path, "s") == (given, [])
    assert records.content_sum(given[0]) != records.content_sum(given[1])
    assert msgspec.json.decode(msgspec.json.encode(given[0]), type=Dataset) == given[0]


def test_a_replay_of_the_same_files_does_nothing_and_a_full_one_does(tmp_path: Path) -> None:
    first = ran(tmp_path, *many(3), evidence="a")
    web = Down()

    again = ran(tmp_path, *many(3), web=web, evidence="a")
    other = ran(tmp_path, *many(4), evidence="b")

    assert (again.fresh, again.exit_code, again.name) == (False, 0, first.name)
    assert (other.fresh, other.data.sources["s"].new) == (True, 1)


def test_two_runs_in_one_folder_at_once_are_refused_with_a_clear_word(tmp_path: Path) -> None:
    from dcat_harvest.errors import UsageError

    with release.locked(tmp_path), pytest.raises(UsageError, match="another run is at work"):
        ran(tmp_path, dataset("a"))


def test_a_store_that_was_lost_is_loaded_again_without_a_new_release(tmp_path: Path) -> None:
    import shutil

    from dcat_harvest.store.release import store_at

    first = ran(tmp_path, *many(3))
    (tmp_path / "store").unlink()
    shutil.rmtree(tmp_path / ".store-000001")

    again = ran(tmp_path, *many(3))

    assert (again.fresh, again.name) == (False, first.name)
    assert store_at(tmp_path).counts()


def test_an_endpoint_that_refuses_is_exit_code_4_and_the_release_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dcat_harvest.store.http import Http

    waits: list[float] = []
    defaults = Http.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "sleep", waits.append)
    settings = msgspec.structs.replace(BASE, endpoint="http://127.0.0.1:9/")

    found = run([source(dataset("a"))], Up(), tmp_path, settings, NOW)

    assert (found.exit_code, found.fresh) == (4, True)
    assert "127.0.0.1:9" in found.store_error
    assert waits, "a server may be busy for a moment: it is tried again"
    assert release.verify(found.release) == []
