"""HTML: charsets, limits, addresses, strictness, and lines and tables in reading order."""

import doctest
from collections.abc import Mapping

import pytest

from dcat_harvest.errors import PageChanged
from dcat_harvest.model import Capture, Page
from dcat_harvest.read import html

URL = "https://duo.nl/open_onderwijsdata/proef/x.jsp"


def capture(body: bytes, content_type: str = "text/html;charset=UTF-8") -> Capture:
    headers: Mapping[str, str] = {"content-type": content_type} if content_type else {}
    return Capture(
        url=URL,
        final_url=URL,
        status=200,
        headers=headers,
        body=body,
        time="2026-11-02T06:00:00Z",
        digest="sha1:X",
        page=Page(url=URL, kind="page"),
    )


def lines(body: str) -> list[html.Line]:
    root, _ = html.parse(capture(f"<html><body>{body}</body></html>".encode()))
    return list(html.content(root, URL))


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(html).failed == 0


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "lies"),
    [
        ("é€".encode(), "text/html;charset=UTF-8", "utf-8", False),
        ("é€".encode(), "text/html", "utf-8", False),
        ("é€".encode("cp1252"), "text/html; charset=windows-1252", "windows-1252", False),
        ("é€".encode("cp1252"), "text/html; charset=ISO-8859-1", "windows-1252", False),
        ("é€".encode("cp1252"), "text/html", "windows-1252", False),
        ("é€".encode("cp1252"), "text/html;charset=UTF-8", "windows-1252", True),
        ("é€".encode(), "text/html; charset=windows-1252", "utf-8", True),
        (b"\xef\xbb\xbf" + "é€".encode(), "text/html; charset=windows-1252", "utf-8", False),
        ("\ufeffé€".encode("utf-16"), "text/html", "utf-16", False),
        ("é€".encode("cp1252"), "text/html; charset=klingon", "windows-1252", False),
        (b'<meta charset="windows-1252">' + "é€".encode("cp1252"), "", "windows-1252", False),
        (b'<meta charset="utf-16">' + "é€".encode(), "", "utf-8", False),
    ],
)
def test_text_is_read_by_the_charset_that_its_bytes_are_in(
    body: bytes, content_type: str, encoding: str, lies: bool
) -> None:
    text, read_as, told = html.decode(body, content_type)

    assert text.endswith("é€")
    assert read_as.startswith(encoding)
    assert told is lies


def test_a_charset_that_lies_is_reported() -> None:
    _, findings = html.parse(capture("<html><h1>één</h1>".encode("cp1252")), "duo-pages")

    assert [(f.code, f.value, f.where) for f in findings] == [
        ("wrong-charset", "windows-1252", URL)
    ]


def test_bytes_that_windows_1252_lacks_do_not_stop_the_page() -> None:
    text, _, _ = html.decode(b"a\x81b\xe9", "text/html; charset=windows-1252")

    assert text == "a\ufffdbé"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/html"),
        (b'{"a": 1}', "application/json"),
        (b'{"a": 1}', "text/html"),
        (b"%PDF-1.4 \x00\xff", "application/pdf"),
        (b"PK\x03\x04\x00\x00", ""),
        (b"<html>" + b"<b>x</b>" * 40_000, "text/html"),
        (b"<html><p>" + b"x" * (html.MAX_BYTES + 1), "text/html"),
    ],
    ids=["empty", "json", "json-as-html", "pdf", "zip", "many-tags", "large"],
)
def test_what_is_no_html_or_too_much_of_it_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(PageChanged):
        html.parse(capture(body, content_type))


def test_what_is_nested_too_deep_is_left_out_and_reported() -> None:
    deep = b"<html><h1>x</h1>" + b"<div>" * 500 + b"diep" + b"</div>" * 500 + b"<p>na</p>"

    root, findings = html.parse(capture(deep))

    assert html.text(root) == "x na"
    assert [(f.code, f.value) for f in findings] == [
        ("odd-value", "elements deeper than 120 levels")
    ]


def test_of_a_page_that_is_too_large_the_beginning_may_do() -> None:
    root, findings = html.parse(capture(b"<html><h1>x</h1>" + b"<b>y</b>" * 40_000), in_part=True)

    assert len(root.find_all("b")) < html.MAX_TAGS
    assert [(f.code, f.message_en.partition(" has ")[0]) for f in findings] == [
        ("odd-value", "Field 'HTML'")
    ]


def test_a_page_without_title_is_refused() -> None:
    with pytest.raises(PageChanged, match="no h1"):
        lines("<p>tekst</p>")


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/open_onderwijsdata/images/a%2Cb (1).csv", "https://duo.nl/open_onderwijsdata/images/"),
        ("../y.jsp", "https://duo.nl/open_onderwijsdata/y.jsp"),
        ("//www.duo.nl/z", "https://www.duo.nl/z"),
        ("mailto:x@example.org", None),
        ("javascript:void(0)", None),
        ("http://[kapot", None),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_only_web_addresses_come_out_of_links(href: str | None, address: str | None) -> None:
    found = html.address(URL, href)

    assert found is None if address is None else (found or "").startswith(address)
    assert " " not in (found or "")


def test_strictness_helpers_say_what_was_expected() -> None:
    assert html.one(["a"], "title", URL) == "a"
    assert list(html.some(["a", "b"], "row", URL)) == ["a", "b"]
    assert html.at_most_one([], "note", URL) is None
    assert list(html.any_([])) == []
    for call in (html.one, html.at_most_one):
        with pytest.raises(PageChanged, match="2 of title"):
            call(["a", "b"], "title", URL)
    with pytest.raises(PageChanged, match="no row"):
        html.some([], "row", URL)


def test_content_runs_from_the_title_to_the_footer() -> None:
    found = lines(
        "<header><h1></h1><p>menu</p></header><nav><p>pad</p></nav><p>kruimel</p><h1>Titel</h1>"
        "<p>een<!-- geheim --><script>x()</script> twee</p><p hidden>weg</p>"
        "<ul><li>punt<ul><li>sub</li></ul></li></ul><footer><p>voet</p></footer>"
    )

    assert [(line.kind, line.text) for line in found] == [
        ("heading", "Titel"),
        ("text", "een twee"),
        ("item", "punt"),
        ("item", "sub"),
    ]


def test_a_title_in_the_header_of_the_page_is_found_where_there_is_no_other() -> None:
    assert [line.text for line in lines("<header><h1>Titel</h1></header><p>x</p>")] == [
        "Titel",
        "x",
    ]


def test_breaks_part_lines_and_marked_words_lead_them() -> None:
    found = lines("<h1>T</h1><p><b>Status</b>: Definitief<br>tweede</p>")

    assert [(line.text, line.lead, line.rest) for line in found[1:]] == [
        ("Status: Definitief", "Status", "Definitief"),
        ("tweede", "", ""),
    ]


def test_cells_that_span_are_written_out() -> None:
    (_, table) = lines(
        "<h1>T</h1><table><caption>C</caption><tr><td rowspan=2>a</td><td>b</td></tr>"
        "<tr><td>c</td></tr><tr><td colspan=2>d</td></tr></table>"
    )

    assert table.text == "C"
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["a", "b"],
        ["a", "c"],
        ["d", "d"],
    ]


def test_a_link_keeps_the_text_that_follows_it() -> None:
    (_, line) = lines(
        '<h1>T</h1><p><a href="/a.csv">A</a> (csv 21kb) <a href="/b.csv">B</a> 20</p>'
    )

    assert [(a.text, a.url, a.after) for a in line.anchors] == [
        ("A", "https://duo.nl/a.csv", "(csv 21kb)"),
        ("B", "https://duo.nl/b.csv", "20"),
    ]
