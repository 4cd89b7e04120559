"""Any CKAN portal: paging that ends, packages that are odd, files that are elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat_harvest.errors import HarvestError, PageChanged, UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Agent, Capture, Dataset, Page, Part
from dcat_harvest.read import ckan
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

URL = "https://portaal.example.org/data/api/3/action/package_search?q=onderwijs&rows=2"


def manifest(**options: Any) -> Manifest:
    return Manifest(
        name="proef",
        type="ckan",
        title="Proef",
        start=(URL,),
        publisher=Agent(name="Proef"),
        options=options,
    )


def resource(number: int = 1, **changes: Any) -> dict[str, Any]:
    url = f"https://portaal.example.org/data/dataset/p/resource/r{number}/download/{number}.csv"
    return {"id": f"r{number}", "name": "Bestand", "format": "CSV", "url": url} | changes


def package(name: str = "p", **changes: Any) -> dict[str, Any]:
    given = {"id": f"id-{name}", "name": name, "title": name.title(), "resources": [resource()]}
    return given | changes


def capture(value: Any, page: Page | None = None) -> Capture:
    page = page or Page(url=URL, kind=ckan.KIND)
    return Capture(
        url=page.url,
        final_url=page.url,
        status=200,
        headers={"content-type": "application/json"},
        body=json.dumps(value).encode(),
        time="2026-11-02T06:00:00Z",
        digest="sha1:A",
        page=page,
    )


def answer(*packages: Any, count: int | None = None) -> dict[str, Any]:
    number = len(packages) if count is None else count
    return {"success": True, "result": {"count": number, "results": list(packages)}}


def read(value: Any, page: Page | None = None, **options: Any) -> list[Any]:
    return list(ckan.read(capture(value, page), manifest(**options)))


def one(value: dict[str, Any], **options: Any) -> Dataset:
    found = [item for item in read(answer(value), **options) if isinstance(item, Dataset)]
    assert len(found) == 1
    return found[0]


def codes(items: list[Any]) -> list[str]:
    return [item.code for item in items if isinstance(item, Finding)]


def test_the_next_page_begins_where_this_one_ended() -> None:
    pages = [x for x in read(answer(package("a"), package("b"), count=5)) if isinstance(x, Page)]

    assert [page.url for page in pages] == [f"{URL}&start=2"]
    further = read(answer(package("c"), package("d"), count=5), pages[0])
    assert [x.url for x in further if isinstance(x, Page)] == [f"{URL}&start=4"]


def test_a_portal_that_always_gives_the_same_page_is_left() -> None:
    first = read(answer(package("a"), count=10**6))
    page = next(x for x in first if isinstance(x, Page))

    again = read(answer(package("a"), count=10**6), page)

    assert not [x for x in again if isinstance(x, Page)]
    assert "paging-stuck" in codes(again)


@pytest.mark.parametrize("count", [0, -1, 1])
def test_a_count_that_is_reached_or_lies_low_ends_the_paging(count: int) -> None:
    assert not [x for x in read(answer(package("a"), count=count)) if isinstance(x, Page)]


def test_an_empty_page_ends_the_paging_and_the_gap_is_reported() -> None:
    items = read(answer(count=7))
    parts = [x for x in items if isinstance(x, Part)]

    finished = list(ckan.finish(Things(parts=parts), manifest()))

    assert not [x for x in items if isinstance(x, Page)]
    assert codes(finished) == ["paging-incomplete"]


def test_pages_have_a_limit() -> None:
    page = Page(url=URL, kind=ckan.KIND, data={"number": "3"})

    assert "paging-stuck" in codes(read(answer(package("z"), count=100), page, most_pages=3))


def test_a_package_found_on_two_pages_counts_once() -> None:
    twice = [x for x in read(answer(package("a"), package("a"))) if isinstance(x, Dataset)]

    finished = list(ckan.finish(Things(datasets=twice), manifest()))

    assert [x.key for x in finished if isinstance(x, Dataset)] == ["a"]


def test_the_portal_is_that_of_the_start_address_or_of_the_option() -> None:
    assert one(package()).landing_page == "https://portaal.example.org/data/dataset/p"
    assert one(package(), portal="https://x.org/").landing_page == "https://x.org/dataset/p"


@pytest.mark.parametrize("value", [[], {}, {"success": True}, {"success": True, "result": {}}])
def test_another_answer_than_a_search_is_a_changed_page(value: Any) -> None:
    with pytest.raises(PageChanged):
        read(value)


def test_a_portal_that_says_it_failed_is_a_changed_page() -> None:
    with pytest.raises(PageChanged, match="failed"):
        read({"success": False, "error": {"message": "nee"}})


def test_one_odd_package_does_not_cost_the_others() -> None:
    items = read(answer({"title": "zonder naam"}, "geen object", package("goed")))

    assert [x.key for x in items if isinstance(x, Dataset)] == ["goed"]
    assert codes(items).count("page-changed") == 2


@pytest.mark.parametrize(
    ("fields", "email", "name"),
    [
        ({"author": "Team", "author_email": "team@example.org"}, "team@example.org", "Team"),
        ({"author": "Team", "author_email": "mailto:a@b.nl"}, "a@b.nl", "Team"),
        ({"author": "a@b.nl", "author_email": "Team"}, "a@b.nl", "Team"),
        ({"author_email": "a@b.nl"}, "a@b.nl", "a@b.nl"),
        (
            {"author_email": "a@b.nl", "maintainer": "Beheer", "maintainer_email": "c@d.nl"},
            "c@d.nl",
            "Beheer",
        ),
    ],
)
def test_a_contact_is_an_address_wherever_it_stands(
    fields: dict[str, str], email: str, name: str
) -> None:
    contact = one(package(**fields)).contact

    assert contact is not None
    assert (contact.email, contact.name) == (email, name)


@pytest.mark.parametrize("value", ["", "Informatieproducten", "geen @ adres", "a@b", None])
def test_a_name_is_no_contact(value: str | None) -> None:
    items = read(answer(package(author="Informatieproducten", author_email=value)))

    assert [x.contact for x in items if isinstance(x, Dataset)] == [None]
    assert "no-contact-email" in codes(items)


@pytest.mark.parametrize(
    "host",
    ["http://ckan:5000", "http://localhost:5000", "https://a.b.apps.nl", "http://10.0.0.3:5000"],
)
def test_a_file_on_an_internal_host_is_on_the_portal_and_reported(host: str) -> None:
    given = package(resources=[resource(url=f"{host}/data/dataset/p/resource/r1/download/1.csv")])

    items = read(answer(given), internal_hosts=["*.apps.nl"])

    dataset = next(x for x in items if isinstance(x, Dataset))
    expected = "https://portaal.example.org/data/dataset/p/resource/r1/download/1.csv"
    assert dataset.distributions[0].download_url == expected
    assert "internal-host-url" in codes(items)


def test_an_upload_of_this_resource_is_on_the_portal_whatever_its_host() -> None:
    url = "https://oud.example.org/dataset/p/resource/r1/download/1.csv"
    given = package(resources=[resource(url=url, url_type="upload")])

    assert one(given).distributions[0].download_url == (
        "https://portaal.example.org/data/dataset/p/resource/r1/download/1.csv"
    )


def test_a_dump_of_this_resource_is_on_the_portal_whatever_its_host() -> None:
    given = package(resources=[resource(url="https://oud.example.org/datastore/dump/r1")])

    assert one(given).distributions[0].download_url == (
        "https://portaal.example.org/data/datastore/dump/r1"
    )


def test_a_file_of_somebody_else_keeps_its_address() -> None:
    given = package(resources=[resource(url="https://elders.example.com/a b.csv", url_type=None)])

    items = read(answer(given))

    dataset = next(x for x in items if isinstance(x, Dataset))
    assert dataset.distributions[0].download_url == "https://elders.example.com/a%20b.csv"
    assert "internal-host-url" not in codes(items)


def test_documentation_is_no_data() -> None:
    given = package(
        resources=[
            resource(1, format="PDF"),
            resource(2, name="Toelichting kolommen"),
            resource(3, name="controlebestand"),
            resource(4),
        ]
    )

    dataset = one(given, documentation_names=["toelichting", "controlebestand"])

    assert [document.title for document in dataset.documents] == [
        "Bestand",
        "Toelichting kolommen",
        "controlebestand",
    ]
    assert [x.access_url.rpartition("/")[2] for x in dataset.distributions] == ["r4"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(12, 12), ("12", 12), (0, None), (-3, None), ("veel", None), (None, None), (True, None)],
)
def test_a_size_is_a_number_of_bytes(value: Any, expected: int | None) -> None:
    assert one(package(resources=[resource(size=value)])).distributions[0].bytes == expected


@pytest.mark.parametrize(
    ("value", "algorithm"),
    [("a" * 32, "md5"), ("sha1:" + "B" * 40, "sha1"), ("c" * 64, "sha256"), ("z" * 32, None)],
)
def test_a_hash_is_told_by_its_length(value: str, algorithm: str | None) -> None:
    checksum = one(package(resources=[resource(hash=value)])).distributions[0].checksum

    assert (checksum.algorithm if checksum else None) == algorithm


@pytest.mark.parametrize(
    "theme", ['["https://x.org/t"]', "https://x.org/t", ["https://x.org/t"], '["https://x.org/t"']
)
def test_themes_come_as_json_in_text_as_text_or_as_a_list(theme: Any) -> None:
    items = read(answer(package(extras=[{"key": "theme", "value": theme}])))

    readable = theme != '["https://x.org/t"'
    assert ("unknown-word" in codes(items)) == readable
    assert ("odd-value" in codes(items)) != readable


def test_what_nobody_reads_is_reported_once_by_name() -> None:
    items = read(answer(package("a", nieuw=1), package("b", nieuw=2)))

    unread = [x for x in items if isinstance(x, Finding) and x.code == "unread-field"]
    assert len(unread) == 1
    assert "nieuw" in unread[0].message_en
    assert "unread-field" not in codes(read(answer(package(nieuw=1)), ignore=["nieuw"]))


def test_a_frequency_in_the_notes_is_interpreted_and_the_stated_one_wins() -> None:
    notes = "Boeken per school. De lijst wordt dagelijks geactualiseerd."
    annual = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"

    said = one(package(notes=notes))
    both = read(answer(package(notes=notes, extras=[{"key": "frequency", "value": annual}])))

    assert (said.frequency, said.origins["frequency"].kind) == ("dagelijks", "interpreted")
    stated = next(x for x in both if isinstance(x, Dataset))
    assert stated.frequency == annual
    assert "frequency" not in stated.origins
    assert "frequency-conflict" in codes(both)


def test_the_newest_data_file_says_when_a_dataset_changed() -> None:
    files = [
        resource(1, last_modified="2023-01-01T10:00:00"),
        resource(2, last_modified="2024-05-06T10:00:00.123"),
        resource(3, last_modified="2025-01-01T10:00:00", format="PDF"),
    ]

    dataset = one(package(resources=files, metadata_modified="2026-01-01T00:00:00"))
    plain = one(package(metadata_modified="2026-01-01T00:00:00"))

    assert dataset.modified == "2024-05-06T10:00:00.123"
    assert dataset.metadata_modified == plain.modified == "2026-01-01T00:00:00"


def test_a_wrong_option_is_an_error_of_use() -> None:
    with pytest.raises(UsageError, match="most_pages"):
        read(answer(package()), most_pages="veel")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PACKAGE = package(
    notes="## Doel\nIets.",
    extras=[{"key": "theme", "value": "x"}],
    groups=[{"name": "g"}],
    tags=[{"display_name": "t"}],
    resources=[resource(1, size=1, hash="a" * 32), resource(2)],
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, name))


WHOLE = answer(PACKAGE)
PLACES = [place for place in places(WHOLE) if place]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_in_an_answer_is_read_or_refused_by_name(
    place: tuple[Any, ...], junk: Any
) -> None:
    spoilt = json.loads(json.dumps(WHOLE))
    inner = spoilt
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = junk

    try:
        items = read(spoilt, repairs={"ƫ": "ë"}, changelog_suffix="-changelog")
    except HarvestError:
        return
    datasets = [item for item in items if isinstance(item, Dataset)]
    parts = [item for item in items if isinstance(item, Part)]
    list(ckan.finish(Things(datasets=datasets, parts=parts), manifest()))
    msgspec.json.encode(items)
