"""Probing addresses of a local web that answers well, badly and with malice."""

import shutil
import ssl
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest.check import sniff
from dcat_harvest.check.links import Prober, links
from dcat_harvest.check.measured import measurements
from dcat_harvest.check.probe import Probe, head_counts
from dcat_harvest.check.statements import Index
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

    assert "redirects" in one(web, url).error


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

    assert found.error
    assert found.is_dead


def test_a_silent_host_is_given_up(web: Web) -> None:
    url = web.on("/a", web.silent)

    found = one(web, url, limits=Limits(connect=1, read=0.1, total=1))

    assert found.error == "no answer in time"


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


def test_probes_become_measurements() -> None:
    url = "https://b.example.org/a.csv"
    probes = {url: Probe(url=url, time=NOW, head=404, status=404)}

    lines = list(measurements(catalogue(url), probes))

    assert '<urn:x0#accessUrlStatusCode> <http://www.w3.org/ns/dqv#value> "404"' in "\n".join(lines)
    assert len(lines) == 10


@pytest.fixture
def https(tmp_path: Path) -> Iterator[int]:
    """A server with a certificate that nobody has signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    pem = tmp_path / "self.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    subprocess.run(
        [*made, "-subj", "/CN=localhost", "-keyout", str(pem), "-out", str(pem) + ".crt"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{pem}.crt", pem)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_certificate_that_nobody_signed_is_told_as_such(https: int) -> None:
    url = f"https://127.0.0.1:{https}/a.csv"
    guard = Guard(inside=[f"127.0.0.1:{https}"])

    found = Prober("test", now=lambda: NOW, guard=guard, sleep=lambda _: None).probe([url])[url]

    assert "self-signed" in found.certificate
    assert found.is_dead
    assert found.error == ""
