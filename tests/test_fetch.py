"""Fetching from a local web that answers well, badly and with malice."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from dcat_harvest.archive import Archive, Replay
from dcat_harvest.errors import FetchError
from dcat_harvest.fetch import Fetcher, _check_hop
from dcat_harvest.guard import Guard
from dcat_harvest.manners import Limits, user_agent
from dcat_harvest.model import Agent, Capture, Page
from dcat_harvest.read.manifest import Manifest
from web import Web, reply, serving

NOW = "2026-11-02T06:00:00Z"
AGENT = user_agent("1.0", homepage="https://example.org/", contact="mail@example.org")


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


class Bench:
    """A fetcher on the local web, its clock, and its archive."""

    def __init__(self, folder: Path, web: Web, clock: Clock) -> None:
        self.folder, self.web, self.clock = folder, web, clock
        self.runs = 0
        self.fetcher = self.again()

    def again(
        self,
        *,
        held: Replay | None = None,
        guard: Guard | None = None,
        limits: Limits | None = None,
    ) -> Fetcher:
        self.runs += 1
        self.archive = Archive(self.folder, f"run{self.runs}", now=NOW)
        self.fetcher = Fetcher(
            self.archive,
            AGENT,
            held=held,
            guard=guard or Guard(),
            limits=limits,
            now=lambda: NOW,
            clock=self.clock,
            sleep=self.clock.sleep,
            chance=lambda: 0.5,
        )
        return self.fetcher

    def manifest(self, **values: object) -> Manifest:
        standard = Manifest(
            name="local",
            type="local",
            title="Local",
            start=(self.web.url("/start"),),
            publisher=Agent(name="Local"),
            robots="api",
            pace=0,
        )
        return msgspec.structs.replace(standard, **values)

    def get(self, path: str = "/", **values: object) -> Capture:
        url = path if "//" in path else self.web.url(path)
        return self.fetcher.fetch(Page(url=url, kind="x"), self.manifest(**values))

    def replay(self) -> Replay:
        self.fetcher.close()
        return Replay(sorted(self.folder.glob("*.warc.gz")))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture
def bench(tmp_path: Path, web: Web) -> Iterator[Bench]:
    bench = Bench(tmp_path, web, Clock())
    yield bench
    bench.fetcher.close()


def test_a_page_comes_back_as_it_was_sent(bench: Bench, web: Web) -> None:
    web.on("/a", reply("één".encode(), "Content-Type: text/plain; charset=utf-8", "ETag: x"))

    capture = bench.get("/a")

    assert (capture.status, capture.body, capture.time) == (200, "één".encode(), NOW)
    assert capture.headers["content-type"] == "text/plain; charset=utf-8"
    assert capture.page.kind == "x"


def test_the_agent_says_who_we_are(bench: Bench, web: Web) -> None:
    web.on("/a", reply())

    bench.get("/a")

    assert "User-Agent: dcat-harvest/1.0 (+https://example.org/; mail@example.org)" in web.heads[0]


def test_what_was_fetched_is_replayed_equal(bench: Bench, web: Web) -> None:
    web.on("/plain", reply(b"plain", "Content-Type: text/html; charset=ISO-8859-1"))
    web.on("/gzip", reply(gzip.compress(b"zipped"), "Content-Encoding: gzip"))
    web.on("/old", reply(b"moved", "Location: plain?q=%24a", status="301 Moved Permanently"))
    web.on("/plain?q=%24a", reply(b"\xff\x00 no text", "X-Odd: caf\xc3\xa9"))
    chunks = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    web.on("/chunks", reply(chunks, "Transfer-Encoding: chunked"))
    pages = ("/plain", "/gzip", "/old", "/chunks")
    live = [bench.get(path) for path in pages]

    replay = bench.replay()

    assert [c.body for c in live] == [b"plain", b"zipped", b"\xff\x00 no text", b"abcdefg"]
    again = [replay.fetch(Page(url=web.url(p), kind="x"), bench.manifest()) for p in pages]
    assert again == live


def test_head_has_headers_and_no_body(bench: Bench, web: Web) -> None:
    url = web.on("/file.csv", reply(b"", "Content-Type: text/csv", length=123456))
    page = Page(url=url, kind="file", method="HEAD")

    capture = bench.fetcher.fetch(page, bench.manifest())

    assert (capture.body, capture.headers["content-length"]) == (b"", "123456")
    assert "Accept-Encoding: identity" in web.heads[0]
    assert bench.replay().fetch(page, bench.manifest()) == capture


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "204 X"])
def test_only_answers_of_the_200s_are_captures(bench: Bench, web: Web, status: str) -> None:
    web.on("/a", reply(b"", status=status))
    code = int(status[:3])
    if code == 204:
        assert bench.get("/a").status == 204
        return

    with pytest.raises(FetchError, match=f"status {code}") as caught:
        bench.get("/a")

    assert caught.value.status == code
    assert web.paths() == ["/a"]
    with pytest.raises(FetchError, match=f"status {code}"):
        bench.replay().fetch(Page(url=web.url("/a"), kind="x"), bench.manifest())


def test_retry_after_in_seconds_is_waited_for(bench: Bench, web: Web) -> None:
    busy = reply(b"", "Retry-After: 7", status="429 Too Many Requests")
    web.on("/a", busy, reply(b"good"))

    capture = bench.get("/a")

    assert (capture.body, bench.clock.slept) == (b"good", [7.0])


def test_retry_after_as_a_date_is_waited_for(bench: Bench, web: Web) -> None:
    later = "Retry-After: Mon, 02 Nov 2026 06:00:30 GMT"
    web.on("/a", reply(b"", later, status="503 Service Unavailable"), reply(b"good"))

    capture = bench.get("/a")

    assert (capture.body, bench.clock.slept) == (b"good", [30.0])


def test_a_retry_after_beyond_the_limit_ends_the_page(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"", "Retry-After: 86400", status="429 Too Many Requests"))

    with pytest.raises(FetchError, match="status 429"):
        bench.get("/a")

    assert (web.paths(), bench.clock.slept) == (["/a"], [])


@pytest.mark.parametrize("text", ["soon", "-5", "1e99", "Mon, 99 Foo 2026", "٣"])
def test_a_nonsense_retry_after_means_our_own_pace(bench: Bench, web: Web, text: str) -> None:
    busy = reply(b"", status="503 X").replace(
        b"Connection", f"Retry-After: {text}\r\nConnection".encode()
    )
    web.on("/a", busy, reply(b"good"))

    assert bench.get("/a").body == b"good"
    assert bench.clock.slept == [1.0]


def test_tries_come_further_and_further_apart_and_then_end(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"", status="503 Service Unavailable"))

    with pytest.raises(FetchError, match="status 503"):
        bench.get("/a")

    assert bench.clock.slept == [1.0, 2.0, 4.0]
    assert web.paths() == ["/a"] * 4


def test_every_try_is_in_the_archive(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"one", status="503 X"), reply(b"two"))
    bench.get("/a")

    bench.fetcher.close()

    text = gzip.decompress(bench.archive.path.read_bytes())
    assert text.count(b"WARC-Type: response") == 2
    assert text.count(b"WARC-Type: request") == 2


def test_a_host_that_fails_again_and_again_is_left_alone(bench: Bench, web: Web) -> None:
    bench.again(limits=Limits(attempts=1, failures=3))
    for number in range(5):
        web.on(f"/{number}", reply(b"", status="503 X"))
        with pytest.raises(FetchError):
            bench.get(f"/{number}")

    assert web.paths() == ["/0", "/1", "/2"]


def test_requests_to_one_host_keep_its_pace(bench: Bench, web: Web) -> None:
    for path in ("/a", "/b", "/c"):
        web.on(path, reply(path.encode()))
        bench.get(path, pace=1.5)

    assert bench.clock.slept == [1.5, 1.5]


def test_robots_txt_is_obeyed(bench: Bench, web: Web) -> None:
    web.on("/robots.txt", reply(b"User-agent: dcat-harvest\nDisallow: /api/\nCrawl-delay: 3\n"))
    web.on("/page", reply(b"page"))

    assert bench.get("/page", robots="obey").body == b"page"
    with pytest.raises(FetchError, match=r"robots\.txt"):
        bench.get("/api/x", robots="obey")
    bench.get("/page", robots="obey")

    assert web.paths() == ["/robots.txt", "/page", "/page"]
    assert bench.clock.slept == [3.0]


def test_a_documented_api_is_used_as_its_terms_say(bench: Bench, web: Web) -> None:
    web.on("/robots.txt", reply(b"User-agent: *\nDisallow: /\n"))
    web.on("/api/x", reply(b"api"))

    assert bench.get("/api/x", robots="api").body == b"api"
    assert web.paths() == ["/api/x"]


def test_no_robots_txt_allows_all(bench: Bench, web: Web) -> None:
    web.on("/page", reply(b"page"))

    assert bench.get("/page", robots="obey").body == b"page"


def test_robots_txt_in_trouble_closes_the_host(bench: Bench, web: Web) -> None:
    web.on("/robots.txt", reply(b"", status="500 Oops"))
    web.on("/page", reply(b"page"))

    for _ in range(2):
        with pytest.raises(FetchError, match="could not be read"):
            bench.get("/page", robots="obey")

    assert set(web.paths()) == {"/robots.txt"}
    assert [f.code for f in bench.fetcher.findings] == ["robots-unreachable"]


def test_a_crawl_delay_beyond_reason_is_cut_and_reported(bench: Bench, web: Web) -> None:
    web.on("/robots.txt", reply(b"User-agent: *\nCrawl-delay: 86400\n"))
    web.on("/page", reply(b"page"))
    bench.get("/page", robots="obey")
    bench.get("/page", robots="obey")

    assert bench.clock.slept == [120.0]
    assert [f.code for f in bench.fetcher.findings] == ["crawl-delay-long"]


def test_a_relative_redirect_is_followed(bench: Bench, web: Web) -> None:
    web.on("/dir/old", reply(b"", "Location: ../new#part", status="302 Found"))
    web.on("/new", reply(b"new"))

    capture = bench.get("/dir/old")

    assert (capture.url, capture.final_url) == (web.url("/dir/old"), web.url("/new"))


def test_a_redirect_in_a_circle_ends(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"", "Location: /b", status="302 Found"))
    web.on("/b", reply(b"", "Location: /a", status="302 Found"))

    with pytest.raises(FetchError, match="circle"):
        bench.get("/a")

    assert web.paths() == ["/a", "/b"]


def test_endless_redirects_end(bench: Bench, web: Web) -> None:
    for number in range(20):
        web.on(f"/{number}", reply(b"", f"Location: /{number + 1}", status="302 Found"))

    with pytest.raises(FetchError, match="circle"):
        bench.get("/0")

    assert len(web.paths()) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "gopher://127.0.0.1:70/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://localhost/",
        "http://metadata.google.internal/",
        "http://[fe80::1]:80/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://100.100.100.200/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://127.1./",
        "https:///etc/passwd",
        "http://xn--/",
        "http://.../",
        "http://example.org:99999/",
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "http://[",
        "//",
    ],
)
def test_a_redirect_to_a_forbidden_place_is_refused(bench: Bench, web: Web, target: str) -> None:
    web.on("/a", reply(b"", f"Location: {target}", status="302 Found"))

    with pytest.raises(FetchError):
        bench.get("/a")

    assert web.paths() == ["/a"]


def test_tls_is_left_on_the_same_host_only() -> None:
    page = Page(url="https://example.org/a", kind="x")

    _check_hop(page, page.url, "http://example.org/b")
    _check_hop(page, page.url, "https://elsewhere.example/b")
    with pytest.raises(FetchError, match="from https to http"):
        _check_hop(page, page.url, "http://elsewhere.example/b")


def test_the_body_of_a_redirect_is_bounded_too(bench: Bench, web: Web) -> None:
    bench.again(limits=Limits(received=1000))
    start = b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"
    web.on("/a", web.drip(start, b"x" * 600, every=0))

    with pytest.raises(FetchError, match="larger than 1000"):
        bench.get("/a")


def test_another_port_of_the_start_host_is_refused(bench: Bench, web: Web) -> None:
    with serving() as other:
        web.on("/a", reply(b"", f"Location: {other.url('/inner')}", status="302 Found"))

        with pytest.raises(FetchError, match=r"inner network|not allowed"):
            bench.get("/a")

        assert other.asked == []


def test_a_name_that_leads_inside_is_refused(bench: Bench, web: Web) -> None:
    bench.again(guard=Guard(ports=[web.port], resolve=lambda host, port: ["127.0.0.1"]))

    with pytest.raises(FetchError, match="inner network"):
        bench.get(f"http://public.example:{web.port}/a")

    assert web.asked == []


def test_one_inner_address_among_public_ones_refuses_the_name(bench: Bench, web: Web) -> None:
    guard = Guard(ports=[web.port], resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    bench.again(guard=guard)

    with pytest.raises(FetchError, match="inner network"):
        bench.get(f"http://public.example:{web.port}/a")

    assert web.asked == []


def test_a_rebinding_name_is_connected_to_what_was_checked(bench: Bench, web: Web) -> None:
    answers = [["127.0.0.1"], ["127.0.0.9"]]
    calls: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        calls.append(host)
        return answers[len(calls) - 1]

    name = f"rebinding.example:{web.port}"
    bench.again(guard=Guard(inside=[name], ports=[web.port], resolve=rebinding))
    web.on("/a", reply(b"pinned"))

    capture = bench.get(f"http://{name}/a")

    assert (capture.body, calls) == (b"pinned", ["rebinding.example"])
    assert f"Host: {name}" in web.heads[0]


def test_a_start_name_that_turns_inside_is_refused(bench: Bench, web: Web) -> None:
    start = f"http://publisher.example:{web.port}/a"
    bench.again(guard=Guard(resolve=lambda host, port: ["127.0.0.1"]))

    with pytest.raises(FetchError, match="inner network"):
        bench.get(start, start=(start,))

    assert web.asked == []


def test_a_silent_host_is_not_waited_for(bench: Bench, web: Web) -> None:
    bench.again(limits=Limits(read=0.1, attempts=2))
    web.on("/a", web.silent)

    with pytest.raises(FetchError, match="no answer in time"):
        bench.get("/a")

    assert web.paths() == ["/a", "/a"]


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"", b"H"),
    ],
)
def test_a_host_that_drips_is_cut_off(bench: Bench, web: Web, start: bytes, piece: bytes) -> None:
    bench.again(limits=Limits(total=0.3))
    web.on("/a", web.drip(start, piece))

    with pytest.raises(FetchError):
        bench.get("/a")

    assert web.paths() == ["/a"]


def test_a_body_over_the_limit_is_not_read_to_its_end(bench: Bench, web: Web) -> None:
    bench.again(limits=Limits(received=1000))
    web.on("/stated", reply(b"x" * 2000))
    web.on("/lying", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + b"x" * 2000)
    web.on("/unstated", web.drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 600, every=0))
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.on("/chunked", web.drip(endless, b"258\r\n" + b"x" * 600 + b"\r\n", every=0))

    for path in ("/stated", "/unstated", "/chunked"):
        with pytest.raises(FetchError, match="larger than 1000"):
            bench.get(path)
    assert bench.get("/lying").body == b"x" * 10


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_refused_before_it_is_unpacked(bench: Bench, web: Web, encoding: str) -> None:
    body = b"\0" * 50_000_000
    for name in encoding.split(", "):
        body = gzip.compress(body, 9) if name == "gzip" else zlib.compress(body, 9)
    web.on("/a", reply(body, f"Content-Encoding: {encoding}"))
    bench.again(limits=Limits(decoded=1_000_000))

    with pytest.raises(FetchError, match="larger than 1000000"):
        bench.get("/a")


def test_a_body_cut_short_is_asked_again(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"half", length=8), reply(b"wholebod"))

    assert bench.get("/a").body == b"wholebod"


def test_a_body_always_cut_short_is_an_error_and_not_a_capture(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"half", length=8))
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf"
    web.on("/b", cut)

    for path in ("/a", "/b"):
        with pytest.raises(FetchError, match="connection failed"):
            bench.get(path)
    assert len(bench.replay()) == 0


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"\x00\xff" * 40 + b"\r\n\r\n"]
)
def test_what_is_not_http_is_an_error(bench: Bench, web: Web, answer: bytes) -> None:
    web.on("/a", answer)

    with pytest.raises(FetchError):
        bench.get("/a")


def test_a_held_page_is_asked_for_with_its_conditions(bench: Bench, web: Web) -> None:
    fresh = reply(b"body", 'ETag: "v1"', "Last-Modified: Sun, 01 Nov 2026 00:00:00 GMT")
    web.on("/a", fresh, reply(b"", 'ETag: "v1"', status="304 Not Modified"))
    first = bench.get("/a")

    held = bench.replay()
    bench.again(held=held)
    second = bench.get("/a")

    assert 'If-None-Match: "v1"' in web.heads[1]
    assert "If-Modified-Since: Sun, 01 Nov 2026 00:00:00 GMT" in web.heads[1]
    assert (second.status, second.body, second.digest) == (200, b"body", first.digest)
    replayed = bench.replay().fetch(Page(url=web.url("/a"), kind="x"), bench.manifest())
    assert replayed == second
    assert b"server-not-modified" in gzip.decompress(bench.archive.path.read_bytes())


def test_a_304_does_not_change_what_is_said_of_the_bytes(bench: Bench, web: Web) -> None:
    about = ("Content-Type: text/csv", 'ETag: "v1"', "X-Serial: 1")
    empty = ("Content-Type: text/html", "Content-Length: 0", 'ETag: "v1"', "X-Serial: 2")
    web.on("/a", reply(b"", *about, length=34567), reply(b"", *empty, status="304 Not Modified"))
    page = Page(url=web.url("/a"), kind="file", method="HEAD")
    bench.fetcher.fetch(page, bench.manifest())

    second = bench.again(held=bench.replay()).fetch(page, bench.manifest())

    said = second.headers
    assert (said["content-length"], said["content-type"], said["x-serial"]) == (
        "34567",
        "text/csv",
        "2",
    )
    assert bench.replay().fetch(page, bench.manifest()) == second


def test_the_same_bytes_again_are_not_kept_twice(bench: Bench, web: Web) -> None:
    first = reply(b"body" * 500, "X-Serial: 1", "X-Old: yes")
    web.on("/a", first, reply(b"body" * 500, "X-Serial: 2"))
    bench.get("/a")

    bench.again(held=bench.replay())
    second = bench.get("/a")

    assert second.headers["x-serial"] == "2"
    assert "x-old" not in second.headers
    assert bench.replay().get(web.url("/a")) == msgspec.structs.replace(
        second, page=Page(url=web.url("/a"), kind="")
    )
    assert b"bodybody" not in gzip.decompress(bench.archive.path.read_bytes())


def test_an_answer_304_that_nobody_asked_for_is_an_error(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"", status="304 Not Modified"))

    with pytest.raises(FetchError, match="304"):
        bench.get("/a")


def test_the_charset_that_a_host_claims_is_left_to_the_readers(bench: Bench, web: Web) -> None:
    body = "één".encode("windows-1252")
    web.on("/a", reply(body, "Content-Type: text/html; charset=utf-8"))

    assert bench.get("/a").body == body


def test_cookies_and_keys_go_neither_out_nor_into_the_archive(bench: Bench, web: Web) -> None:
    web.on("/a?api_key=hushhush", reply(b"a", "Set-Cookie: session=hushhush"))
    web.on("/b", reply(b"b"))

    capture = bench.get("/a?api_key=hushhush")
    bench.get("/b")

    assert "hushhush" not in web.heads[1]
    assert (
        "hushhush"
        not in msgspec.json.encode([capture.url, capture.final_url, capture.headers]).decode()
    )
    assert b"hushhush" not in gzip.decompress(bench.archive.path.read_bytes())
    page = Page(url=web.url("/a?api_key=hushhush"), kind="x")
    assert bench.replay().fetch(page, bench.manifest()) == capture


def test_one_connection_serves_a_host(bench: Bench, web: Web) -> None:
    web.on("/file", reply(b"", 'ETag: "v1"', length=7, keep=True))
    web.on("/page", reply(b"page", keep=True))
    web.on("/gone", reply(b"gone", status="404 Not Found", keep=True))
    web.on("/same", reply(b"", status="304 Not Modified", keep=True))
    asked: tuple[tuple[str, Literal["GET", "HEAD"]], ...] = (
        ("/file", "HEAD"), ("/page", "GET"), ("/gone", "GET"), ("/same", "GET")
    )  # fmt: skip
    for path, method in asked:
        with suppress(FetchError):
            bench.fetcher.fetch(Page(url=web.url(path), kind="x", method=method), bench.manifest())
    bench.get("/page")

    assert (web.connections, len(web.asked)) == (1, 5)


def test_no_host_waits_for_an_acknowledgement(
    bench: Bench, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes: list[tuple[object, ...]] = []
    set_option = socket.socket.setsockopt

    def noted(line: socket.socket, *option: Any) -> None:
        wishes.append(option)
        set_option(line, *option)

    monkeypatch.setattr(socket, "TCP_QUICKACK", 12, raising=False)  # elsewhere than on Linux too
    monkeypatch.setattr(socket.socket, "setsockopt", noted)
    web.on("/a", reply(b"a"))

    bench.get("/a")
    bench.get("/a")

    assert wishes.count((socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)) == 2


def test_the_ledger_says_what_each_host_was_asked(bench: Bench, web: Web) -> None:
    web.on("/a", reply(b"", "Retry-After: 2", status="503 X"), reply(b"12345"))
    bench.get("/a")

    bench.fetcher.close()

    ledger = msgspec.json.decode((bench.folder / "run1.ledger.json").read_bytes())
    assert ledger["127.0.0.1"] == {
        "requests": 2,
        "bytes": 5,
        "not_modified": 0,
        "retries": 1,
        "errors": 0,
        "waited": 2.0,
        "statuses": {"200": 1, "503": 1},
    }


def test_a_source_says_which_format_it_would_have(bench: Bench) -> None:
    bench.web.on("/feed", reply(b"ok", "Content-Type: text/turtle"))
    plain = bench.manifest(robots="api", api_terms="https://example.org/terms")
    asking = msgspec.structs.replace(plain, accept="text/turtle, */*;q=0.1")

    bench.fetcher.fetch(Page(url=bench.web.url("/feed"), kind="x"), plain)
    bench.again().fetch(Page(url=bench.web.url("/feed"), kind="x"), asking)

    accepted = [
        line.partition(":")[2].strip()
        for head in bench.web.heads
        for line in head.splitlines()
        if line.lower().startswith("accept:")
    ]
    assert accepted == ["*/*", "text/turtle, */*;q=0.1"]
