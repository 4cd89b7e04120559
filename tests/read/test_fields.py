"""Strict JSON: what is refused, what is reported, what is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest.errors import PageChanged
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.fields import Fields, parse

URL = "https://ckan.example.org/api"


def capture(body: bytes, content_type: str = "application/json") -> Capture:
    return Capture(
        url=URL,
        final_url=URL,
        status=200,
        headers={"content-type": content_type},
        body=body,
        time="2026-11-02T06:00:00Z",
        digest="sha1:A",
        page=Page(url=URL, kind="search"),
    )


def test_json_is_read_without_findings() -> None:
    value, findings = parse(capture(b'{"a": [1, 2.5, null, "\xc3\xab"]}'), "s")

    assert value == {"a": [1, 2.5, None, "ë"]}
    assert findings == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\xef\xbb\xbf  <html>", "HTML"),
        (b"<?xml version='1.0'?><feed/>", "XML"),
        (b'{"a": 1', "not JSON"),
        (b"[" + b"[]," * 3_000_000 + b"[]]", "more than the 3000000 values"),
        (b"[" * 200_000, "JSON"),
    ],
)
def test_what_is_not_json_stops_the_page_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(PageChanged, match=reason):
        parse(capture(body))


@pytest.mark.parametrize("levels", [65, 100, 100_000])
def test_what_is_deeper_than_we_read_is_null_and_reported(levels: int) -> None:
    deep = b'[{"a": "]}\\"["},' + b"[" * levels + b"]" * levels + b', "]"]'

    value, findings = parse(capture(b'{"a": ' + deep + b', "b": 2}'), "s")

    assert (value["b"], value["a"][0], value["a"][2]) == (2, {"a": ']}"['}, "]")
    assert [(f.code, f.value) for f in findings] == [("odd-value", "deeper than 64 levels")]


def test_sixty_four_levels_are_read() -> None:
    value, findings = parse(capture(b"[" * 64 + b"]" * 64), "s")

    assert (str(value), findings) == ("[" * 64 + "]" * 64, ())


def test_a_text_or_list_that_is_too_long_is_cut_and_reported() -> None:
    body = b'{"a": "%s", "b": [%s0], "c": "x"}' % (b"x" * 1_000_001, b"0," * 100_000)

    value, findings = parse(capture(body), "s")

    assert (len(value["a"]), len(value["b"]), value["c"]) == (1_000_000, 100_000, "x")
    assert [f.code for f in findings] == ["odd-value", "odd-value"]


@pytest.mark.parametrize("word", [b"NaN", b"-Infinity", b"1e999", b"9" * 5000])
def test_a_number_that_nobody_can_hold_is_null_and_reported(word: bytes) -> None:
    value, findings = parse(capture(b'{"a": ' + word + b', "b": 1.5, "c": 2}'), "s")

    assert value == {"a": None, "b": 1.5, "c": 2}
    assert [(f.code, f.value) for f in findings] == [("odd-value", word.decode()[:20])]


def test_a_key_given_twice_is_reported_and_the_last_one_counts() -> None:
    value, findings = parse(capture(b'{"a": 1, "a": 2, "b": {"c": 1, "c": 1}}'), "s")

    assert value == {"a": 2, "b": {"c": 1}}
    assert [(f.code, f.value) for f in findings] == [
        ("json-key-twice", "a"),
        ("json-key-twice", "c"),
    ]


def test_another_charset_is_read_and_reported() -> None:
    value, findings = parse(capture('{"a": "financiële"}'.encode("cp1252")), "s")

    assert value == {"a": "financiële"}
    assert [(f.code, f.value) for f in findings] == [("wrong-charset", "cp1252")]


def test_a_byte_order_mark_is_no_content() -> None:
    assert parse(capture(b'\xef\xbb\xbf{"a": 1}'))[0] == {"a": 1}


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert parse(capture(rb'{"a": "x\ud800y", "\udfff": [1]}'))[0] == {"a": "x�y", "�": [1]}


def test_a_field_is_taken_by_name_and_type() -> None:
    fields = Fields({"n": 3, "t": " x ", "f": 2, "none": None, "blank": " "}, "here")

    assert fields.take("n", int) == 3
    assert fields.text("t") == "x"
    assert fields.take("f", float) == 2
    assert fields.maybe("none", str) is None
    assert fields.text("blank") is None
    assert fields.rest() == ()


@pytest.mark.parametrize(
    ("mapping", "kind", "reason"),
    [
        ({}, str, "missing"),
        ({"x": 1}, str, "a number"),
        ({"x": True}, int, "a boolean"),
        ({"x": None}, str, "null"),
        ({"x": []}, dict, "a list"),
    ],
)
def test_a_mandatory_field_that_is_not_there_stops_the_page(
    mapping: dict[str, object], kind: type, reason: str
) -> None:
    with pytest.raises(PageChanged, match=reason):
        Fields(mapping, "here").take("x", kind)


def test_an_object_is_needed() -> None:
    with pytest.raises(PageChanged, match="here: an object was expected, not a list"):
        Fields([], "here")


def test_what_nobody_read_and_what_is_odd_is_reported() -> None:
    fields = Fields({"read": "x", "ignored": 1, "new": [1], "odd": 5}, "here")
    fields.text("read")

    assert fields.text("odd") is None
    assert fields.rest(ignore=["ignored"]) == ("new",)
    reported = list(fields.report("s", ignore=["ignored"], key="k"))
    assert [(f.code, f.key, f.where) for f in reported] == [
        ("unread-field", "k", "here"),
        ("odd-value", "k", "here"),
    ]
    assert "new" in reported[0].message_en


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_json_written_is_read_back(value: object) -> None:
    assert parse(capture(json.dumps(value).encode()))[0] == value


@given(st.binary(max_size=60), st.sampled_from(["", "text/html", "x; charset=utf-16"]))
def test_any_bytes_are_json_or_a_changed_page(body: bytes, content_type: str) -> None:
    try:
        parse(capture(body, content_type))
    except PageChanged as changed:
        assert URL in str(changed)
