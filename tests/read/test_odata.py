"""OData listings are read in every form, page after page, and never without end."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, Page
from dcat_harvest.read import odata

URL = "https://opendata.example.org/Catalog/Tables?$format=json"
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"'
    ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">{}</feed>'
)
ENTRY = (
    '<entry><link rel="edit" href="Tables(0)" /><content type="application/xml"><m:properties>'
    "{}</m:properties></content></entry>"
)


def capture(body: Any, *, url: str = URL, kind: str = "json", **data: str) -> Capture:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Capture(
        url=url,
        final_url=url,
        status=200,
        headers={"content-type": f"application/{kind}"},
        body=raw,
        time="2026-11-02T06:00:00Z",
        digest="sha1:A",
        page=Page(url=url, kind="tables", data=data),
    )


def atom(*entries: str, more: str = "") -> Capture:
    body = FEED.format("".join(map(ENTRY.format, entries)) + more)
    return capture(body.encode(), kind="atom+xml")


@pytest.mark.parametrize(
    "body",
    [
        {"odata.metadata": "…", "value": [{"A": 1}], "odata.nextLink": "n"},
        {"@odata.context": "…", "value": [{"A": 1}], "@odata.nextLink": "n"},
        {"@context": "…", "value": [{"A": 1}], "@nextLink": "n"},
        {"d": {"results": [{"A": 1}], "__next": "n"}},
    ],
    ids=["3", "4", "4.01", "verbose"],
)
def test_rows_and_next_link_are_read_from_each_json_form(body: dict[str, Any]) -> None:
    read = odata.listing(capture(body), "s")

    assert (read.rows, read.next_link) == ([{"A": 1}], "n")


def test_the_oldest_verbose_form_is_a_bare_list() -> None:
    assert odata.listing(capture({"d": [{"A": 1}]}), "s").rows == [{"A": 1}]


def test_atom_gives_the_rows_of_json_with_types_and_nulls() -> None:
    read = odata.listing(
        atom(
            '<d:ID m:type="Edm.Int32">7</d:ID><d:Title>A &lt; B</d:Title><d:Period></d:Period>',
            '<d:Modified m:null="true" /><d:Size m:type="Edm.Double">1.5</d:Size>',
            more='<link rel="next" href="Tables?$skip=2" />',
        ),
        "s",
    )

    assert read.rows == [
        {"ID": 7, "Title": "A < B", "Period": ""},
        {"Modified": None, "Size": 1.5},
    ]
    assert read.next_link == "Tables?$skip=2"


def test_an_empty_feed_is_no_rows() -> None:
    assert odata.listing(atom(), "s") == odata.Listing([], None, ())


def test_a_number_that_is_none_stays_text() -> None:
    assert odata.listing(atom('<d:ID m:type="Edm.Int32">x</d:ID>'), "s").rows == [{"ID": "x"}]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Storing</body></html>",
        b"",
        b'{"value": 3}',
        b'{"odata.error": {"message": {"value": "weg"}}}',
        b'{"error": {"message": "not found"}}',
        FEED.format("<entry>")[:-20].encode(),
        b'<!DOCTYPE feed [<!ENTITY a "b">]>' + FEED.format("&a;").encode(),
    ],
    ids=range(7),
)
def test_an_answer_that_is_no_listing_is_refused(body: bytes) -> None:
    with pytest.raises(PageChanged):
        odata.listing(capture(body), "s")


def test_an_entity_in_a_feed_is_not_fetched_nor_expanded(tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    inner = f'<!DOCTYPE feed [<!ENTITY a SYSTEM "file://{secret}">]>'
    padded = b"<?xml version='1.0'?>" + b" " * 5000 + inner.encode()
    body = padded + FEED.format(ENTRY.format("<d:Title>&a;</d:Title>")).encode()

    try:
        rows = odata.listing(capture(body, kind="atom+xml"), "s").rows
    except PageChanged:
        rows = []

    assert "geheim" not in str(rows)


def test_a_singleton_is_one_entity() -> None:
    row, findings = odata.entity(capture({"@odata.context": "…", "Identifier": "1"}), "s")

    assert row["Identifier"] == "1"
    assert findings == ()


@pytest.mark.parametrize("body", [{"value": []}, {"value": [{}, {}]}, [1], {"error": {"a": 1}}])
def test_more_or_less_than_one_entity_is_refused(body: Any) -> None:
    with pytest.raises(PageChanged):
        odata.entity(capture(body), "s")


def following(link: str, rows: int = 1, *, url: str = URL, **data: str) -> list[Page | Finding]:
    read = odata.Listing([{}] * rows, link)
    return list(odata.following(capture({}, url=url, **data), read, "s"))


def test_the_next_link_is_followed_bare_and_keeps_what_was_carried() -> None:
    [page] = following(URL + "&$skip=10", themes="1 2")

    assert isinstance(page, Page)
    assert (page.url, page.kind, page.data["themes"]) == (URL + "&$skip=10", "tables", "1 2")


def test_a_relative_next_link_is_joined_to_its_page() -> None:
    [page] = following("Tables?$skip=10")

    assert isinstance(page, Page)
    assert page.url == "https://opendata.example.org/Catalog/Tables?$skip=10"


def test_no_next_link_is_the_end() -> None:
    read = odata.Listing([{}], None)

    assert not list(odata.following(capture({}), read, "s"))


def test_a_link_to_another_host_is_read_from_our_own() -> None:
    note, page = following("http://intern.example.net/Catalog/Tables?$skip=10")

    assert isinstance(note, Finding)
    assert isinstance(page, Page)
    assert note.code == "odata-foreign-link"
    assert page.url == "https://opendata.example.org/Catalog/Tables?$skip=10"


@pytest.mark.parametrize(
    "link",
    [URL, URL + "&$format=json&$skip=1", URL + "&$skiptoken=" + "x" * 3000],
    ids=["itself", "growing", "long"],
)
def test_a_link_that_cannot_end_well_is_not_followed(link: str) -> None:
    [refused] = following(link)

    assert isinstance(refused, Finding)
    assert refused.code == "odata-next-link"


def walk(links: list[str], rows: int = 1) -> int:
    """How many pages are read where each answer points to the next of `links`, round and round."""
    url, data = links[0], dict[str, str]()
    for count in range(1, odata.MAX_PAGES + 5):
        link = links[count % len(links)]
        found = following(link, rows, url=url, **data)
        if not isinstance(found[-1], Page):
            return count
        url, data = found[-1].url, dict(found[-1].data)
    return -1


@given(st.integers(1, 12))
def test_a_circle_of_pages_ends_after_one_round(size: int) -> None:
    links = [f"{URL}&$skip={n}" for n in range(size)]

    assert walk(links) == size


def test_pages_without_rows_end_after_a_few() -> None:
    assert walk([f"{URL}&$skip={n}" for n in range(100)], rows=0) == odata.MAX_EMPTY


def test_an_endless_row_of_pages_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odata, "MAX_PAGES", 20)

    assert walk([f"{URL}&$skip={n}" for n in range(100)]) == 20


@given(st.binary(max_size=200))
def test_any_bytes_are_a_listing_or_refused(body: bytes) -> None:
    for kind in ("json", "atom+xml"):
        try:
            read = odata.listing(capture(body, kind=kind), "s")
        except PageChanged:
            continue
        assert all(isinstance(row, dict) for row in read.rows)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"value": [1, {"a": 1}, null]}', ["1", "None"]),
        (b'[{"a": 1}, [2]]', ["[2]"]),
        (b'{"value": [{"a": 1}], "odata.nextLink": 3}', ["3"]),
        (b'{"value": [{"a": 1}], "odata.nextLink": ["x"]}', ["['x']"]),
    ],
    ids=range(4),
)
def test_what_is_no_row_or_no_link_is_left_out_and_reported(body: bytes, said: list[str]) -> None:
    found = odata.listing(capture(body), "cbs")

    assert (found.rows, found.next_link) == ([{"a": 1}], None)
    assert [(f.code, f.message_en.rpartition(": ")[2]) for f in found.findings] == [
        ("odd-value", value) for value in said
    ]
