"""WARC files of many tools, whole and damaged; what is written comes back."""

import gzip
import threading
import tracemalloc
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dcat_harvest.addresses import address_key
from dcat_harvest.archive import Archive, Exchange, Replay, payload_digest
from dcat_harvest.decode import BodyError, decode
from dcat_harvest.errors import ArchiveError, FetchError
from dcat_harvest.model import Agent, Page
from dcat_harvest.read.manifest import Manifest

NOW = "2026-11-02T06:00:00Z"
SITE = "https://www.example.org"
MANIFEST = Manifest(name="x", type="x", title="X", start=(SITE,), publisher=Agent(name="X"), pace=0)


def foreign(
    path: Path,
    answers: Iterable[tuple[str, str, str, bytes]],
    *,
    gzipped: bool = True,
    request_first: bool = False,
    with_request: bool = True,
) -> Path:
    """Write method, address, status and headers, body as another tool would."""
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=gzipped)
        for method, url, head, body in answers:
            status, *lines = head.split("\r\n")
            headers = [tuple(line.split(": ", 1)) for line in lines]
            http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
            response = writer.create_warc_record(
                url, "response", payload=BytesIO(body), length=len(body), http_headers=http
            )
            name = response.rec_headers.get_header("WARC-Record-ID")
            asked = StatusAndHeaders(f"{method} / HTTP/1.1", [], is_http_request=True)
            about = {"WARC-Concurrent-To": name}
            request = writer.create_warc_record(
                url, "request", http_headers=asked, warc_headers_dict=about
            )
            records = [request, response] if request_first else [response, request]
            for record in records if with_request else [response]:
                writer.write_record(record)
    return path


def one(tmp_path: Path, name: str = "a.warc.gz", body: bytes = b"one") -> Path:
    return foreign(tmp_path / name, [("GET", f"{SITE}/a", "200 OK", body)])


def page(url: str, method: str = "GET") -> Page:
    return Page(url=url, kind="x", method="HEAD" if method == "HEAD" else "GET")


def exchange(url: str, payload: bytes, *answered: tuple[str, str], status: int = 200) -> Exchange:
    return Exchange(
        method="GET",
        url=url,
        asked=(("User-Agent", "test"),),
        status=status,
        reason="OK",
        answered=answered,
        payload=payload,
        time=NOW,
    )


def single_stream(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))


def uncompressed(path: Path) -> None:
    path.write_bytes(gzip.decompress(path.read_bytes()))


@pytest.mark.parametrize("change", [None, single_stream, uncompressed])
@pytest.mark.parametrize("request_first", [True, False])
def test_every_form_of_file_is_read(tmp_path: Path, change, request_first: bool) -> None:  # type: ignore[no-untyped-def]  # parametrised with functions
    answers = [
        ("HEAD", f"{SITE}/a", "200 OK\r\nContent-Length: 9", b""),
        ("GET", f"{SITE}/a", "200 OK", b"body of a"),
        ("POST", f"{SITE}/a", "200 OK", b"answer to a form"),
        ("GET", f"{SITE}/b", "200 OK", b"body of b"),
    ]
    path = foreign(tmp_path / "a.warc.gz", answers, request_first=request_first)
    if change:
        change(path)

    replay = Replay([path])

    assert replay.fetch(page(f"{SITE}/a"), MANIFEST).body == b"body of a"
    assert replay.fetch(page(f"{SITE}/b"), MANIFEST).body == b"body of b"
    head = replay.fetch(page(f"{SITE}/a", "HEAD"), MANIFEST)
    assert (head.body, head.headers["content-length"]) == (b"", "9")


def test_a_post_does_not_answer_a_get(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc.gz", [("POST", f"{SITE}/a", "200 OK", b"form")])

    with pytest.raises(FetchError, match="not in the archives"):
        Replay([path]).fetch(page(f"{SITE}/a"), MANIFEST)


def test_a_head_that_was_not_recorded_has_the_headers_of_the_get(tmp_path: Path) -> None:
    path = one(tmp_path)

    capture = Replay([path]).fetch(page(f"{SITE}/a", "HEAD"), MANIFEST)

    assert (capture.status, capture.body) == (200, b"")


def test_a_get_is_not_answered_by_a_head(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.warc.gz", [("HEAD", f"{SITE}/a", "200 OK", b"")])

    with pytest.raises(FetchError) as caught:
        Replay([path]).fetch(page(f"{SITE}/a"), MANIFEST)

    assert caught.value.status == 404


def test_an_answer_without_its_request_is_taken_for_a_get(tmp_path: Path) -> None:
    answers = [("GET", f"{SITE}/a", "200 OK", b"one")]
    path = foreign(tmp_path / "a.warc.gz", answers, with_request=False)

    assert Replay([path]).fetch(page(f"{SITE}/a"), MANIFEST).body == b"one"


def test_the_last_file_wins_and_in_it_the_last_record(tmp_path: Path) -> None:
    old = one(tmp_path, "old.warc.gz", b"old")
    twice = [("GET", f"{SITE}/a", "200 OK", b) for b in (b"new", b"newest")]
    new = foreign(tmp_path / "new.warc.gz", twice)

    assert Replay([old, new]).fetch(page(f"{SITE}/a"), MANIFEST).body == b"newest"
    assert Replay([new, old]).fetch(page(f"{SITE}/a"), MANIFEST).body == b"old"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(b"text", mtime=0)),
        ("Content-Encoding: x-gzip", gzip.compress(b"te", mtime=0) + gzip.compress(b"xt", mtime=0)),
        ("Content-Encoding: deflate", zlib.compress(b"text")),
        ("Content-Encoding: deflate", zlib.compress(b"text")[2:-4]),
        ("Content-Encoding: deflate, gzip", gzip.compress(zlib.compress(b"text"), mtime=0)),
        ("Content-Encoding: gzip", b"text"),
        ("Content-Encoding: identity", b"text"),
        ("Transfer-Encoding: chunked", b"2\r\nte\r\n2\r\nxt\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"text"),
        (
            "Transfer-Encoding: chunked\r\nContent-Encoding: gzip",
            b"%x\r\n%b\r\n0\r\n\r\n"
            % (len(gzip.compress(b"text", mtime=0)), gzip.compress(b"text", mtime=0)),
        ),
    ],
)
def test_encodings_are_taken_off(tmp_path: Path, head: str, body: bytes) -> None:
    path = foreign(tmp_path / "a.warc.gz", [("GET", f"{SITE}/a", f"200 OK\r\n{head}", body)])

    assert Replay([path]).fetch(page(f"{SITE}/a"), MANIFEST).body == b"text"


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("Content-Encoding: gzip", gzip.compress(b"text" * 99, mtime=0)[:-9], "cut short"),
        (
            "Content-Encoding: gzip",
            gzip.compress(b"text", mtime=0)[:12] + b"\xff" * 20,
            "broken|cut",
        ),
        ("Content-Encoding: gzip", gzip.compress(b"\0" * 10_000_000, mtime=0), "larger than"),
        ("Content-Encoding: vogon", b"text", "not known"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_a_fetch_error(
    tmp_path: Path, head: str, body: bytes, reason: str
) -> None:
    path = foreign(tmp_path / "a.warc.gz", [("GET", f"{SITE}/a", f"200 OK\r\n{head}", body)])

    with pytest.raises(FetchError, match=reason):
        Replay([path], most=1_000_000).fetch(page(f"{SITE}/a"), MANIFEST)


def test_recorded_redirects_are_followed(tmp_path: Path) -> None:
    answers = [
        ("GET", f"{SITE}/a/old", "301 Moved\r\nLocation: ../b?x=%20", b""),
        ("GET", f"{SITE}/b?x=+", "302 Found\r\nLocation: //www.example.org/c#there", b""),
        ("GET", f"{SITE}/c", "200 OK", b"there"),
        ("GET", f"{SITE}/round", "302 Found\r\nLocation: /round", b""),
        ("GET", f"{SITE}/out", "302 Found\r\nLocation: https://elsewhere.example/", b""),
    ]
    replay = Replay([foreign(tmp_path / "a.warc.gz", answers)])

    capture = replay.fetch(page(f"{SITE}/a/old"), MANIFEST)

    assert (capture.url, capture.final_url) == (f"{SITE}/a/old", f"{SITE}/c")
    assert capture.body == b"there"
    with pytest.raises(FetchError, match="circle"):
        replay.fetch(page(f"{SITE}/round"), MANIFEST)
    with pytest.raises(FetchError, match=r"elsewhere\.example") as caught:
        replay.fetch(page(f"{SITE}/out"), MANIFEST)
    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTPS://WWW.Example.org/a", "https://www.example.org/a"),
        ("https://www.example.org:443/a", "https://www.example.org/a"),
        ("http://www.example.org:80", "http://www.example.org/"),
        ("https://x.nl/a#part", "https://x.nl/a"),
        ("https://x.nl/T?$format=json", "https://x.nl/T?%24format=json"),
        ("https://x.nl/T?$filter=a eq 'b'", "https://x.nl/T?%24filter=a+eq+%27b%27"),
        ("https://x.nl/één", "https://x.nl/%C3%A9%c3%a9n".replace("%c3%a9n", "%C3%A9n")),
        ("https://x.nl/%7euser", "https://x.nl/~user"),
        ("https://x.nl/a?", "https://x.nl/a"),
        ("<https://x.nl/a>", "https://x.nl/a"),
    ],
)
def test_equal_addresses_have_one_key(one: str, other: str) -> None:
    if "één" in one:
        other = "https://x.nl/%C3%A9%C3%A9n"

    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.nl/a", "https://x.nl/A"),
        ("https://x.nl/a", "http://x.nl/a"),
        ("https://x.nl/a", "https://x.nl/a/"),
        ("https://x.nl/a%2Fb", "https://x.nl/a/b"),
        ("https://x.nl/?a=b%26c", "https://x.nl/?a=b&c"),
        ("https://x.nl/?a=1&b=2", "https://x.nl/?b=2&a=1"),
        ("https://x.nl/a+b", "https://x.nl/a%20b"),
        ("https://x.nl:8443/a", "https://x.nl/a"),
    ],
)
def test_different_addresses_have_different_keys(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_every_cut_of_a_file_is_noticed_when_it_is_opened(tmp_path: Path) -> None:
    path = one(tmp_path, body=b"some text " * 20)
    whole = path.read_bytes()
    ends = [whole.index(b"\x1f\x8b", 2)]  # a cut between two records cannot be seen

    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        if length in ends:
            assert len(Replay([path])) == 1
        else:
            with pytest.raises(ArchiveError, match=r"a\.warc\.gz"):
                Replay([path])


def test_every_cut_within_the_answer_of_a_plain_file_is_noticed(tmp_path: Path) -> None:
    path = one(tmp_path, body=b"text " * 9)
    whole = gzip.decompress(path.read_bytes())
    end = whole.index(b"text " * 9) + 45

    for length in range(1, end):
        path.write_bytes(whole[:length])
        with pytest.raises(ArchiveError, match=r"a\.warc\.gz"):
            Replay([path])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>no archive</html>",
        b"PK\x03\x04" + b"\0" * 50,
        gzip.compress(b"no archive", mtime=0),
        b"\x1f\x8b",
        b"\x1f\x8b\x08" + b"\xff" * 60,
        gzip.compress(b"filedesc://x.arc 0.0.0.0 20100101000000 text/plain 3\nabc\n", mtime=0),
        b"WARC/1.0\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_what_is_no_warc_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)

    with pytest.raises(ArchiveError, match=r"odd\.warc\.gz") as caught:
        Replay([path])

    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_or_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.warc.gz", tmp_path):
        with pytest.raises(ArchiveError, match=path.name):
            Replay([path])


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = one(tmp_path, body=bytes(range(256)) * 8)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(data)

    with pytest.raises(ArchiveError):
        Replay([path])


def test_an_incompletely_recorded_answer_is_a_fetch_error(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as handle:
        writer = WARCWriter(handle)
        http = StatusAndHeaders("200 OK", [], protocol="HTTP/1.1")
        about = {"WARC-Truncated": "length"}
        record = writer.create_warc_record(
            f"{SITE}/a",
            "response",
            payload=BytesIO(b"half"),
            length=4,
            http_headers=http,
            warc_headers_dict=about,
        )
        writer.write_record(record)

    with pytest.raises(FetchError, match="incompletely"):
        Replay([path]).fetch(page(f"{SITE}/a"), MANIFEST)


def test_a_revisit_of_another_tool_has_the_bytes_of_its_original(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as handle:
        writer = WARCWriter(handle)
        http = StatusAndHeaders("200 OK", [("X-N", "1")], protocol="HTTP/1.1")
        first = writer.create_warc_record(
            f"{SITE}/a", "response", payload=BytesIO(b"same"), length=4, http_headers=http
        )
        digest = first.rec_headers.get_header("WARC-Payload-Digest")
        date = first.rec_headers.get_header("WARC-Date")
        again = StatusAndHeaders("200 OK", [("X-N", "2")], protocol="HTTP/1.1")
        for record in (
            first,
            writer.create_revisit_record(f"{SITE}/b", digest, f"{SITE}/a", date, again),
            writer.create_revisit_record(f"{SITE}/lost", "sha1:NONE", f"{SITE}/x", date),
        ):
            writer.write_record(record)

    replay = Replay([path])

    capture = replay.fetch(page(f"{SITE}/b"), MANIFEST)
    assert (capture.status, capture.body, capture.headers["x-n"]) == (200, b"same", "2")
    with pytest.raises(FetchError, match="not in the archives"):
        replay.fetch(page(f"{SITE}/lost"), MANIFEST)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    payload=st.binary(max_size=300),
    path=st.text(st.characters(codec="utf-8"), max_size=20),
    value=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=20),
    chunked=st.booleans(),
)
def test_every_written_answer_comes_back_byte_for_byte(
    tmp_path: Path, payload: bytes, path: str, value: str, chunked: bool
) -> None:
    archive = Archive(tmp_path, "run", now=NOW)
    url = f"{SITE}/{path}"
    headers = [("Content-Type", "text/html"), ("X-Value", value)]
    if chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    written = archive.add(exchange(url, payload, *headers))
    archive.close()

    capture = Replay([archive.path]).get(url)

    assert capture is not None
    assert (capture.body, capture.digest) == (payload, payload_digest(payload))
    assert tuple(capture.headers.values()) == tuple(v for _, v in written.headers)


def test_our_own_secrets_are_not_written(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run", now=NOW)
    names = ("Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-CKAN-API-Key")
    asked = (("User-Agent", "test"), *((name, "hushhush") for name in names))
    url = f"{SITE}/a?x=1&apikey=hushhush&client_secret=hushhush#password=hushhush"
    archive.add(msgspec.structs.replace(exchange(url, b"text"), asked=asked))
    archive.close()

    text = gzip.decompress(archive.path.read_bytes())

    assert b"hushhush" not in text
    assert b"User-Agent: test" in text
    assert all(name.encode() not in text for name in names)


def test_a_bomb_is_not_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 1)
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match="larger than"):
            decode(bomb, "gzip", most=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


def test_threads_write_whole_records(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run", now=NOW)

    def write(start: int) -> None:
        for number in range(start, start + 25):
            archive.add(exchange(f"{SITE}/{number}", b"%d" % number * 400))

    threads = [threading.Thread(target=write, args=(n * 25,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    archive.close()

    replay = Replay([archive.path])
    assert len(replay) == 100
    assert all(replay.get(f"{SITE}/{n}").body == b"%d" % n * 400 for n in range(100))  # type: ignore[union-attr]  # all are there


def test_our_own_file_torn_by_a_kill_gives_what_came_before(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run", now=NOW)
    archive.add(exchange(f"{SITE}/a", b"first"))
    size = archive.path.stat().st_size
    archive.add(exchange(f"{SITE}/b", b"second"))
    archive.close()
    whole = archive.path.read_bytes()

    for length in range(size + 1, len(whole), 7):
        archive.path.write_bytes(whole[:length])
        with pytest.raises(ArchiveError):
            Replay([archive.path])
        replay = Replay([archive.path], allow_torn=True)
        assert replay.fetch(page(f"{SITE}/a"), MANIFEST).body == b"first"
        assert list(replay.torn) == [archive.path]


def test_a_second_file_of_one_run_does_not_overwrite_the_first(tmp_path: Path) -> None:
    first, second = (Archive(tmp_path, "run: 1", now=NOW) for _ in range(2))

    assert first.path != second.path
    first.close()
    second.close()


def test_a_folder_that_cannot_be_made_is_an_error_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(tmp_path / "file" / "archive", "run", now=NOW)


def test_a_full_disk_leaves_whole_records(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run", now=NOW)
    archive.add(exchange(f"{SITE}/a", b"first"))
    real = archive._handle

    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def write(self, data: memoryview) -> int:
            if len(data) > 50:
                return real.write(data[:50]) or 0
            raise OSError(28, "No space left on device")

    archive._handle = Full()  # type: ignore[assignment]  # a disk that fills up
    with pytest.raises(ArchiveError, match="No space left"):
        archive.add(exchange(f"{SITE}/b", bytes(range(256))))
    real.close()

    assert len(Replay([archive.path])) == 1


def test_nothing_can_break_out_of_a_header_line(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run", now=NOW)
    evil = "x\r\nWARC-Type: warcinfo\r\n\r\nWARC/1.0\r\n"
    archive.add(exchange(f"{SITE}/{evil}", b"text", ("X-Evil", evil), (evil, "value")))
    archive.close()

    replay = Replay([archive.path])

    assert len(replay) == 1
    capture = replay.get(f"{SITE}/{evil}")
    assert capture is not None
    assert list(capture.headers) == ["x-evil"]


@pytest.mark.world
def test_the_whole_recorded_world_is_answered(world: Path) -> None:
    replay = Replay(sorted(world.glob("*.warc.gz")))
    lines = (world / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")

    for row in (dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]):
        capture = replay.get(row["url"], row["method"])

        assert capture is not None, row["url"]
        assert capture.status == int(row["status"])
        assert row["method"] == "HEAD" or len(capture.body) == int(row["bytes"])
