"""Clients that send, read or ask too slowly: they are sent away, and others go on."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from dcat_harvest.serve import Limits, forms
from served import Client, good, odd, ran, serving

KNOWN = "/dataset/duo/k001"
PACE = 0.03
# A title of 10,000 characters, nine hundred times: more than the buffers of any socket hold.
LONG = (
    "SELECT ?t { <https://x.test/dataset/duo/lang> <http://purl.org/dc/terms/title> ?t . "
    "?a ?b ?c } LIMIT 900"
)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slow")
    ran(folder, [*good(12), *odd()])
    return folder


@pytest.fixture(scope="module")
def client(output: Path) -> Iterator[Client]:
    limits = Limits(header_seconds=0.4, body_seconds=0.4, send_seconds=0.4)
    with serving(output, limits) as found:
        yield found


def connected(client: Client, window: int = 0) -> socket.socket:
    """A connection; its window may be small."""
    made = socket.socket()
    if window:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    made.settimeout(10)
    made.connect(("127.0.0.1", client.port))
    return made


def until_end(connection: socket.socket) -> bytes:
    """All that the server says before it ends the connection; after ten seconds a TimeoutError."""
    found = b""
    try:
        while piece := connection.recv(1 << 20):
            found += piece
    except ConnectionError:
        pass
    return found


def dripped(connection: socket.socket, text: bytes) -> tuple[bytes, float]:
    """Send byte after byte until the server ends the connection; what it said, and how long."""
    start, said = time.monotonic(), b""
    for n in range(len(text)):
        try:
            connection.sendall(text[n : n + 1])
            if select.select([connection], [], [], PACE)[0]:
                piece = connection.recv(1 << 16)
                said += piece
                if not piece:
                    break
        except ConnectionError:
            break
    else:
        raise AssertionError("the server took all of it")
    return said, time.monotonic() - start


@pytest.mark.parametrize(
    "text",
    [b"GET /" + b"a" * 500, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 500, b"\r\n" * 300],
    ids=["request line", "headers", "empty lines"],
)
def test_a_head_that_drips_in_is_answered_with_408(client: Client, text: bytes) -> None:
    with connected(client) as slow:
        said, took = dripped(slow, text)

    assert b" 408 " in said and b"connection: close" in said
    assert 0.3 < took < 3
    assert client.ask(KNOWN).status == 200


def test_a_query_that_drips_in_is_answered_with_408_while_others_are_served(
    client: Client,
) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with connected(client) as slow:
        slow.sendall(head + b"Content-Length: 5000\r\n\r\n")
        others = [client.ask(KNOWN).status for _ in range(5)]
        said, took = dripped(slow, b"A" * 500)

    assert others == [200] * 5
    assert b" 408 " in said and b"connection: close" in said.lower()
    assert took < 3


@pytest.mark.parametrize("path", [KNOWN, "/sparql?query=ASK%20%7B%7D"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_that_nobody_reads_may_not_drip_for_ever(
    client: Client, method: str, path: str
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
    with connected(client) as slow:
        slow.sendall(head.encode())
        said, took = dripped(slow, b"A" * 500)

    assert said.startswith(b"HTTP/1.1 ")
    assert took < 3


def test_after_an_answer_empty_lines_keep_no_connection(client: Client) -> None:
    with connected(client) as slow:
        slow.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in slow.recv(1 << 16)
        said, took = dripped(slow, b"\r\n" * 300)

    assert b" 408 " in said
    assert took < 3


@pytest.mark.parametrize(
    "path", ["/sparql?query=" + quote(LONG), "/dataset/duo/lang.html", "/catalog.nt"]
)
def test_who_does_not_read_is_cut_off_while_others_are_served(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The catalogue is sent as a large one: from the disk, piece by piece.
    monkeypatch.setattr(forms, "BIG", 1000 if path == "/catalog.nt" else forms.BIG)
    asked = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
    times = 1 if "sparql" in path else 400
    with connected(client, window=4096) as deaf:
        deaf.sendall(asked * times)
        others = [client.ask(KNOWN).status for _ in range(5)]
        threading.Event().wait(1.2)
        # What the system's buffers took is still there; the rest was not kept for it.
        got = until_end(deaf)

    assert others == [200] * 5
    whole = len(client.ask(path, Accept="text/csv").body) * times
    assert whole > 6_000_000 and len(got) < whole


def test_who_reads_slowly_but_goes_on_gets_all(client: Client) -> None:
    asked = f"GET /sparql?query={quote(LONG)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
    pause, got, start = threading.Event(), b"", time.monotonic()
    with connected(client, window=1 << 16) as slow:
        slow.sendall(asked.encode())
        while b"\r\n\r\n" not in got:
            got += slow.recv(1000)
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        had = len(body)
        while had < length:
            for _ in range(4):
                had += len(slow.recv(1 << 16)) if had < length else 0
            pause.wait(0.03)
    took = time.monotonic() - start

    assert had == length > 5_000_000
    assert took > 0.4


def test_connections_that_ask_nothing_keep_nobody_out(output: Path) -> None:
    with serving(output, Limits(connections=20)) as client:
        asking = connected(client)
        idle = [connected(client) for _ in range(60)]
        found = [client.ask(KNOWN).status for _ in range(5)]
        idle[-1].sendall(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        newest = idle[-1].recv(1 << 16)
        oldest = until_end(asking)
        for connection in (asking, *idle):
            connection.close()
        assert client.ask(KNOWN).status == 200

    assert found == [200] * 5
    assert b" 200 " in newest and oldest == b""
