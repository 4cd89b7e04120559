"""StatLine: which tables are chosen, how the two versions are joined, and the recorded world."""

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest import words
from dcat_harvest.archive import Replay
from dcat_harvest.harvest import Harvested, harvest_one
from dcat_harvest.model import Dataset, Part
from dcat_harvest.read import Manifest
from dcat_harvest.sources import Source
from dcat_harvest.sources.cbs_statline import pages, selection, tables, texts

FOLDER = Path(pages.__file__).parent
MANIFEST = msgspec.convert(tomllib.loads((FOLDER / "source.toml").read_text()), Manifest)
CATALOGUE = "https://opendata.cbs.nl/ODataCatalog/"
LISTING = "https://datasets.cbs.nl/odata/v1/CBS/Datasets"


def manifest(**options: Any) -> Manifest:
    return msgspec.structs.replace(MANIFEST, options={**MANIFEST.options, **options})


@pytest.mark.parametrize(
    "title",
    ["Onderwijs", "Mbo gediplomeerden", "Van ho naar arbeidsmarkt", "Voortijdig schoolverlaters"],
)
def test_a_theme_is_education_by_its_title(title: str) -> None:
    assert selection.education([(1, None, title)], MANIFEST) == {1}


@pytest.mark.parametrize("title", ["Landbouw", "Wonen", "Hoeveel", "Hypotheken"])
def test_another_theme_is_not(title: str) -> None:
    assert not selection.education([(1, None, title)], MANIFEST)


def test_a_theme_under_education_is_education_however_deep() -> None:
    themes = [(1, None, "Onderwijs"), (2, 1, "Regio"), (3, 2, "Leeftijd"), (4, None, "Landbouw")]

    assert selection.education(themes, MANIFEST) == {1, 2, 3}


def test_a_refused_theme_takes_those_under_it_along() -> None:
    themes = [(1, None, "Prijzen"), (2, 1, "Onderwijsprijzen"), (3, None, "Onderwijsprijzen")]

    assert selection.education(themes, MANIFEST) == {3}


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8) | st.none(), st.text(max_size=5))))
def test_circles_and_gaps_among_themes_end(themes: list[tuple[int, int | None, str]]) -> None:
    assert selection.education(themes, MANIFEST) <= {number for number, _, _ in themes}


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once_and_leaves_no_blank_ends(text: str) -> None:
    once = texts.clean(text)

    assert once is None or once == once.strip() != ""


def test_a_smaller_than_sign_is_no_html() -> None:
    assert texts.clean("kinderen < 2 jaar en > 1 jaar") == "kinderen < 2 jaar en > 1 jaar"


def test_english_sections_are_found_too() -> None:
    found = texts.sections(
        "Trial.\n\nStatus of the figures:\nProvisional.\n\nChanges as of 2 May 2024:\nNone.\n\n"
        "When will new figures be published?\nSoon."
    )

    assert found["status"] == "Status of the figures:\nProvisional."
    assert found["changes"] == "Changes as of 2 May 2024:\nNone."


def joined(v3: dict[str, Any] | None, *v4: tuple[str, dict[str, Any]], **options: Any) -> Dataset:
    parts = [Part(kind="tables", key=v3["Identifier"], fields=v3)] if v3 else []
    parts += [Part(kind=kind, key=row["Identifier"], fields=row) for kind, row in v4]
    found = tables.records(parts, manifest(**{"select": "all", **options}))
    [record] = [item for item in found if isinstance(item, Dataset)]
    return record


def test_version_4_wins_but_for_the_identifier() -> None:
    record = joined(
        {"Identifier": "1ned", "Title": "Oud", "Modified": "2020-07-01T02:00:00", "Period": "1990"},
        ("datasets", {"Identifier": "1NED", "Title": "Lijst", "Status": "Gediscontinueerd"}),
        ("properties", {"Identifier": "1NED", "Title": "Nieuw", "TemporalCoverage": "1991"}),
    )

    assert (record.key, record.title, record.status) == ("1ned", "Nieuw", "Gediscontinueerd")
    assert record.alternatives == ("Oud",)
    assert record.modified == "2020-07-01T02:00:00+02:00"
    assert record.period is not None
    assert record.period.text == "1991"
    assert record.identifier == "https://opendata.cbs.nl/ODataApi/OData/1ned"


def test_no_csv_is_made_up_where_version_4_lists_none() -> None:
    record = joined(None, ("datasets", {"Identifier": "2NED", "Title": "Lijst"}))

    assert [d.download_url for d in record.distributions] == [None]


@given(
    st.fixed_dictionaries(
        {"Identifier": st.just("3")},
        optional={
            name: st.text(max_size=12)
            for name in ("Title", "Modified", "Period", "FeedUrl", "Summary", "Source", "Language")
        },
    ),
    st.lists(st.one_of(st.none(), st.integers(), st.dictionaries(st.text(), st.text()))),
)
def test_any_row_gives_one_dataset(row: dict[str, Any], odd: list[Any]) -> None:
    v4 = {"Identifier": "3", "Distributions": odd, "Provenance": odd, "RelatedSources": odd}

    assert joined(row, ("properties", v4)).key == "3"


def test_a_list_option_may_be_one_text_with_commas() -> None:
    assert selection.names("identifiers", manifest(identifiers="1ned, 2ned")) == ["1ned", "2ned"]


def test_properties_are_asked_once_however_many_pages_the_listing_has() -> None:
    chosen = manifest(identifiers=["3ned"], select="all", properties_limit=1)
    first = [{"Identifier": "1NED"}, {"Identifier": "8NED", "Modified": "2020"}]
    rest = [{"Identifier": "9NED"}]
    data: dict[str, str] = {"tables": "1ned\n2ned"}
    known = selection.known("datasets", first, data, chosen)

    asked = [
        *selection.properties(first, data, chosen, is_last=False),
        *selection.properties(rest, known, chosen, is_last=True),
    ]

    assert [page.url.split("/")[-2] for page in asked] == ["1NED", "8NED", "2ned", "3ned"]


@pytest.fixture(scope="module")
def replay(world: Path) -> Replay:
    return Replay([world / "cbs.warc.gz"])


def harvested(replay: Replay, *start: str, **options: Any) -> Harvested:
    chosen = manifest(**options)
    chosen = msgspec.structs.replace(chosen, start=start) if start else chosen
    return harvest_one(Source(manifest=chosen, reader=pages), replay)


@pytest.mark.world
def test_the_recorded_catalogue_is_read_whole(replay: Replay, world: Path) -> None:
    lines = map(json.loads, (world / "truth.jsonl").read_text().splitlines())
    truth = [t for t in lines if t["source"] in {"cbs-v3", "cbs-v4"}]

    out = harvested(replay, select="all")

    assert not out.failed
    assert {d.key.casefold() for d in out.datasets} == {t["key"].casefold() for t in truth}
    codes = Counter(f.code for f in out.findings)
    assert not codes.keys() & {"unread-field", "odd-value", "page-changed", "reader-failed"}
    hidden = {f for t in truth for f in t["findings"]}
    assert hidden <= codes.keys()


@pytest.mark.world
def test_no_word_of_the_recorded_catalogue_is_unknown(replay: Replay) -> None:
    out = harvested(replay, select="all")

    frequencies = {d.frequency for d in out.datasets if d.frequency}
    assert all(words.term("frequency", word) for word in frequencies)
    themes = {word for d in out.datasets for word in d.themes}
    assert all(words.themes_of("cbs-statline", word) for word in themes)


@pytest.mark.world
@pytest.mark.parametrize(
    "first",
    [CATALOGUE + "Tables", "https://paged.opendata.cbs.nl/ODataCatalog/Tables?$format=json"],
    ids=["atom", "paged"],
)
def test_atom_and_pages_give_the_same_records(replay: Replay, first: str) -> None:
    rest = (CATALOGUE + "Themes", CATALOGUE + "Tables_Themes", LISTING)

    out = harvested(replay, first, *rest, select="all")

    plain = harvested(replay, select="all")
    assert [msgspec.structs.replace(d, captures=()) for d in out.datasets] == [
        msgspec.structs.replace(d, captures=()) for d in plain.datasets
    ]


@pytest.mark.world
def test_the_default_selection_is_education_only(replay: Replay) -> None:
    out = harvested(replay)

    assert 100 < len(out.datasets) < 400
    assert sum("EDUC" in d.themes for d in out.datasets) > 100
