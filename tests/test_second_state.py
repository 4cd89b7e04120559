"""What is done to a recorded web between two nights is what the second night reports."""

import json
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.records import read, read_state
from dcat_harvest.run import Outcome, run
from dcat_harvest.settings import Settings
from second_state import GONE, Answer, packages, rewrite
from test_run import CRAWL, NOW

LATER = NOW.replace(day=9)
BASE = "https://x.test/"


def night(output: Path, warcs: list[Path], now: Any, wanted: tuple[str, ...] = ()) -> Outcome:
    settings = Settings(base=BASE)
    return run(sources.load(wanted), Replay(warcs), output, settings, now)


def counted(outcome: Outcome) -> dict[str, tuple[str, int, int, int, int, int]]:
    said = json.loads((outcome.release / "manifest.json").read_text())["sources"]
    names = ("status", "datasets", "new", "changed", "gone", "stale")
    return {source: tuple(s[name] for name in names) for source, s in said.items()}


def keys(output: Path, source: str) -> list[str]:
    return [d.key for d in read(output / "current" / "records", source)[0]]


def retitled_and_renamed(found: list[dict[str, Any]]) -> None:
    found[0]["title"] = "Een heel andere titel"
    found[1]["name"] = f"{found[1]['name']}-verhuisd"


DUO_PAGE = "so-vso-1.jsp"
CBS = "https://opendata.cbs.nl/ODataCatalog/Tables?"


def example_later(url: str, status: int, body: bytes) -> Answer | None:
    """One package retitled, one renamed; a page gone; CBS down; a topic fails."""
    if "package_search" in url:
        return status, packages(body, retitled_and_renamed)
    if url.startswith(CBS):
        return None
    if url.endswith("onderwijsdata/oordelen"):
        return 500, b""
    return GONE if url.endswith(DUO_PAGE) else (status, body)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome, Outcome]:
    folder = tmp_path_factory.mktemp("second")
    first = night(folder / "out", [CRAWL], NOW)
    later = rewrite([CRAWL], folder / "later.warc.gz", example_later)
    return folder / "out", first, night(folder / "out", [later], LATER)


def test_an_unchanged_copy_is_no_new_release(tmp_path: Path) -> None:
    first = night(tmp_path / "out", [CRAWL], NOW)
    copy = rewrite([CRAWL], tmp_path / "copy.warc.gz", lambda url, status, body: (status, body))

    again = night(tmp_path / "out", [copy], LATER)

    assert (again.fresh, again.name) == (False, first.name)


def test_the_changes_reported_are_those_that_were_made(
    example: tuple[Path, Outcome, Outcome],
) -> None:
    _, first, second = example
    before, after = counted(first), counted(second)

    assert after["duo-ckan"] == ("ok", before["duo-ckan"][1], 0, 2, 0, 0)
    assert after["duo-pages"] == ("ok", before["duo-pages"][1] - 1, 0, 0, 1, 0)
    assert second.exit_code == 3


def test_a_source_that_is_down_keeps_all_and_changes_nothing(
    example: tuple[Path, Outcome, Outcome],
) -> None:
    _, first, second = example
    count = counted(first)["cbs-statline"][1]

    assert counted(second)["cbs-statline"] == ("stale", count, 0, 0, 0, count)
    assert "ODataCatalog" in second.errors["cbs-statline"]


def test_datasets_behind_pages_that_fail_are_kept(example: tuple[Path, Outcome, Outcome]) -> None:
    _, first, second = example

    assert counted(second)["inspectie"][1] == counted(first)["inspectie"][1]
    assert counted(second)["inspectie"][4] == 0


def test_a_renamed_dataset_keeps_its_iri(example: tuple[Path, Outcome, Outcome]) -> None:
    output, first, second = example
    aliases = read_state(output / "current" / "records").aliases["duo-ckan"]

    (new, old), *more = aliases.items()

    assert (more, new) == ([], f"{old}-verhuisd")
    assert keys(output, "duo-ckan") == [
        d.key for d in read(first.release / "records", "duo-ckan")[0]
    ]
    assert f"dataset/duo-ckan/{old}-verhuisd>" not in (second.release / "catalog.nt").read_text()


def test_a_page_that_says_404_leaves_a_tombstone(example: tuple[Path, Outcome, Outcome]) -> None:
    output, first, second = example
    known = read_state(first.release / "records").known["duo-pages"]
    (gone,) = known.keys() - set(keys(output, "duo-pages"))

    text = (second.release / "catalog.nt").read_text()

    record = f"<{BASE}dataset/duo-pages/{gone}#record>"
    assert f"{record} <http://www.w3.org/ns/adms#status>" in text
    assert f"<{BASE}dataset/duo-pages/{gone}> <http://www.w3.org/ns/dcat#distribution>" not in text
    assert [c.kind for c in second.data.changes if c.dataset.endswith(f"/{gone}")] == ["gone"]


def test_only_what_changed_has_another_date(example: tuple[Path, Outcome, Outcome]) -> None:
    output, first, _ = example
    old = read_state(first.release / "records").known
    new = read_state(output / "current" / "records").known

    changed = {
        (source, key)
        for source, known in new.items()
        for key, now in known.items()
        if now.modified != old[source][key].modified
    }

    assert {source for source, _ in changed} == {"duo-ckan"}
    assert len(changed) == 2
    assert all(known.issued == "2026-11-02T06:00:00Z" for x in new.values() for known in x.values())


@pytest.mark.world
def test_the_whole_recorded_world_a_week_later(world: Path, tmp_path: Path) -> None:
    warcs = [world / f"{name}.warc.gz" for name in ("duo", "cbs", "inspectie", "others")]
    output = tmp_path / "out"
    first = night(output, warcs, NOW)
    made: dict[str, set[str]] = {}

    def ckan(found: list[dict[str, Any]]) -> None:
        found.sort(key=lambda package: str(package["name"]))
        text = " ".join(str(package["name"]) for package in found)
        # A changelog belongs to another package, whose record tells of it: leave those alone.
        plain = [p for p in found[5:30] if f"{p['name']}-" not in text and "-" not in p["name"]]
        for package in plain[:2]:
            found.remove(package)
        made["removed"] = {str(package["name"]) for package in plain[:2]}
        made["changed"] = {str(p["name"]) for p in found[:3]}
        for package in found[:3]:
            package["title"] += " (herzien)"
        made["renamed"] = {str(found[30]["name"])}
        found[30]["name"] += "-nieuw"

    pages = sorted(
        c.url
        for d in read(first.release / "records", "duo-pages")[0]
        for c in d.captures
        if c.url.endswith(".jsp")
    )
    lost = set(pages[: len(pages) * 9 // 10])
    documents = [d for d in read(first.release / "records", "inspectie")[0] if d.in_series]
    gone = documents[-1]
    dead = {gone.landing_page, *(c.url for c in gone.captures)}

    def later(url: str, status: int, body: bytes) -> Answer | None:
        if "onderwijsdata.duo.nl" in url and url.endswith("package_search?rows=1000&start=0"):
            return status, packages(body, ckan)
        return GONE if url in lost or url in dead else (status, body)

    copies = rewrite([w for w in warcs if "cbs" not in w.name], tmp_path / "2.warc.gz", later)
    second = night(output, [copies], LATER)

    before, after = counted(first), counted(second)
    state = read_state(second.release / "records")
    assert set(state.gone["duo-ckan"]) == made["removed"]
    assert set(state.aliases["duo-ckan"].values()) == made["renamed"]
    was = read_state(first.release / "records").known["duo-ckan"]
    moved = {k for k, v in state.known["duo-ckan"].items() if v.modified != was[k].modified}
    assert moved == made["changed"] | made["renamed"]
    assert after["duo-ckan"] == ("ok", before["duo-ckan"][1] - 2, 0, 4, 2, 0)
    assert after["duo-pages"][0] == "shrunk"
    assert after["duo-pages"][1:] == (before["duo-pages"][1], 0, 0, 0, before["duo-pages"][1])
    assert after["cbs-statline"][0] == "stale"
    assert after["cbs-statline"][1:5] == (before["cbs-statline"][1], 0, 0, 0)
    assert after["inspectie"][:2] == ("ok", before["inspectie"][1] - 1)
    assert after["inspectie"][4:] == (1, 0)
