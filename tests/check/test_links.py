"""Probing addresses of a local web that answers well, badly and with malice."""

import json
import shutil
import ssl
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from dcat_harvest.check import sniff
from dcat_harvest.check.links import Prober, links
from dcat_harvest.check.measured import measurements
from dcat_harvest.check.probe import Probe, head_counts
from dcat_harvest.check.statements import Index
from dcat_harvest.cli import cli
from dcat_harvest.errors import UsageError
from dcat_harvest.graph import Graph
from dcat_harvest.guard import Guard
from dcat_harvest.manners import Limits
from web import Web, reply, serving

NOW = "2026-11-02T06:00:00Z"
ROWS = b"BRIN;AANTAL\r\n01AA;12\r\n02BB;5\r\n"
PAGE = b"<!DOCTYPE html><html><body>Niet gevonden</body></html>"


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


def prober(web: Web, *, now: str = NOW, clock: Clock | None = None, **values: Any) -> Prober:
    clock = clock or Clock()
    guard = Guard(inside=[f"127.0.0.1:{web.port}"])
    given = {"guard": guard, "clock": clock, "sleep": clock.sleep, **values}
    return Prober("dcat-harvest test", now=lambda: now, **given)


def one(web: Web, url: str, **values: Any) -> Probe:
    return prober(web, **values).probe([url])[url]


def test_a_file_is_asked_by_head_and_looked_into_by_its_first_bytes(web: Web) -> None:
    url = web.on("/a.csv", reply(ROWS, "Content-Type: text/csv"))

    found = one(web, url)

    assert web.asked == [("HEAD", "/a.csv"), ("GET", "/a.csv")]
    assert "range: bytes=0-65535" in web.heads[1].lower()
    assert (found.head, found.status, found.kind) == (200, 200, "csv")
    assert (found.bytes, found.content_type) == (len(ROWS), "text/csv")
    assert found.is_alive
    assert not found.is_dead


def test_a_file_costs_one_connection(web: Web) -> None:
    one(web, web.on("/a.csv", reply(ROWS, keep=True)))

    assert (web.connections, len(web.asked)) == (1, 2)


def test_an_address_is_asked_once_however_often_it_is_given(web: Web) -> None:
    url = web.on("/a.csv", reply(ROWS))

    prober(web).probe([url, url, url])

    assert len(web.asked) == 2


def test_a_partial_answer_tells_the_size_of_the_whole(web: Web) -> None:
    partial = reply(ROWS, "Content-Range: bytes 0-30/123456", status="206 Partial Content")
    url = web.on("/a.csv", reply(b"", status="405 Method Not Allowed"), partial)

    found = one(web, url)

    assert (found.head, found.status, found.bytes) == (405, 200, 123456)
    assert head_counts(found) is False
    assert found.is_alive


def test_a_host_that_ignores_the_range_is_read_no_further_than_needed(web: Web) -> None:
    url = web.on("/big.csv", reply(b"a;b\n" * 200_000))

    found = one(web, url)

    assert found.bytes == 800_000
    assert found.kind == "csv"


def test_a_host_that_hangs_up_on_head_is_asked_by_get(web: Web) -> None:
    url = web.on("/a.csv", lambda line: line.close(), reply(ROWS))

    found = one(web, url)

    assert (found.head, found.status, found.error) == (None, 200, "")


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "503 Service Unavailable"])
def test_what_is_gone_or_fails_is_dead(web: Web, status: str) -> None:
    found = one(web, web.on("/x", reply(PAGE, status=status)))

    assert found.is_dead
    assert not found.is_alive
    assert found.kind == ""


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_closed_door_is_a_login(web: Web, status: str) -> None:
    found = one(web, web.on("/x", reply(b"", status=status)))

    assert found.login
    assert not found.is_dead


def test_a_redirect_to_where_one_logs_in_is_a_login(web: Web) -> None:
    url = web.on("/data.csv", reply(b"", "Location: /sso/login?back=1", status="302 Found"))
    web.on("/sso/login?back=1", reply(PAGE, "Content-Type: text/html"))

    found = one(web, url)

    assert found.login
    assert (found.redirects, found.kind) == (1, "html")


def test_a_redirect_to_another_place_is_no_login(web: Web) -> None:
    url = web.on("/oud.csv", reply(b"", "Location: /nieuw.csv", status="301 Moved Permanently"))
    web.on("/nieuw.csv", reply(ROWS))

    found = one(web, url)

    assert not found.login
    assert found.final_url == web.url("/nieuw.csv")


def test_redirects_without_end_are_an_error(web: Web) -> None:
    url = web.on("/a", reply(b"", "Location: /a", status="302 Found"))

    assert one(web, url).error == "redirects"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://localhost/", "file:///etc/passwd"]
)
def test_the_guard_stands_on_every_hop(web: Web, target: str) -> None:
    url = web.on("/a", reply(b"", f"Location: {target}", status="302 Found"))

    found = one(web, url)

    assert found.refused
    assert found.is_dead
    assert len(web.asked) == 1


def test_an_inner_address_is_not_asked_at_all(web: Web) -> None:
    url = web.url("/a")

    found = Prober("test", now=lambda: NOW).probe([url])[url]

    assert found.refused
    assert web.asked == []


def test_a_host_that_does_not_exist_is_an_error_and_dead() -> None:
    guard = Guard(resolve=lambda *_: [])

    found = Prober("test", now=lambda: NOW, guard=guard, sleep=lambda _: None).probe(
        ["https://weg.example.org/a.csv"]
    )["https://weg.example.org/a.csv"]

    assert found.error == "connection"
    assert found.is_dead


def test_a_silent_host_is_given_up(web: Web) -> None:
    url = web.on("/a", web.silent)

    found = one(web, url, limits=Limits(connect=1, read=0.1, total=1))

    assert found.error == "timeout"


def test_one_host_is_asked_at_a_pace(web: Web) -> None:
    clock = Clock()
    urls = [web.on(f"/{x}.csv", reply(ROWS)) for x in "abc"]

    prober(web, clock=clock, pace=2.0).probe(urls)

    assert clock.now == 10.0


def test_answers_are_cached_for_a_time_by_the_whole_address(web: Web, tmp_path: Path) -> None:
    cache = tmp_path / "probes.jsonl"
    one_url = web.on("/a.csv?jaar=2020", reply(ROWS))
    other = web.on("/a.csv?jaar=2021", reply(ROWS))
    given: dict[str, Any] = {"cache": cache, "age": timedelta(days=7)}

    first = prober(web, **given).probe([one_url])
    again = prober(web, now="2026-11-05T06:00:00Z", **given).probe([one_url, other])
    asked = len(web.asked)
    prober(web, now="2026-11-20T06:00:00Z", **given).probe([one_url])

    assert again[one_url] == first[one_url]
    assert asked == 4
    assert len(web.asked) == 6


def test_failures_are_not_cached(web: Web, tmp_path: Path) -> None:
    url = web.on("/a", lambda line: line.close())
    cache = tmp_path / "probes.jsonl"

    one(web, url, cache=cache)

    assert cache.read_bytes() == b""


def test_an_answer_is_kept_as_soon_as_it_is_there(web: Web, tmp_path: Path) -> None:
    cache = tmp_path / "probes.jsonl"
    urls = [web.on(f"/{x}.csv", reply(ROWS)) for x in "ab"]

    def stop(seconds: float) -> None:
        if len(web.asked) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prober(web, cache=cache, pace=2.0, sleep=stop).probe(urls)
    again = prober(web, cache=cache).probe(urls)

    assert [x.status for x in again.values()] == [200, 200]
    assert web.paths() == ["/a.csv", "/a.csv", "/b.csv", "/b.csv"]


def test_a_cache_that_cannot_be_read_is_asked_anew(web: Web, tmp_path: Path) -> None:
    cache = tmp_path / "probes.jsonl"
    cache.write_text('{"oud": 1}\nniets\n')
    url = web.on("/a.csv", reply(ROWS))

    assert one(web, url, cache=cache).status == 200


def packed(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, b"x")
    return whole.getvalue()


ODS = ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"", ""),
        (ROWS, "csv"),
        (b"\xef\xbb\xbf" + ROWS, "csv"),
        (b'"a, b","c"\n"d","e, f, g"\n', "csv"),
        (b"Een zin.\nNog een zin, met komma.\n", "text"),
        (PAGE, "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (b'<?xml version="1.0"?><feed/>', "xml"),
        (b'{"value": []}', "json"),
        (b'[{"a": 1},' + b'{"a": 2},' * 8000, "json"),
        (b"{dit is geen json}", "text"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (packed("a.csv"), "zip"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("content.xml", first=ODS), "ods"),
        (b"\x00\x01\x02\x03", "binary"),
    ],
)
def test_the_first_bytes_tell_the_kind(start: bytes, kind: str) -> None:
    assert sniff.kind(start[: sniff.START]) == kind


def catalogue(*urls: str) -> Index:
    dcat = "http://www.w3.org/ns/dcat#"
    return Index(
        Graph(
            line
            for i, url in enumerate(urls)
            for line in (
                f"<urn:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dcat}Dataset> .",
                f"<urn:d> <{dcat}distribution> <urn:x{i}> .",
                f"<urn:x{i}> <{dcat}accessURL> <{url}> .",
                f"<urn:x{i}> <{dcat}downloadURL> <{url}> .",
            )
        )
    )


def test_the_addresses_of_a_catalogue_are_those_of_the_web() -> None:
    index = catalogue("https://b.example.org/", "ftp://a.example.org/", "https://b.example.org/")

    assert links(index) == ["https://b.example.org/"]


def test_a_web_page_about_a_dataset_is_asked_too() -> None:
    page = "<urn:d> <http://www.w3.org/ns/dcat#landingPage> <https://a.example.org/> ."
    index = Index(Graph([*catalogue("https://b.example.org/").graph.lines, page]))

    assert links(index) == ["https://a.example.org/", "https://b.example.org/"]


def test_probes_become_measurements() -> None:
    url = "https://b.example.org/a.csv"
    end = "2026-12-02T06:00:00+00:00"
    alive = Probe(
        url=url, time=NOW, head=405, status=200, kind="csv", bytes=31, certificate_end=end
    )

    found = measurements(catalogue(url), "<urn:d>", {url: alive})

    assert {(x.about, x.address, x.time) for x in found} == {("urn:x0", url, NOW)}
    assert {x.metric: x.value for x in found} == {
        "pv:accessUrlStatusCode": 405,
        "pv:downloadUrlStatusCode": 405,
        "def:addressStatus": 200,
        "def:addressAsksLogin": False,
        "def:addressKind": "csv",
        "def:addressBytes": 31,
        "def:certificate": "valid",
        "def:certificateDays": 30,
    }


def test_no_answer_is_a_measurement_of_nought() -> None:
    url = "https://b.example.org/a.csv"
    dead = Probe(url=url, time=NOW, certificate="expired")

    found = measurements(catalogue(url), "<urn:d>", {url: dead})

    assert {x.metric: x.value for x in found} == {
        "pv:accessUrlStatusCode": 0,
        "pv:downloadUrlStatusCode": 0,
        "def:addressStatus": 0,
        "def:certificate": "expired",
    }


def test_what_was_not_asked_is_not_measured() -> None:
    assert measurements(catalogue("https://b.example.org/a.csv"), "<urn:d>", {}) == ()


class Files(BaseHTTPRequestHandler):
    """Answers every path with the same few rows."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(ROWS)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(ROWS)

    do_HEAD = do_GET  # noqa: N815  # the name that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Authority:
    """A certificate authority of our own, and servers with what it signs."""

    def __init__(self, folder: Path, openssl: str) -> None:
        self.folder = folder
        self.openssl = openssl
        (folder / "index").touch()
        (folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=us\n[us]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\n"
            "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n"
        )
        self.run("req", "-x509", "-subj", "/CN=test-ca", "-days", "2", "-out", "ca.pem",
                 *self.key("ca.key"))  # fmt: skip

    @staticmethod
    def key(name: str) -> tuple[str, ...]:
        curve = "ec_paramgen_curve:prime256v1"
        return ("-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", name)

    def run(self, *words: str) -> None:
        command = [self.openssl, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)

    def sign(self, name: str, *, start: str, end: str) -> ssl.SSLContext:
        """A server context for a name, `IP:…` or `DNS:…`; times are YYYYMMDDHHMMSSZ."""
        self.run("req", "-new", "-subj", "/CN=server", "-out", "s.csr", *self.key("s.key"))
        (self.folder / "san.cnf").write_text(f"[v3]\nsubjectAltName={name}\n")
        self.run("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                 "-in", "s.csr", "-out", "s.pem", "-startdate", start, "-enddate", end,
                 "-extfile", "san.cnf", "-extensions", "v3")  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "s.pem", self.folder / "s.key")
        return context


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make certificates with")
    made = Authority(tmp_path, openssl)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return made


@contextmanager
def https(context: ssl.SSLContext) -> Iterator[str]:
    """The address of a file on a server with this certificate."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}/a.csv"
        server.shutdown()
        thread.join()


def over_tls(context: ssl.SSLContext) -> Probe:
    with https(context) as url:
        guard = Guard(inside=[urlsplit(url).netloc])
        made = Prober("test", now=lambda: NOW, guard=guard, sleep=lambda _: None)
        return made.probe([url])[url]


LONG_AGO, FAR_OFF = "20200101000000Z", "20991231000000Z"


def test_a_certificate_that_holds_tells_until_when(authority: Authority) -> None:
    found = over_tls(authority.sign("IP:127.0.0.1", start=LONG_AGO, end=FAR_OFF))

    assert (found.head, found.status, found.certificate) == (200, 200, "")
    assert found.certificate_end == "2099-12-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "start", "end", "wrong"),
    [
        ("IP:127.0.0.1", LONG_AGO, "20210101000000Z", "expired"),
        ("IP:127.0.0.1", "20981231000000Z", FAR_OFF, "early"),
        ("IP:127.0.0.2", LONG_AGO, FAR_OFF, "wrong-host"),
        ("DNS:data.example.org", LONG_AGO, FAR_OFF, "wrong-host"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(
    authority: Authority, name: str, start: str, end: str, wrong: str
) -> None:
    found = over_tls(authority.sign(name, start=start, end=end))

    assert (found.certificate, found.error, found.status) == (wrong, "", None)
    assert found.is_dead


def test_a_certificate_that_nobody_we_know_signed_is_not_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = authority.sign("IP:127.0.0.1", start=LONG_AGO, end=FAR_OFF)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    assert over_tls(context).certificate == "untrusted"


def test_a_port_that_speaks_no_tls_is_no_matter_of_certificates() -> None:
    class Plain(BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with TCPServer(("127.0.0.1", 0), Plain) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        place = f"127.0.0.1:{server.server_address[1]}"
        made = Prober("test", now=lambda: NOW, guard=Guard(inside=[place]), sleep=lambda _: None)
        found = made.probe([f"https://{place}/"])[f"https://{place}/"]
        server.shutdown()
        thread.join()

    assert (found.certificate, found.error) == ("", "tls")


DESCRIBED = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<urn:d> a dcat:Dataset ; dcat:landingPage <{page}> ; dcat:distribution <urn:x> .
<urn:x> a dcat:Distribution ; dcat:accessURL <{file}> ; dcat:downloadURL <{file}> .
"""


def test_check_asks_every_address_and_writes_what_it_measured(web: Web, tmp_path: Path) -> None:
    file = web.on("/a.csv", reply(ROWS))
    page = web.on("/over", reply(PAGE, status="404 Not Found"))
    config, given = tmp_path / "c.toml", tmp_path / "d.ttl"
    config.write_text(f'inside = ["127.0.0.1:{web.port}"]\noutput = "{tmp_path}"\n')
    given.write_text(DESCRIBED.format(file=file, page=page))
    words = [str(given), "--probe", "--config", str(config), "--format", "dqv", "--quiet"]

    done = CliRunner().invoke(cli, ["check", *words, "--also", f"jsonl={tmp_path}/f.jsonl"])

    graph = Graph.parse(done.stdout_bytes, ox.RdfFormat.TURTLE)
    of_file = measured(graph, "urn:x")
    assert of_file["https://piveau.eu/ns/voc#accessUrlStatusCode"].startswith('"200"')
    assert of_file["https://w3id.org/dcat-harvest/def#addressKind"] == '"csv"'
    of_page = measured(graph, "urn:d")["https://w3id.org/dcat-harvest/def#landingPageStatus"]
    assert of_page.startswith('"404"')
    found = [json.loads(x) for x in (tmp_path / "f.jsonl").read_text().splitlines()]
    (lost,) = [x for x in found if x["code"] == "c8-reachable"]
    assert (lost["value"], lost["criterion"], done.exit_code) == (page, "8", 1)
    assert "c1-reachable" not in {x["code"] for x in found}
    assert sorted(set(web.asked)) == sorted(
        (m, p) for m in ("HEAD", "GET") for p in ("/a.csv", "/over")
    )


def test_probes_without_the_criteria_would_count_nowhere(tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(DESCRIBED)

    done = CliRunner().invoke(
        cli, ["check", str(tmp_path / "d.ttl"), "--probe", "--profile", "supplement"]
    )

    assert isinstance(done.exception, UsageError)
    assert "add --profile criteria" in str(done.exception)


def measured(graph: Graph, about: str) -> dict[str, str]:
    """Metric -> value of what was computed on a node."""
    index = Index(graph)
    dqv = "http://www.w3.org/ns/dqv#"
    return {
        index.objects(x, f"<{dqv}isMeasurementOf>")[0][1:-1]: index.objects(x, f"<{dqv}value>")[0]
        for x in index.subjects(f"<{dqv}computedOn>", f"<{about}>")
    }
