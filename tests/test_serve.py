import contextlib
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from dcat_harvest.serve import Limits
from dcat_harvest.serve.accept import choose, takes_gzip
from dcat_harvest.serve.log import shortened
from served import LATER, Client, dataset, good, odd, ran, serving

KINDS = {
    "text/html": None,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}
KNOWN = "/dataset/duo/k001"
# Every pair of everything with everything: hours, and no answer before the last.
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second release, in which one dataset of the first is gone."""
    folder = tmp_path_factory.mktemp("served")
    ran(folder, [*good(8), *odd(), dataset("weg", title="Weg <b>ermee</b>")])
    ran(folder, [*good(8), *odd()], LATER)
    return folder


@pytest.fixture(scope="module")
def client(output: Path) -> Iterator[Client]:
    with serving(output, Limits(query_seconds=5, rows=50, triples=40, query_bytes=20_000)) as found:
        yield found


def statements(body: bytes, kind: str) -> set[str]:
    format = KINDS[kind]
    assert format is not None
    return {str(q) for q in ox.parse(body, format=format)}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("path", "status"),
    [(KNOWN, 200), ("/dataset/duo/nooit", 404), ("/dataset/duo/weg", 410), ("/catalog", 200),
     ("/feed", 200), ("/void", 200)],
)  # fmt: skip
def test_every_form_of_every_name_is_answered(
    client: Client, method: str, kind: str, path: str, status: int
) -> None:
    if path in ("/feed", "/void") and kind == "text/html":
        status = 406

    answer = client.ask(path, method, Accept=kind)

    assert answer.status == status
    assert (answer.body == b"") == (method == "HEAD")
    assert int(answer.headers["content-length"]) > 0
    if status in (200, 410):
        assert answer.headers["content-type"].startswith(kind)
        assert "Accept" in answer.headers["vary"]


def test_all_forms_of_a_dataset_say_the_same(client: Client) -> None:
    said = {k: statements(client.ask(KNOWN, Accept=k).body, k) for k in KINDS if k != "text/html"}

    assert len({frozenset(x) for x in said.values()}) == 1
    assert any("Schoolverzuim" in x or "Adressen" in x for x in said["text/turtle"])


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("text/*", "text/html"),
        ("text/turtle;q=0.2, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/*;q=0.1, text/turtle", "text/turtle"),
        ("application/ld+json;profile=x;q=0.8, text/turtle;q=0.7", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle; q=1.000, application/rdf+xml", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("image/png", ""),
        ("nonsense", ""),
        ("text/turtle;q=7", ""),
        ("text/turtle;q=0", ""),
        (", ,;;, text/turtle", "text/turtle"),
    ],
)
def test_the_client_gets_what_it_likes_best(
    client: Client, accept: str | None, wanted: str
) -> None:
    answer = client.ask(KNOWN, more={"Accept": accept} if accept is not None else {})

    assert answer.status == (200 if wanted else 406)
    if wanted:
        assert answer.headers["content-type"].startswith(wanted)
    else:
        assert "text/turtle" in answer.text and 'rel="alternate"' in answer.headers["link"]


def test_an_accept_header_without_end_is_read_to_a_bound() -> None:
    assert choose("a/b," * 100_000 + "text/turtle", ("html", "ttl")) == ""
    assert takes_gzip("gzip;q=0, identity") is False
    assert takes_gzip("br, gzip") and takes_gzip("*") and not takes_gzip("*, gzip;q=0")


def test_a_form_has_an_address_of_its_own(client: Client) -> None:
    named = client.ask(KNOWN, Accept="application/rdf+xml")
    direct = client.ask(named.headers["content-location"], Accept="text/html")

    assert named.headers["content-location"] == f"{KNOWN}.rdf"
    assert direct.body == named.body
    assert direct.headers["content-type"] == "application/rdf+xml"


def test_a_copy_that_is_right_is_not_sent_again(client: Client) -> None:
    first = client.ask(KNOWN, Accept="text/turtle")
    tag, date = first.headers["etag"], first.headers["last-modified"]

    assert date == "Tue, 03 Nov 2026 06:00:00 GMT"
    for headers in ({"If_None_Match": f'"x", {tag}'}, {"If_None_Match": f"W/{tag}"},
                    {"If_None_Match": "*"}, {"If_Modified_Since": date}):  # fmt: skip
        again = client.ask(KNOWN, Accept="text/turtle", more=headers)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    for headers in ({"If_None_Match": '"x"', "If_Modified_Since": date},
                    {"If_Modified_Since": "Mon, 02 Nov 2026 06:00:00 GMT"},
                    {"If_Modified_Since": "yesterday"}):  # fmt: skip
        assert client.ask(KNOWN, Accept="text/turtle", more=headers).status == 200


def test_forms_differ_in_their_tags(client: Client) -> None:
    plain = [client.ask(KNOWN, Accept=k).headers["etag"] for k in KINDS]
    packed = [client.ask(KNOWN, Accept=k, Accept_Encoding="gzip").headers["etag"] for k in KINDS]

    assert len({*plain, *packed}) == 2 * len(KINDS)


def test_gzip_is_sent_only_where_it_is_taken(client: Client) -> None:
    plain = client.ask(KNOWN, Accept="text/turtle")
    packed = client.ask(KNOWN, Accept="text/turtle", Accept_Encoding="gzip, deflate")
    refused = client.ask(KNOWN, Accept="text/turtle", Accept_Encoding="gzip;q=0")

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert "content-encoding" not in refused.headers


def test_a_withdrawn_dataset_says_so_in_every_form(client: Client) -> None:
    page = client.ask("/dataset/duo/weg", Accept="text/html")
    turtle = client.ask("/dataset/duo/weg", Accept="text/turtle")
    by_suffix = client.ask("/dataset/duo/weg.ttl")

    assert (page.status, turtle.status, by_suffix.status) == (410, 410, 410)
    assert "&lt;b&gt;ermee" in page.text and "<b>ermee" not in page.text
    assert "Withdrawn" in turtle.text


def test_what_the_provenance_names_can_be_asked_for(client: Client, output: Path) -> None:
    text = (output / "current" / "provenance.ttl").read_text()
    capture = text.partition("<https://x.test/capture/")[2].partition(">")[0]

    turtle = client.ask(f"/capture/{capture}", Accept="text/turtle")
    page = client.ask(f"/capture/{capture}", Accept="text/html")

    assert turtle.status == page.status == 200
    assert "sha1:ABC" in turtle.text and "sha1:ABC" in page.text
    assert client.ask("/capture/0000").status == 404


def test_every_name_in_the_catalogue_can_be_asked_for(client: Client, output: Path) -> None:
    names = set()
    for quad in ox.parse(path=str(output / "current" / "catalog.nt")):
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith("https://x.test/"):
                names.add(term.value.partition("#")[0].removeprefix("https://x.test"))
    names -= {"/dataset/duo/weg"}

    wrong = [n for n in names if client.ask(n, Accept="text/turtle, */*;q=0.1").status != 200]

    assert len(names) > 15
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/dataset/%2e%2e/%2e%2e/manifest.json",
     "//etc/passwd", "/dataset/duo/k001.html/../../../../x", "/%00", "/records/../../../secret",
     "/.store.lock", "/../store/CURRENT", "/dataset/duo/k001%0d%0aX-Bad:1", "/%ff%fe"],
)  # fmt: skip
def test_no_path_leads_out_of_the_release(client: Client, path: str) -> None:
    answer = client.ask(path)

    assert answer.status in (404, 400)
    assert b"root:" not in answer.body and "x-bad" not in answer.headers


def test_names_with_spaces_and_quotes_are_found(client: Client) -> None:
    iri = "/dataset/duo/map/" + quote("met spatie & 'quote\"", safe="/")

    page = client.ask(iri, Accept="text/html")
    turtle = client.ask(iri, Accept="text/turtle")
    by_file = client.ask(turtle.headers["content-location"])

    assert page.status == turtle.status == by_file.status == 200
    assert turtle.body == by_file.body
    assert "leestekens" in page.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", KNOWN, 405), ("DELETE", KNOWN, 405), ("POST", KNOWN, 405), ("OPTIONS", KNOWN, 204),
     ("PATCH", "/sparql", 405), ("OPTIONS", "/sparql", 204), ("GET", "/" + "a" * 5000, 414)],
)  # fmt: skip
def test_what_is_not_taken_is_refused_with_the_right_status(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.ask(path, method)

    assert answer.status == status
    if status == 405:
        assert "GET, HEAD" in answer.headers["allow"]


class Tags(HTMLParser):
    """Counts what could run."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
            self.bad.append("inline script")
        self.bad += [k for k in values if k.startswith("on") or k == "style"]
        self.bad += ["img"] if tag == "img" else []


@pytest.mark.parametrize(
    "path",
    ["/", "/dataset/duo/vijandig", "/publishers.html", "/sparql", "/changes.html",
     "/dataset/duo/lang", "/nergens<script>"],
)  # fmt: skip
def test_pages_run_nothing_but_their_own_files(client: Client, path: str) -> None:
    answer = client.ask(path, Accept="text/html")
    tags = Tags()
    tags.feed(answer.text)

    assert tags.bad == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def ask(client: Client, query: str, accept: str = "application/sparql-results+json") -> object:
    answer = client.ask("/sparql?query=" + quote(query), Accept=accept)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


COUNT = "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a dcat:Dataset }"


def test_a_query_comes_in_each_of_the_three_ways(client: Client) -> None:
    form = "application/x-www-form-urlencoded"
    ways = [
        client.ask("/sparql?query=" + quote(COUNT), Accept="text/csv"),
        client.ask("/sparql", "POST", b"query=" + quote(COUNT).encode(), Content_Type=form,
                   Accept="text/csv"),
        client.ask("/sparql", "POST", COUNT.encode(), Accept="text/csv",
                   Content_Type="application/sparql-query; charset=utf-8"),
    ]  # fmt: skip

    assert [x.status for x in ways] == [200, 200, 200]
    assert {x.text for x in ways} == {"n\r\n13\r\n"}


@pytest.mark.parametrize(
    ("query", "accept", "kind", "has"),
    [
        ("SELECT ?t { <https://x.test/dataset/duo/k001> dct:title ?t }",
         "application/sparql-results+json", "application/sparql-results+json", '"xml:lang":"nl"'),
        ("SELECT ?t { <https://x.test/dataset/duo/k001> dct:title ?t }",
         "application/sparql-results+xml", "application/sparql-results+xml", 'xml:lang="nl"'),
        ("SELECT ?t { <https://x.test/dataset/duo/k001> dct:title ?t }", "text/csv", "text/csv",
         "t\r\n"),
        ("SELECT ?t { <https://x.test/dataset/duo/k001> dct:title ?t }",
         "text/tab-separated-values", "text/tab-separated-values", '"@nl'),
        ("ASK { ?s a dcat:Dataset }", "application/sparql-results+json",
         "application/sparql-results+json", '"boolean":true'),
        ("ASK { ?s a dcat:Nothing }", "application/sparql-results+xml",
         "application/sparql-results+xml", "<boolean>false"),
        ("DESCRIBE <https://x.test/dataset/duo/k001>", "text/turtle", "text/turtle",
         "dcat:Dataset"),
        ("DESCRIBE <https://x.test/dataset/duo/k001>", "application/n-triples",
         "application/n-triples", "dcat#Dataset"),
        ("CONSTRUCT WHERE { ?s dct:title ?t }", "application/rdf+xml", "application/rdf+xml",
         "rdf:RDF"),
        ("CONSTRUCT WHERE { ?s dct:title ?t }", "application/ld+json", "application/ld+json",
         "@value"),
        ("SELECT * { ?s a dcat:Dataset } LIMIT 1", "*/*", "application/sparql-results+json", "uri"),
        ("SELECT * { ?s a dcat:Dataset } LIMIT 1", "application/json",
         "application/sparql-results+json", "uri"),
    ],
)  # fmt: skip
def test_answers_come_in_every_format(
    client: Client, query: str, accept: str, kind: str, has: str
) -> None:
    answer = client.ask("/sparql?query=" + quote(query), Accept=accept)

    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith(kind)
    assert has in answer.text


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("SELECT nonsense {", "*/*", 400),
        ("SELECT * { ?s unknown:p ?o }", "*/*", 400),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "*/*", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "*/*", 403),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "*/*", 403),
        ("SELECT * { ?s ?p ?o }", "text/turtle", 406),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", 406),
        ("SELECT * { ?s ?p ?o }", "image/png", 406),
        ("SELECT * {" + " " * 30_000 + "}", "*/*", 413),
    ],
)
def test_what_may_not_be_asked_is_refused(
    client: Client, query: str, accept: str, status: int
) -> None:
    answer = client.ask(
        "/sparql", "POST", query.encode(), Accept=accept, Content_Type="application/sparql-query"
    )

    assert answer.status == status, answer.text
    assert len(answer.text.strip()) > 20


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"query=ASK+%7B%7D&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"nothing=1", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"\xff\xfe", "application/sparql-query", 400),
        (b"query=ASK+%7B%7D&default-graph-uri=nope", "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_wrong_body_is_refused(client: Client, body: bytes, kind: str, status: int) -> None:
    assert client.ask("/sparql", "POST", body, Content_Type=kind).status == status


def test_the_dataset_of_the_protocol_is_what_is_asked(client: Client) -> None:
    query = quote("SELECT (COUNT(*) AS ?n) { ?s a dcat:Dataset }")
    one = client.ask(f"/sparql?query={query}&default-graph-uri={quote('https://x.test/graph/duo')}",
                     Accept="text/csv")  # fmt: skip
    none = client.ask(f"/sparql?query={query}&default-graph-uri={quote('https://x.test/graph/no')}",
                      Accept="text/csv")  # fmt: skip

    assert (one.text, none.text) == ("n\r\n13\r\n", "n\r\n0\r\n")


def test_rows_and_statements_are_bounded_and_it_is_said(client: Client) -> None:
    rows = client.ask("/sparql?query=" + quote("SELECT * { ?s ?p ?o }"), Accept="text/csv")
    few = client.ask("/sparql?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 50"), Accept="text/csv")
    graph = client.ask(
        "/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }"), Accept="application/n-triples"
    )

    assert rows.headers["x-sparql-maxrows"] == "50" and rows.text.count("\r\n") == 51
    assert "x-sparql-maxrows" not in few.headers
    assert graph.headers["x-sparql-maxrows"] == "40" and graph.text.count("\n") == 40


def test_a_query_that_would_run_forever_is_stopped_and_others_go_on(output: Path) -> None:
    with serving(output, Limits(query_seconds=1.5, queries=2)) as client:
        client.ask("/sparql?query=" + quote(COUNT))
        start = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            forever = pool.submit(client.ask, "/sparql?query=" + quote(FOREVER))
            others = [pool.submit(ask, client, COUNT) for _ in range(10)]
            pages = [client.ask(KNOWN).status for _ in range(10)]
            assert all(x.result() for x in others)
            others_took = time.monotonic() - start
            stopped = forever.result()
        took = time.monotonic() - start
        assert ask(client, COUNT)

    assert stopped.status == 503 and "1.5 seconds" in stopped.text
    assert others_took < took and 1.4 < took < 6
    assert pages == [200] * 10


def test_a_full_queue_sends_clients_away_with_a_time_to_come_back(output: Path) -> None:
    with (
        serving(output, Limits(query_seconds=2, queries=1, waiting=1)) as client,
        ThreadPoolExecutor(6) as pool,
    ):
        found = [
            x.result()
            for x in [pool.submit(client.ask, "/sparql?query=" + quote(FOREVER)) for _ in range(6)]
        ]

    assert {x.status for x in found} == {503}
    assert sum("retry-after" in x.headers for x in found) >= 4


def test_a_query_that_wants_all_memory_ends_alone(output: Path) -> None:
    greedy = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
    with serving(output, Limits(query_seconds=20, memory_bytes=900_000_000)) as client:
        answer = client.ask("/sparql?query=" + quote(greedy))
        after = ask(client, COUNT)

    assert answer.status == 503 and answer.text
    assert after


def test_the_endpoint_shows_people_the_editor_and_programs_a_description(client: Client) -> None:
    editor = client.ask("/sparql", Accept="text/html")
    shared = client.ask("/sparql?query=" + quote(COUNT), Accept="text/html,*/*;q=0.8")
    described = client.ask("/sparql", Accept="text/turtle")

    assert "textarea" in editor.text and "textarea" in shared.text
    assert "sparqlEndpoint" in described.text


def test_a_slow_client_is_sent_away(output: Path) -> None:
    with serving(output, Limits(header_seconds=0.4)) as client:
        with socket.create_connection(("127.0.0.1", client.port), timeout=10) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            said = slow.recv(1000)
            rest = slow.recv(1000)
        assert client.ask(KNOWN).status == 200

    assert b" 408 " in said and rest == b""


def test_a_head_without_end_is_refused(output: Path) -> None:
    with (
        serving(output, Limits(header_bytes=5000)) as client,
        socket.create_connection(("127.0.0.1", client.port), timeout=10) as long,
    ):
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                long.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 4000)
        said = b""
        with contextlib.suppress(ConnectionError):
            said = long.recv(1000)
        assert client.ask(KNOWN).status == 200

    assert b" 431 " in said or said == b""


def test_what_is_no_http_is_answered_with_400(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as odd_one:
        odd_one.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        said = odd_one.recv(100)

    assert b" 400 " in said


def test_health_names_the_release(client: Client, output: Path) -> None:
    answer = json.loads(client.ask("/healthz").body)

    assert answer["status"] == "ok"
    assert (output / "current").resolve().name == answer["release"]


def test_the_log_has_a_line_per_request_and_nobodys_address(client: Client) -> None:
    client.ask("/robots.txt?x=%22%0a", User_Agent='me " \xe9\t')

    last = next(x for x in reversed(client.log.getvalue().splitlines()) if "robots" in x)
    assert last.startswith("127.0.0.0 - - [") and '"GET /robots.txt?x=%22%0a HTTP/1.1" 200 ' in last
    assert '"me %22 %E9' in last
    assert shortened("2001:db8:1:2::5") == "2001:db8:1::"
    assert shortened("2001:db8::5") == "2001:db8::" and shortened("fe80::1%eth0") == "fe80::"


def test_nothing_is_served_before_there_is_a_release(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        before = client.ask("/")
        ran(tmp_path, good(1))
        after = client.ask("/")

    assert (before.status, after.status) == (503, 200)


def test_a_new_release_is_taken_over_under_load_without_a_mixed_answer(tmp_path: Path) -> None:
    ran(tmp_path, [dataset(f"k{n:03}", title="Oud") for n in range(12)])
    stop = threading.Event()
    wrong: list[str] = []
    seen: set[str] = set()

    def watch(client: Client, path: str) -> None:
        while not stop.is_set():
            answer = client.ask(path, Accept="text/turtle" if "feed" in path else "*/*")
            titles = {t for t in ("Oud", "Nieuw") if f'"{t}"' in answer.text}
            if answer.status != 200 or len(titles) != 1:
                wrong.append(f"{path}: {answer.status} {titles} {answer.text[:200]}")
            seen.update(titles)

    query = "/sparql?query=" + quote("SELECT DISTINCT ?t { ?d a dcat:Dataset ; dct:title ?t }")
    with serving(tmp_path) as client, ThreadPoolExecutor(3) as pool:
        running = [pool.submit(watch, client, p) for p in ("/feed/1", query, "/catalog.nt")]
        ran(tmp_path, [dataset(f"k{n:03}", title="Nieuw") for n in range(12)], LATER)
        new = client.ask(
            "/sparql?query=" + quote("SELECT DISTINCT ?t { ?d dct:title ?t . ?d a dcat:Dataset }")
        )
        stop.set()
        for x in running:
            x.result()

    assert wrong == []
    assert seen == {"Oud", "Nieuw"}
    assert "Nieuw" in new.text and "Oud" not in new.text


def has_ipv6() -> bool:
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 address ::1")
def test_it_listens_on_ipv6_too(output: Path) -> None:
    with serving(output, host="::1") as client:
        answer = client.ask(KNOWN, Accept="text/turtle")

    assert answer.status == 200 and "dcat:Dataset" in answer.text
    assert client.log.getvalue().startswith(":: - - [")


def test_the_command_serves_and_stops(output: Path) -> None:
    command = [sys.executable, "-m", "dcat_harvest.cli", "serve", "--port", "0"]
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", "from dcat_harvest.cli import main; main()", *command[3:],
         "--output", str(output)],
        stderr=subprocess.PIPE, text=True, env=os.environ,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said = process.stderr.readline()
        took = time.monotonic() - start
        answer = Client(int(said.rsplit(":", 1)[1].strip("/\n")), None).ask("/healthz")  # type: ignore[arg-type]
        process.terminate()
        process.wait(10)

    assert answer.status == 200
    assert took < 10


def test_the_command_says_what_to_do_without_a_release(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from dcat_harvest.cli import main; main()", "serve", "--output",
         str(tmp_path)],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip

    assert done.returncode == 2
    assert "dcat-harvest run makes one" in done.stderr
