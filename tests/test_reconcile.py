"""What the portal has of a publisher, beside our catalogue."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from dcat_harvest.errors import FetchError, PageChanged
from dcat_harvest.graph import Graph
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.reconcile import (
    Own,
    Row,
    catalogue,
    compare,
    elsewhere,
    findings,
    portal_manifest,
    portal_rows,
    read_rows,
    reconcile,
    text,
)

DUO = "http://standaarden.overheid.nl/owms/terms/Dienst_Uitvoering_Onderwijs"


def row(name: str, **values: Any) -> Row:
    url = values.pop("url", f"https://duo.test/datasets/{name}")
    return Row(id=f"id-{name}", name=name, title=values.pop("title", name), url=url, **values)


def own(key: str, **values: Any) -> Own:
    addresses = values.pop("addresses", (f"https://duo.test/dataset/{key}",))
    return Own(
        iri=f"https://x.test/dataset/duo/{key}", source="duo", key=key,
        title=values.pop("title", key), publisher=DUO, addresses=addresses, **values,
    )  # fmt: skip


def states(rows: list[Row], ours: list[Own], *, alive: bool = False) -> dict[str, str]:
    found = compare(rows, ours, answers=lambda _: alive)
    return {m.name or m.key: m.state for m in found}


def test_rows_in_step_are_there_and_unlisted_datasets_lacking() -> None:
    assert states([row("a")], [own("a"), own("b")]) == {"a": "there", "b": "lacking"}


@pytest.mark.parametrize(
    ("portal", "ours", "state"),
    [
        ({"modified": "2022-01-01T00:00:00"}, {"modified": "2023-01-01"}, "stale"),
        ({"modified": "2023-01-01T00:00:00"}, {"modified": "2023-01"}, "there"),
        ({"modified": "2024-01-01T00:00:00"}, {"modified": "2023-01-01"}, "there"),
        ({"title": "Scholen (oud)"}, {"title": "Scholen"}, "stale"),
        ({"title": "01. Scholén."}, {"title": "Scholen"}, "there"),
        ({"files": ("https://f.test/1",)}, {"files": ("http://f.test/1/",)}, "there"),
        ({"files": ("https://f.test/1",)}, {"files": ("https://f.test/2",)}, "stale"),
        ({"files": ("https://f.test/1",)}, {"documents": ("https://f.test/x.pdf",)}, "stale"),
        ({}, {"files": ("https://f.test/2",)}, "there"),
    ],
)
def test_row_that_is_behind_its_source_is_stale(
    portal: dict[str, Any], ours: dict[str, Any], state: str
) -> None:
    assert states([row("a", **portal)], [own("a", **ours)]) == {"a": state}


@pytest.mark.parametrize(
    ("portal", "ours", "how"),
    [
        ({"url": "http://www.duo.test/datasets/k/"}, {}, "identifier"),
        ({"identifier": "https://duo.test/dataset/k", "url": ""}, {}, "identifier"),
        (
            {
                "url": "https://elsewhere.test/",
                "files": ("https://a/resource/9dc64222-99e3-4f97-b912-dc90ab5e02ef/x.csv",),
            },
            {"files": ("https://b/resource/9DC64222-99e3-4f97-b912-dc90ab5e02ef/y.csv",)},
            "file",
        ),
    ],
)
def test_rows_are_matched_by_identifier_and_by_file(
    portal: dict[str, Any], ours: dict[str, Any], how: str
) -> None:
    (found,) = compare([row("q", **portal)], [own("k", **ours)], answers=lambda _: True)

    assert found.how == how


def test_name_is_the_last_resort() -> None:
    (found,) = compare(
        [row("k", url="https://elsewhere.test/")], [own("topic/k")], answers=lambda _: True
    )

    assert found.how == "name"


def test_rows_without_a_match_are_gone_dead_or_there() -> None:
    ours = [own("a")]
    at_source = row("old")
    by_hand = row("hand", url="http://data.duo.test/x/adressen.asp")

    assert states([at_source, by_hand], ours) | {"a": ""} == {
        "old": "gone-at-source",
        "hand": "dead",
        "a": "",
    }
    assert states([by_hand], ours, alive=True)["hand"] == "there"


def test_members_of_a_series_are_not_lacking() -> None:
    member = own("2024/x", series="https://x.test/dataset/duo/topic")

    found = compare([row("topic")], [own("topic"), member], answers=lambda _: True)

    assert [(m.name, m.state) for m in found] == [("topic", "there")]
    assert set(elsewhere(found)) == {"https://x.test/dataset/duo/topic", member.iri}


def test_what_the_portal_has_is_not_delivered_again() -> None:
    found = compare([row("a"), row("gone")], [own("a"), own("b")], answers=lambda _: False)

    assert list(elsewhere(found)) == ["https://x.test/dataset/duo/a"]
    assert {f.code for f in findings(found)} == {"portal-gone", "portal-lacking"}
    assert "gone-at-source: 1" in text(found)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"result": {"count": 1, "results": [{}]}}'])
def test_answer_that_is_none_is_a_changed_page(body: bytes) -> None:
    with pytest.raises(PageChanged, match="where"):
        read_rows(body, "where")


class Recorded:
    """Answers from a table."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        if page.url not in self.answers:
            raise FetchError(page.url, "not recorded", status=404)
        return Capture(
            url=page.url, final_url=page.url, status=200, headers={}, page=page,
            body=self.answers[page.url], time="2026-11-02T06:00:00Z", digest="",
        )  # fmt: skip


def test_rows_are_read_page_by_page_and_compared_with_the_graph() -> None:
    start = (
        "https://data.overheid.nl/data/api/3/action/package_search?fq=authority:%22"
        "http://standaarden.overheid.nl/owms/terms/Dienst_Uitvoering_Onderwijs%22&rows=1000&start="
    )
    packages = [
        {"id": "1", "name": "a", "title": "A", "url": "https://duo.test/dataset/a"},
        {"id": "2", "name": "b", "title": "B", "url": None, "resources": [{"url": "u:1"}]},
    ]
    answers = {
        f"{start}{i}": json.dumps({"result": {"count": 2, "results": [p]}}).encode()
        for i, p in enumerate(packages)
    }
    turtle = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    <https://x.test/dataset/duo/a> a dcat:Dataset ; dct:title "A" ; dct:publisher <{DUO}> ;
      dcat:landingPage <https://duo.test/dataset/a> .
    <https://x.test/dataset/cbs/c> a dcat:Dataset ; dct:title "C" ; dct:publisher <x:other> ."""
    graph = Graph.parse(turtle.encode(), ox.RdfFormat.TURTLE)

    found = reconcile(graph, Recorded(answers), DUO, base="https://x.test/")

    assert [(m.name, m.state) for m in found] == [("a", "there"), ("b", "dead")]
    assert {o.key for o in catalogue(graph, base="https://x.test/")} == {"a", "c"}


@pytest.mark.world
def test_recorded_portal_is_judged_as_the_truth_does(world: Path) -> None:
    from dcat_harvest.archive import Replay

    replay = Replay(sorted(world.glob("*.warc.gz")))
    truth = json.loads((world / "reconcile.json").read_text(encoding="utf-8"))["publishers"]
    for publisher in truth.values():
        manifest = portal_manifest()
        rows = list(portal_rows(replay, publisher["authority"], manifest))
        ours = list(from_truth(world / "truth.jsonl", publisher["source"]))

        def answers(url: str) -> bool:
            try:
                return replay.fetch(Page(url=url, kind="x"), portal_manifest()).status < 400
            except FetchError:
                return False

        found = compare(rows, ours, answers=answers)

        assert len(rows) == publisher["count"]
        for state in ("there", "stale", "gone-at-source", "dead", "lacking"):
            listed = publisher.get(state, [])
            open_here = {
                x["portal_name"]
                for kind in publisher.values()
                if isinstance(kind, list)
                for x in kind
                if isinstance(x, dict) and x["open"]
            } | {"2023-02-14/overzicht-sectorindeling-ho"}  # whether it is in a series is open
            wanted = {x if isinstance(x, str) else x["portal_name"] for x in listed}
            got = {m.name or m.key for m in found if m.state == state}
            assert got - open_here == wanted - open_here, state


def from_truth(path: Path, source: str | None) -> list[Own]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fact = json.loads(line)
        if fact["source"] != source:
            continue
        found.append(
            Own(
                iri=f"x:{fact['key']}",
                source=fact["source"],
                key=fact["key"],
                title=fact["title"] or "",
                publisher="",
                addresses=tuple(a for a in (fact["landing_page"],) if a),
                modified=fact["modified"] or "",
                files=tuple(d["url"] for d in fact["distributions"]),
                documents=tuple(d["url"] for d in fact["documentation"] or ()),
                series=fact["in_series"] or "",
            )
        )
    return found
