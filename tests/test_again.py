"""A run that makes again only what changed gives the bytes of one that makes everything."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.assess import assess
from dcat_harvest.check import criteria, shards
from dcat_harvest.mapping import Mapper
from dcat_harvest.memo import Memos
from dcat_harvest.model import Agent, Dataset, Distribution
from dcat_harvest.publish.site import writing
from dcat_harvest.records import read
from dcat_harvest.run import Outcome, run
from dcat_harvest.settings import Settings
from dcat_harvest.store.release import read_graph
from second_state import rewrite
from test_run import BASE, CRAWL, NOW, dataset, many, ran
from test_second_state import example_later

LATER = NOW + timedelta(days=7)
LONG = "Een beschrijving die lang genoeg is om op te vallen waar een ander haar overneemt. " * 2


def catalogue() -> list[Dataset]:
    """Thirty datasets: some in a series, some stale one day, two with one description."""
    found = [
        msgspec.structs.replace(d, frequency="jaarlijks", modified="2026-01-01") for d in many(24)
    ]
    found += [dataset("reeks", kind="series"), dataset("lid", in_series="reeks")]
    found += [dataset(key, description=LONG) for key in ("lang-1", "lang-2")]
    apart = Distribution(access_url="https://p.test/b?format=csv", licence="cc-by", format="csv")
    found += [dataset("bestand", distributions=(apart,)), dataset("los", themes=("raar",))]
    return found


def with_(which: str, **values: Any) -> Callable[[list[Dataset]], list[Dataset]]:
    return lambda all_: [
        msgspec.structs.replace(d, **values) if d.key == which else d for d in all_
    ]


OTHER = Agent(name="P", language="en")
CHANGES: dict[str, Callable[[list[Dataset]], list[Dataset]]] = {
    "a value changed": with_("k05", title="Een andere titel"),
    "a value went": with_("k05", description=None),
    "a word that no table knows": with_("k05", frequency="zelden"),
    "a dataset came first": lambda all_: [dataset("a"), *all_],
    "a dataset went": lambda all_: all_[1:],
    "all went but one": lambda all_: all_[:1],
    "a dataset was renamed": with_("k05", key="k05-nieuw", title="Andere titel"),
    "the organisation that all share says another name": with_(
        "bestand", publisher=OTHER, creators=(OTHER,)
    ),
    "a description was copied": with_("k05", description=LONG),
    "a copied description was mended": with_("lang-1", description="Iets anders dan de ander."),
    "a series has another title": with_("reeks", title="Reeks met een andere titel"),
    "a member left its series": with_("lid", in_series=None),
    "a file that another dataset has": with_("k05", same_as=("https://p.test/k06",)),
}


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("first")
    ran(output, *catalogue())
    return output


def both(first: Path, tmp_path: Path, go: Callable[..., Outcome]) -> tuple[Outcome, Outcome]:
    """The same run twice after the same first one: only what changed, and in full."""
    for name in ("some", "all"):
        shutil.copytree(first, tmp_path / name, symlinks=True)
    return go(tmp_path / "some", full=False), go(tmp_path / "all", full=True)


def agree(some: Outcome, all_: Outcome) -> None:
    """The same release, byte for byte, and the same told to the user."""
    assert (some.name, some.fresh, some.errors) == (all_.name, all_.fresh, all_.errors)
    assert some.data == all_.data
    made, wanted = files(some.release), files(all_.release)
    assert [x for x in sorted({*made, *wanted}) if made.get(x) != wanted.get(x)] == []


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_gives_the_release_of_a_full_run(what: str, first: Path, tmp_path: Path) -> None:
    changed = CHANGES[what](catalogue())

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *changed, now=LATER, full=full, accept_shrink=("s",))

    some, all_ = both(first, tmp_path, go)

    agree(some, all_)
    assert some.fresh


def test_datasets_grow_stale_by_the_day_alone(first: Path, tmp_path: Path) -> None:
    """Nothing changed but the clock: the scores that are told, and no release."""
    later = NOW + timedelta(days=400)

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *catalogue(), now=later, full=full)

    some, all_ = both(first, tmp_path, go)

    agree(some, all_)
    assert sum(f.code == "c7-stale" for f in some.data.findings) > 0
    assert not any(f.code == "c7-stale" for f in ran(tmp_path / "new", *catalogue()).data.findings)


@pytest.mark.parametrize(
    "settings",
    [
        msgspec.structs.replace(BASE, base="https://y.test/"),
        msgspec.structs.replace(BASE, profiles=("dcat-ap-nl-3.0.1",)),
        msgspec.structs.replace(BASE, engine="pyshacl"),
    ],
)
def test_other_settings_give_the_release_of_a_full_run(
    settings: Settings, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("test_run.BASE", settings)
    changed = CHANGES["a value changed"](catalogue())[:12]

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *changed, now=LATER, full=full, accept_shrink=("s",))

    agree(*both(first, tmp_path, go))


def test_a_catalogue_that_is_a_hub_gives_the_release_of_a_full_run(tmp_path: Path) -> None:
    """Above 200 links the catalogue is looked at with each batch; nothing of it may be lost."""
    base = tmp_path / "base"
    ran(base, *many(230))
    changed = [*with_("k05", title=None, description=None)(many(230)), dataset("l")]

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *changed, now=LATER, full=full)

    agree(*both(base, tmp_path, go))


def test_the_second_night_of_the_example_gives_the_release_of_a_full_run(tmp_path: Path) -> None:
    settings = Settings(base="https://x.test/")
    base = tmp_path / "base"
    run(sources.load(()), Replay([CRAWL]), base, settings, NOW)
    later = rewrite([CRAWL], tmp_path / "later.warc.gz", example_later)

    def go(output: Path, full: bool) -> Outcome:
        return run(sources.load(()), Replay([later]), output, settings, LATER, full=full)

    some, all_ = both(base, tmp_path, go)

    agree(some, all_)
    assert some.fresh


def spied(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at: int) -> list[Any]:
    """The arguments that a function gets from now on, by their place."""
    seen: list[Any] = []
    real = getattr(owner, name)

    def spy(*args: Any, **values: Any) -> Any:
        seen.append(args[at])
        return real(*args, **values)

    monkeypatch.setattr(owner, name, spy)
    return seen


def test_what_did_not_change_is_not_made_again(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "some"
    shutil.copytree(first, output, symlinks=True)
    mapped = spied(monkeypatch, Mapper, "dataset", 1)
    judged = spied(monkeypatch, criteria, "noted", 1)
    batches = spied(monkeypatch, shards, "batch", 0)
    rendered = spied(monkeypatch, writing, "view", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # or a child would write the pages, unseen

    ran(output, *CHANGES["a value changed"](catalogue()), now=LATER)

    iri = "https://x.test/dataset/s/k05"
    checked = {x.partition("#")[0].strip("<>") for owned in batches for x in owned}
    assert [d.key for d in mapped] == ["k05"]
    assert judged == [f"<{iri}>"]
    assert {x for x in checked if "/dataset/" in x} == {iri}
    assert [x.entry.key for x in rendered] == ["k05"]


def test_judging_by_grounds_gives_what_judging_at_once_gives(first: Path, tmp_path: Path) -> None:
    """Checks that are not in OUTSIDE see nothing but the graph: then they need nothing else."""
    release = first / "current"
    graph = read_graph(release / "catalog.nt")
    records = read(release / "records", "s")[0]
    iris = {f"https://x.test/dataset/s/{d.key}": d for d in records}
    given: dict[str, Any] = {
        "profiles": ("dcat-ap-nl-3.0.0", "criteria"),
        "now": "2027-11-02T06:00:00Z",
        "base": "https://x.test/",
        "origins": {iri: d.origins for iri, d in iris.items()},
        "keys": {iri: ("s", d.key) for iri, d in iris.items() if d.kind == "dataset"},
        "records": iris,
    }

    at_once = assess(graph, **given)

    assert assess(graph, **given, memos=Memos(tmp_path)) == at_once  # made
    assert assess(graph, **given, memos=Memos(tmp_path)) == at_once  # remembered
    assert len({f.code for f in at_once.findings}) > 12


@pytest.mark.parametrize("kind", ["build", "check", "criteria", "pages"])
def test_a_memo_that_is_damaged_is_made_again(kind: str, first: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(first, broken, symlinks=True)
    path = broken / "memo" / kind
    data = bytearray(path.read_bytes())
    for at in range(20, len(data), 50):
        data[at] ^= 0x55
    path.write_bytes(data)
    changed = CHANGES["a value changed"](catalogue())

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *changed, now=LATER, full=full)

    agree(*both(broken, tmp_path, go))


@pytest.mark.parametrize("suffix", ["html", "ttl"])
def test_a_file_that_was_changed_in_the_last_release_is_not_carried_on(
    suffix: str, first: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(first, broken, symlinks=True)
    (broken / "current" / "dataset" / "s" / f"k07.{suffix}").write_text("somebody was here")
    changed = CHANGES["a value changed"](catalogue())

    def go(output: Path, full: bool) -> Outcome:
        return ran(output, *changed, now=LATER, full=full)

    agree(*both(broken, tmp_path, go))


def test_a_page_shows_the_release_that_it_is_in(first: Path, tmp_path: Path) -> None:
    """Three nights: the stamps of a page that is taken over twice are those of the third."""
    output = tmp_path / "out"
    shutil.copytree(first, output, symlinks=True)
    one = ran(output, *CHANGES["a value changed"](catalogue()), now=LATER)
    two = ran(output, *catalogue(), now=LATER + timedelta(days=20))
    page = (two.release / "dataset" / "s" / "k07.html").read_text()

    assert f"<code>{two.name}</code>" in page and one.name not in page
    assert "29 november 2026" in page and "9 november 2026" not in page.replace("29 nov", "")


def test_the_memo_is_no_part_of_a_release_and_may_be_deleted(first: Path, tmp_path: Path) -> None:
    changed = CHANGES["a value changed"](catalogue())
    shutil.copytree(first, tmp_path / "some", symlinks=True)
    shutil.rmtree(tmp_path / "some" / "memo")
    shutil.copytree(first, tmp_path / "all", symlinks=True)

    some = ran(tmp_path / "some", *changed, now=LATER)

    agree(some, ran(tmp_path / "all", *changed, now=LATER, full=True))
    assert not [x for x in files(some.release) if "memo" in x]


def test_statements_from_the_memo_are_those_of_the_nodes_that_are_kept(tmp_path: Path) -> None:
    """The first dataset that names an agent decides what is said of it, in both runs."""
    one, two = dataset("a"), dataset("b", publisher=OTHER, creators=(OTHER,))
    ran(tmp_path, one, two)

    later = ran(tmp_path, two, now=LATER, accept_shrink=("s",))

    said = (later.release / "catalog.nt").read_text()
    assert '/name> "P"@en' in said and '/name> "P"@nl' not in said
