"""Datasets that several sources describe are linked, never merged; their conflicts are shown."""

from collections.abc import Mapping

import msgspec
import pytest

from dcat_harvest.build import build
from dcat_harvest.conflicts import conflicts
from dcat_harvest.iri import Names, part
from dcat_harvest.model import Agent, CatalogInfo, Dataset, Distribution, Link
from dcat_harvest.remap import Dates
from dcat_harvest.same import Judged, joined, judged, links, pairs

NAMES = Names("https://catalog.test/")
HERE = "https://onderwijs.example.org/dataset/adressen"
DUO = Agent(name="Dienst Uitvoering Onderwijs")


def _dataset(name: str, **more: object) -> Dataset:
    source, _, key = name.partition("/")
    title = f"Titel van {name}"
    record = Dataset(source=source, key=key, title=title, publisher=DUO, description="x")
    return msgspec.structs.replace(record, **more)


def _held(*datasets: Dataset) -> Mapping[str, list[Dataset]]:
    held: dict[str, list[Dataset]] = {}
    for d in datasets:
        held.setdefault(d.source, []).append(d)
    return held


def _iri(name: str) -> str:
    source, _, key = name.partition("/")
    return NAMES.dataset(source, key)


def test_a_portal_that_has_the_owners_page_leads_to_the_owner() -> None:
    owner = _dataset("owner/a", identifier=HERE, landing_page=HERE)
    portal = _dataset("portal/b", identifier="https://portal.example.org/b", landing_page=HERE)
    held = _held(owner, portal)

    (pair,) = pairs(held, ())

    assert (pair.one, pair.other, pair.relation) == ("portal/b", "owner/a", "same")
    assert links([pair], held, NAMES) == {
        _iri("portal/b"): {
            "sameAs": [_iri("owner/a")],
            "source": [_iri("owner/a")],
            "notation": [HERE],
        },
        _iri("owner/a"): {"notation": ["https://portal.example.org/b"]},
    }


def test_one_identifier_at_two_sources_is_one_dataset() -> None:
    held = _held(_dataset("b/x", identifier=HERE), _dataset("a/x", identifier=HERE + "/"))

    (pair,) = pairs(held, ())

    assert (pair.one, pair.other, pair.relation) == ("b/x", "a/x", "same")


def test_a_page_that_holds_several_datasets_is_no_identity() -> None:
    held = _held(
        _dataset("a/one", identifier=HERE, landing_page=HERE),
        _dataset("a/two", identifier=HERE, landing_page=HERE),
        _dataset("b/x", identifier="https://other.example.org/x", landing_page=HERE),
    )

    assert pairs(held, ()) == []


def test_a_source_that_the_page_names_is_a_source_and_a_series_is_derived_from() -> None:
    link = Link(url=HERE, role="source")
    held = _held(_dataset("a/x", links=(link,)), _dataset("b/y", landing_page=HERE))
    series = _held(
        _dataset("a/x", links=(link,)), _dataset("b/y", landing_page=HERE, kind="series")
    )

    assert links(pairs(held, ()), held, NAMES) == {_iri("a/x"): {"source": [_iri("b/y")]}}
    assert links(pairs(series, ()), series, NAMES) == {
        _iri("a/x"): {"wasDerivedFrom": [_iri("b/y")]}
    }


def test_a_mere_relation_is_no_source() -> None:
    held = _held(_dataset("a/x", links=(Link(url=HERE),)), _dataset("b/y", landing_page=HERE))

    assert pairs(held, ()) == []


def test_one_file_or_one_title_makes_them_related_and_no_more() -> None:
    file = Distribution(access_url=HERE, download_url="https://files.example.org/a.csv")
    by_file = _held(_dataset("a/x", distributions=(file,)), _dataset("b/y", distributions=(file,)))
    by_title = _held(_dataset("a/x", title="Adressen po"), _dataset("b/y", title="adressen, PO."))

    for held in (by_file, by_title):
        (pair,) = pairs(held, ())
        assert pair.relation == "related"
        assert links([pair], held, NAMES) == {
            _iri("a/x"): {"relation": [_iri("b/y")]},
            _iri("b/y"): {"relation": [_iri("a/x")]},
        }


def test_a_title_of_another_publisher_or_of_three_datasets_says_nothing() -> None:
    other = Agent(name="CBS")
    three = [_dataset(f"{s}/x", title="Adressen") for s in "abc"]

    assert pairs(_held(three[0], msgspec.structs.replace(three[1], publisher=other)), ()) == []
    assert pairs(_held(*three), ()) == []


def test_what_is_no_dataset_is_linked_to_nothing() -> None:
    held = _held(
        _dataset("register/x", kind="resource", title="Adressen"), _dataset("a/x", title="Adressen")
    )

    assert pairs(held, ()) == []


def test_a_pair_judged_by_hand_holds_where_both_are_there() -> None:
    hand = [Judged(one="a/x", other="b/y", relation="part", because="read")]

    assert [p.relation for p in pairs(_held(_dataset("a/x"), _dataset("b/y")), hand)] == ["part"]
    assert pairs(_held(_dataset("a/x")), hand) == []


def test_the_table_of_judged_pairs_loads_and_has_no_pair_twice() -> None:
    table = judged()

    assert table
    assert len({(p.one, p.other) for p in table}) == len(table)
    assert all(p.one.split("/")[0] != p.other.split("/")[0] for p in table)


@pytest.mark.parametrize(
    ("field", "here", "there", "code"),
    [
        ("licence", "cc0", "cc-by", "other-licence"),
        ("frequency", "jaarlijks", "maandelijks", "other-frequency"),
        ("modified", "2026-01-02", "2024-05-06T07:08:09", "other-date"),
    ],
)
def test_a_conflict_shows_both_values_and_both_addresses(
    field: str, here: str, there: str, code: str
) -> None:
    place = "https://portal.example.org/b"
    owner = _dataset("owner/a", identifier=HERE, landing_page=HERE, **{field: here})
    portal = _dataset("portal/b", identifier=place, landing_page=HERE, **{field: there})
    portal = msgspec.structs.replace(portal, landing_page=place, other_identifiers=(HERE,))
    held = _held(owner, portal)

    (found,) = conflicts(pairs(held, ()), held)

    assert found.code == code
    assert (found.source, found.key, found.where) == ("portal", "b", place)
    for text in (found.message_nl, found.message_en):
        assert place in text
        assert HERE in text
        assert there in text or "by/4.0" in text
        assert here in text or "zero/1.0" in text


def test_two_words_or_precisions_for_one_value_are_no_conflict() -> None:
    one = _dataset(
        "a/x", identifier=HERE, licence="cc-by", frequency="jaarlijks", modified="2024-05"
    )
    other = _dataset(
        "b/x",
        identifier=HERE,
        licence="https://creativecommons.org/licenses/by/4.0/deed.nl",
        frequency="Elk jaar",
        modified="2024-05-06",
    )
    held = _held(one, other)

    assert list(conflicts(pairs(held, ()), held)) == []


def test_what_one_side_does_not_say_is_no_conflict() -> None:
    held = _held(_dataset("a/x", identifier=HERE, licence="cc0"), _dataset("b/x", identifier=HERE))

    assert list(conflicts(pairs(held, ()), held)) == []


def test_links_are_in_the_catalogue_and_the_records_stay_as_they_are() -> None:
    owner = _dataset("owner/a", identifier=HERE, landing_page=HERE)
    portal = _dataset("portal/b", identifier="https://portal.example.org/b", landing_page=HERE)
    held = _held(owner, portal)
    more = joined(links(pairs(held, ()), held, NAMES), {_iri("owner/a"): {"subject": [HERE]}})
    moment = "2026-11-02T06:00:00Z"

    built = build(
        {s: (d, []) for s, d in held.items()},
        names=NAMES,
        catalog=CatalogInfo(),
        dates=lambda d: Dates(issued=moment, modified=moment),
        modified=moment,
        more=more,
    )

    lines = set(built.graph().lines)
    here, there = _iri("portal/b"), _iri("owner/a")
    assert f"<{here}> <http://www.w3.org/2002/07/owl#sameAs> <{there}> ." in lines
    assert f"<{here}> <http://purl.org/dc/terms/source> <{there}> ." in lines
    assert f"<{there}> <http://purl.org/dc/terms/subject> <{HERE}> ." in lines
    for of, text in ((here, HERE), (there, "https://portal.example.org/b")):
        name = part(of, "identifier", text)
        assert f"<{of}> <http://www.w3.org/ns/adms#identifier> <{name}> ." in lines
        assert f'<{name}> <http://www.w3.org/2004/02/skos/core#notation> "{text}" .' in lines
    assert not portal.same_as


def test_a_portal_with_all_files_of_the_owner_leads_to_the_owner_and_one_with_some_does_not() -> (
    None
):
    files = [
        Distribution(access_url=f"{HERE}/{n}", download_url=f"{HERE}/{n}.csv") for n in ("a", "b")
    ]
    owner = _dataset("z-owner/a", identifier=HERE, distributions=tuple(files))
    all_ = _dataset(
        "portal/b", identifier="https://portal.example.org/b", distributions=tuple(files)
    )
    some = msgspec.structs.replace(all_, distributions=tuple(files[:1]))

    assert [(p.one, p.other, p.relation) for p in pairs(_held(owner, all_), ())] == [
        ("portal/b", "z-owner/a", "same")
    ]
    assert [p.relation for p in pairs(_held(owner, some), ())] == ["related"]
