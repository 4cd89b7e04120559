"""A web that attacks: nothing crashes, hangs, swallows memory or reaches a forbidden address."""

import gzip
import resource
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest

from dcat_harvest.archive import Archive, Replay
from dcat_harvest.errors import FetchError
from dcat_harvest.fetch import Fetcher
from dcat_harvest.guard import Guard
from dcat_harvest.manners import Limits
from dcat_harvest.model import Agent, Capture, Page
from dcat_harvest.read.manifest import Manifest
from web import Web, reply, serving

NOW = "2026-11-02T06:00:00Z"
OK = "HTTP/1.1 200 OK\r\n"
QUICK = Limits(read=2, total=0.5, attempts=1, received=100_000, decoded=1_000_000, failures=99)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture
def inner() -> Iterator[Web]:
    """The host that nobody may reach; it counts."""
    with serving() as inner:
        inner.on("/", reply(b"secret"))
        inner.on("/robots.txt", reply(b""))
        yield inner


class Source:
    def __init__(self, folder: Path, web: Web, *, guard: Guard | None = None) -> None:
        self.web = web
        self.archive = Archive(folder, "run", now=NOW)
        self.fetcher = Fetcher(
            self.archive,
            "dcat-harvest/1.0 (+https://example.org/; mail@example.org)",
            guard=guard,
            limits=QUICK,
            now=lambda: NOW,
            clock=lambda: 0.0,
            sleep=lambda seconds: None,
        )

    def get(self, path: str, *, robots: str = "api") -> Capture:
        manifest = Manifest(
            name="hostile",
            type="hostile",
            title="Hostile",
            start=(self.web.url("/start"),),
            publisher=Agent(name="Hostile"),
            robots="obey" if robots == "obey" else "api",
            pace=0,
        )
        url = path if "//" in path else self.web.url(path)
        return self.fetcher.fetch(Page(url=url, kind="x"), manifest)


@pytest.fixture
def source(tmp_path: Path, web: Web) -> Iterator[Source]:
    source = Source(tmp_path, web)
    yield source
    source.fetcher.close()


def still_good(source: Source, web: Web) -> None:
    """What is good in the same source still comes, and the archive can be read."""
    web.on("/good", reply(b"good"))
    assert source.get("/good").body == b"good"
    source.fetcher.close()
    assert Replay([source.archive.path]).get(web.url("/good")) is not None


def zipped(body: bytes, *headers: str) -> bytes:
    return reply(gzip.compress(body, 9), "Content-Encoding: gzip", *headers)


REFUSED = {
    "header-flood": OK.encode() + b"X-A: b\r\n" * 5000 + b"\r\n",
    "header-line-without-end": OK.encode() + b"X-A: " + b"b" * 200_000 + b"\r\n\r\n",
    "status-is-a-word": b"HTTP/1.1 abc OK\r\n\r\n",
    "status-is-too-high": b"HTTP/1.1 99999 OK\r\n\r\n",
    "status-line-without-end": b"HTTP/1.1 200 " + b"O" * 200_000,
    "http-0.9": b"<html>hello</html>\r\n\r\n",
    "chunk-size-is-a-word": f"{OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n".encode(),
    "chunk-size-is-huge": f"{OK}Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\nx".encode(),
    "chunk-size-is-negative": f"{OK}Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n".encode(),
    "length-is-huge": f"{OK}Content-Length: {10**30}\r\n\r\nx".encode(),
    "length-is-a-lie": f"{OK}Content-Length: 500\r\n\r\nx".encode(),
    "two-lengths": f"{OK}Content-Length: 1\r\nContent-Length: 900\r\n\r\nabc".encode(),
    "bomb": zipped(b"\0" * 30_000_000),
    "bomb-in-a-bomb": reply(
        gzip.compress(gzip.compress(b"\0" * 30_000_000, 9), 9), "Content-Encoding: gzip, gzip"
    ),
    "bomb-of-many-members": reply(gzip.compress(b"\0" * 90_000) * 500, "Content-Encoding: gzip"),
    "many-layers": reply(b"x", "Content-Encoding: " + ", ".join(["gzip"] * 500)),
    "gzip-cut-short": reply(gzip.compress(b"abc" * 999)[:-20], "Content-Encoding: gzip"),
    "gzip-broken": reply(b"\x1f\x8b\x08" + b"\xff" * 300, "Content-Encoding: gzip"),
    "unknown-encoding": reply(b"x", "Content-Encoding: zstd-of-mars"),
    "redirect-to-nowhere": reply(b"", "Location: http://", status="302 Found"),
    "redirect-to-a-bracket": reply(b"", "Location: http://[::1", status="302 Found"),
    "redirect-of-a-megabyte": reply(b"", "Location: /" + "a" * 60_000, status="302 Found"),
    "redirect-to-itself": reply(b"", "Location: /attack", status="301 Moved"),
    "error-page-bomb": zipped(b"\0" * 30_000_000).replace(b"200 OK", b"404 Not Found"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_attacks_is_a_fetch_error(source: Source, web: Web, name: str) -> None:
    web.on("/attack", REFUSED[name])

    with pytest.raises(FetchError):
        source.get("/attack")

    still_good(source, web)


ENDLESS = {
    "body": (f"{OK}\r\n", b"x"),
    "chunks": (f"{OK}Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "chunk-extension": (f"{OK}Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "trailers": (f"{OK}Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n"),
    "informational-answers": ("", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "empty-lines": ("", b"\r\n"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_without_end_is_cut_off(source: Source, web: Web, name: str) -> None:
    start, piece = ENDLESS[name]
    web.on("/attack", web.drip(start.encode(), piece))

    with pytest.raises(FetchError):
        source.get("/attack")

    still_good(source, web)


FLOODS = {
    "body": (f"{OK}\r\n", b"x" * 50_000),
    "zeros": (f"{OK}Content-Encoding: gzip\r\n\r\n", gzip.compress(b"\0" * 10_000_000)),
    "headers": (OK, b"X-A: b\r\n" * 500),
    "redirect-body": ("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b"x" * 50_000),
    "error-body": ("HTTP/1.1 500 Oops\r\n\r\n", b"x" * 50_000),
    "refusal-body": ("HTTP/1.1 404 Gone\r\n\r\n", b"x" * 50_000),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_stops_at_the_limit(source: Source, web: Web, name: str) -> None:
    start, piece = FLOODS[name]
    sent = 0

    def flood(line: socket) -> None:
        nonlocal sent
        line.sendall(start.encode())
        while sent < 50_000_000:
            line.sendall(piece)
            sent += len(piece)

    web.on("/attack", flood)

    with pytest.raises(FetchError):
        source.get("/attack")

    # What the kernels of both sides buffer comes on top of our limit.
    assert sent < 20_000_000
    still_good(source, web)


HARMLESS = {
    "only-a-status-line": b"HTTP/1.1 200 OK\r\n",
    "null-bytes": reply(b"\0" * 100, "Content-Type: \x01\x02"),
    "cookies": reply(b"x", *[f"Set-Cookie: a{n}=b" for n in range(50)]),
    "refresh": reply(b"x", "Refresh: 0; url=http://169.254.169.254/"),
    "odd-names": reply(b"x", "X Y: 1", "é: 2", ": 3"),
    "bidi": reply("\u202e".encode(), "X-Title: \xe2\x80\xae"),
    "trailing-bytes": f"{OK}Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\nsmuggled".encode(),
    "fold": f"{OK}X-A: b\r\n c\r\nContent-Length: 1\r\n\r\nx".encode(),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_an_odd_answer_is_kept_and_replayed_as_it_was_read(
    source: Source, web: Web, name: str
) -> None:
    web.on("/odd", HARMLESS[name])

    capture = source.get("/odd")

    source.fetcher.close()
    replay = Replay([source.archive.path])
    assert len(replay) == 1
    again = replay.get(web.url("/odd"))
    assert again is not None
    assert (again.headers, again.body) == (capture.headers, capture.body)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "javascript:alert(1)",
        "data:text/plain,x",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "http:/\\127.0.0.1/",
        "http://127.0.0.1:{port}@example.org:{port}/",
        "http://example.org@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@example.org/",
        "http://127.0.0.1:{port}#@example.org/",
        "http://127.0.0.1:{port}?@example.org/",
        "http://127.0.0.2:{port}/",
        "http://127.1:{port}/",
        "http://0:{port}/",
        "http://0.0.0.0:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://localhost:{port}/",
        "http://LOCALHOST.:{port}/",
        "http://a.localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::127.0.0.1]:{port}/",
        "http://[0:0:0:0:0:ffff:7f00:1]:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://127。0。0。1:{port}/",
        "http://127.0.0.1:{port}/\r\nHost: example.org",
        "http://127.0.0.1%2f:{port}/",
        "http://127.0.0.1 :{port}/",
        "http://\t127.0.0.1:{port}/",
        "http://[fe80::1%25lo]:{port}/",
        "http://:{port}/",
        "http://127.0.0.1:{port}x/",
        "http://" + "a" * 300 + ":{port}/",
        "http://example.org/" + "a" * 9000,
        "",
        "   ",
        "\ud800",
    ],
)
def test_no_spelling_of_an_inner_address_gets_through(
    source: Source, web: Web, inner: Web, url: str
) -> None:
    address = url.format(port=inner.port) if "{port}" in url else url
    location = address.encode("utf-8", "replace").decode("latin-1")
    web.on("/to", reply(b"", f"Location: {location}", status="302 Found"))

    with pytest.raises(FetchError):
        source.fetcher.fetch(Page(url=address, kind="x"), MANIFEST)
    with pytest.raises(FetchError):
        source.get("/to")

    assert inner.asked == []


MANIFEST = Manifest(
    name="hostile",
    type="hostile",
    title="Hostile",
    start=("https://example.org/",),
    publisher=Agent(name="Hostile"),
    robots="api",
    pace=0,
)


def test_robots_txt_cannot_lead_inside(source: Source, web: Web, inner: Web) -> None:
    web.on("/robots.txt", reply(b"", f"Location: {inner.url('/')}", status="302 Found"))
    web.on("/page", reply(b"page"))

    with pytest.raises(FetchError, match=r"robots\.txt"):
        source.get("/page", robots="obey")

    assert inner.asked == []


@pytest.mark.parametrize(
    "text",
    [
        b"\0" * 5000,
        b"\xff\xfe" * 500,
        b"<html><body>no robots</body></html>",
        b"User-agent: *\n" * 3000,
        b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$\n",
        b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: -1\nCrawl-delay: 1e999\n",
        b"User-agent: *\nRequest-rate: 1/0\nSitemap: http://[\nDisallow: %%%\n",
    ],
)
def test_odd_robots_txt_harms_nothing(source: Source, web: Web, text: bytes) -> None:
    web.on("/robots.txt", reply(text))
    web.on("/aaaa", reply(b"page"))

    assert source.get("/aaaa", robots="obey").body == b"page"


def test_a_name_that_moves_inside_between_two_pages_is_refused(
    tmp_path: Path, web: Web, inner: Web
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    name = f"moving.example:{inner.port}"
    guard = Guard(ports=[inner.port], resolve=lambda host, port: next(answers))
    source = Source(tmp_path, web, guard=guard)

    for _ in range(2):
        with pytest.raises(FetchError, match="inner network"):
            source.get(f"http://{name}/")

    assert inner.asked == []
    source.fetcher.close()


def test_a_name_without_address_is_a_fetch_error(tmp_path: Path, web: Web) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    source = Source(tmp_path, web, guard=Guard(ports=[80], resolve=unknown))

    with pytest.raises(FetchError, match="connection failed"):
        source.get("http://nowhere.example/")
    source.fetcher.close()


def test_a_proxy_is_not_asked_for_inner_addresses(
    source: Source, web: Web, inner: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", web.url())
    monkeypatch.setenv("no_proxy", "")
    web.on("http://public.example/", reply(b"by proxy"))

    assert source.get("http://public.example/").body == b"by proxy"
    for url in ("http://169.254.169.254/", inner.url("/"), "http://localhost/"):
        with pytest.raises(FetchError):
            source.get(url)

    assert web.paths() == ["http://public.example/"]


def test_passwords_of_the_machine_are_not_sent(
    source: Source, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hushhush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    web.on("/a", reply(b"a"))

    source.get("/a")

    assert "authorization" not in web.heads[0].lower()


def test_many_threads_get_their_own_answers(source: Source, web: Web) -> None:
    wrong: list[int] = []

    def ask(start: int) -> None:
        for number in range(start, start + 10):
            web.on(f"/{number}", reply(b"%d" % number))
            if source.get(f"/{number}").body != b"%d" % number:
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(n * 10,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    source.fetcher.close()
    assert len(Replay([source.archive.path])) == 60


def test_all_of_this_stays_small() -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 512 * 1024
