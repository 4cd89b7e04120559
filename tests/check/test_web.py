"""Reading from addresses: content negotiation, further pages, endpoints, and what goes wrong."""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from dcat_harvest.check import inputs, official
from dcat_harvest.check.reading import Limits
from dcat_harvest.check.web import read_endpoint
from dcat_harvest.errors import FetchError, InputError

LINE = '<urn:a> <urn:b> "c" .'
HYDRA = "http://www.w3.org/ns/hydra/core#"


def test_rdf_is_asked_for_and_read_by_its_media_type(httpserver: HTTPServer) -> None:
    seen = []

    def answer(request: Request) -> Response:
        seen.append(request.headers["Accept"])
        return Response(json.dumps({"@id": "urn:a", "urn:b": "c"}), mimetype="application/ld+json")

    httpserver.expect_request("/set").respond_with_handler(answer)

    assert inputs.read(httpserver.url_for("/set")).graph.lines == [LINE]
    assert seen[0].startswith("text/turtle")


def test_redirects_are_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_data(
        "", status=303, headers={"Location": "/new.nt"}
    )
    httpserver.expect_request("/new.nt").respond_with_data(LINE, content_type="text/plain")

    assert inputs.read(httpserver.url_for("/old")).graph.lines == [LINE]


def test_a_web_page_leads_to_its_rdf_version(httpserver: HTTPServer) -> None:
    page = '<!doctype html><link rel="alternate" type="text/turtle" href="set.ttl">'
    httpserver.expect_request("/set").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/set.ttl").respond_with_data(LINE, content_type="text/turtle")

    assert inputs.read(httpserver.url_for("/set")).graph.lines == [LINE]


def pages(httpserver: HTTPServer, count: int) -> None:
    for number in range(count):
        further = httpserver.url_for(f"/page/{(number + 1) % count}")
        text = f'<urn:a> <urn:b> "{number}" . <urn:p> <{HYDRA}next> <{further}> .'
        httpserver.expect_request(f"/page/{number}").respond_with_data(
            text, content_type="text/turtle"
        )


def test_further_pages_are_followed_once_each(httpserver: HTTPServer) -> None:
    pages(httpserver, 4)  # the last page names the first again

    lines = inputs.read(httpserver.url_for("/page/0")).graph.lines

    assert sum("<urn:b>" in x for x in lines) == 4
    assert len(httpserver.log) == 4


def test_too_many_pages_are_told(httpserver: HTTPServer) -> None:
    pages(httpserver, 9)

    found = inputs.read(httpserver.url_for("/page/0"), limits=Limits(pages=3))

    assert [x.code for x in found.findings] == ["too-many-pages-to-check"]


@pytest.mark.parametrize(
    ("body", "media", "told"),
    [
        ("<html>Welkom</html>", "text/html", "web page"),
        ('{"a": ', "application/ld+json", "not JSON-LD"),
        ("<urn:a> <urn:b>", "text/turtle", "not Turtle"),
        ("", "text/turtle", "no RDF"),
    ],
)
def test_an_answer_that_is_no_rdf_is_refused(
    httpserver: HTTPServer, body: str, media: str, told: str
) -> None:
    httpserver.expect_request("/x").respond_with_data(body, content_type=media)

    with pytest.raises(InputError, match=told):
        inputs.read(httpserver.url_for("/x"))


def test_an_address_that_fails_or_goes_in_circles_is_a_fetch_error(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=410)
    httpserver.expect_request("/loop").respond_with_data(
        "", status=302, headers={"Location": "/loop"}
    )

    with pytest.raises(FetchError, match="410"):
        inputs.read(httpserver.url_for("/gone"))
    with pytest.raises(FetchError, match="redirects"):
        inputs.read(httpserver.url_for("/loop"))


def test_a_page_cannot_lead_into_the_inner_network(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(
        "", status=302, headers={"Location": "http://127.0.0.1:80/secret"}
    )

    with pytest.raises(FetchError, match="inner network"):
        inputs.read(httpserver.url_for("/x"))


def endpoint(httpserver: HTTPServer, *, most: int = 10**6) -> str:
    """A SPARQL endpoint of 30 statements, half in a named graph, that cuts answers off."""
    store = ox.Store()
    for i in range(30):
        graph = ox.NamedNode("urn:g") if i % 2 else ox.DefaultGraph()
        value = ox.Literal(f"{i}")
        store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), value, graph))

    def answer(request: Request) -> Response:
        query = parse_qs(request.query_string.decode())["query"][0]
        found = store.query(query)
        if isinstance(found, ox.QuerySolutions):
            text = found.serialize(format=ox.QueryResultsFormat.CSV)
            return Response(text, mimetype="text/csv")
        assert isinstance(found, ox.QueryTriples)
        kept = list(found)[:most]
        text = ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES)
        return Response(text, mimetype="application/n-triples")

    httpserver.expect_request("/sparql").respond_with_handler(answer)
    return httpserver.url_for("/sparql")


def test_an_endpoint_gives_all_statements_of_all_graphs(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dcat_harvest.check.web.PAGE", 7)

    found = read_endpoint(endpoint(httpserver))

    assert (len(found.graph), found.findings) == (30, ())


def test_an_endpoint_that_cuts_answers_off_is_told(httpserver: HTTPServer) -> None:
    found = read_endpoint(endpoint(httpserver, most=10))

    assert [(x.code, x.value, x.count) for x in found.findings] == [
        ("endpoint-incomplete", "10", 30)
    ]


def pinned(name: str, data: bytes, *addresses: str) -> official.Official:
    digest = hashlib.sha256(data).hexdigest()
    return official.Official(name=name, sha256=digest, addresses=addresses)


def test_official_files_are_fetched_checked_and_not_fetched_again(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/a.ttl").respond_with_data(b"shapes")
    one = pinned("v1/a.ttl", b"shapes", httpserver.url_for("/gone"), httpserver.url_for("/a.ttl"))

    first = official.fetch(tmp_path, wanted=[one])

    assert [x.read_bytes() for x in first] == [b"shapes"]
    assert official.fetch(tmp_path, wanted=[one]) == []


def test_an_official_file_that_was_changed_is_not_kept(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/a.ttl").respond_with_data(b"other")
    one = pinned("v1/a.ttl", b"shapes", httpserver.url_for("/a.ttl"))

    with pytest.raises(FetchError, match="digest"):
        official.fetch(tmp_path, wanted=[one])

    assert [x for x in tmp_path.rglob("*") if x.is_file()] == []


def test_states_tell_what_is_missing_or_changed(tmp_path: Path) -> None:
    name = official.files()[0].name
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text("something else")

    states = {one.name: state for one, state in official.states(tmp_path)}

    assert states.pop(name) == "changed"
    assert set(states.values()) == {"missing"}
