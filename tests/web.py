"""A web server on loopback that answers exactly the bytes a test gives, and counts requests."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket

Answer = bytes | Callable[[socket], None]


def reply(
    body: bytes = b"",
    *headers: str,
    status: str = "200 OK",
    length: int | None = None,
    keep: bool = False,
) -> bytes:
    """A whole answer, its Content-Length right unless `length` says otherwise.

    `keep`: the connection stays open for the next request.
    """
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(h.lower().startswith(("content-length:", "transfer-encoding:")) for h in headers):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Web:
    """What a test server answers per path, one answer after the other; the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str]] = []
        self.heads: list[str] = []
        self.connections = 0
        self.over = threading.Event()
        self.port = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.url(path)

    def paths(self) -> list[str]:
        return [path for _, path in self.asked]

    def answer(self, line: socket) -> bool:
        """Answer one request; whether another one may follow."""
        head = b""
        while b"\r\n\r\n" not in head:
            part = line.recv(65536)
            if not part:
                return False
            head += part
        text = head.decode("latin-1")
        method, path = text.split(" ", 2)[:2]
        self.asked.append((method, path))
        self.heads.append(text)
        answers = self.answers.get(path, [reply(b"no such page", status="404 Not Found")])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if not isinstance(answer, bytes):
            answer(line)
            return False
        said = answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        line.sendall(said if method == "HEAD" else answer)
        return b"Connection: keep-alive" in said

    def drip(self, start: bytes, piece: bytes, every: float = 0.02) -> Callable[[socket], None]:
        """An answer that never ends: piece after piece until the other side goes."""

        def go(line: socket) -> None:
            line.sendall(start)
            while not self.over.wait(every):
                line.sendall(piece)

        return go

    def silent(self, line: socket) -> None:
        """Say nothing until the test is over."""
        self.over.wait(20)


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            web: Web = self.server.web  # type: ignore[attr-defined]  # set below
            web.connections += 1
            while web.answer(self.request):
                continue
        except OSError:
            return  # the client went away, as many tests want


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def serving() -> Iterator[Web]:
    """Serve until the block ends."""
    web = Web()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.web = web  # type: ignore[attr-defined]  # the handler reads it
        web.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield web
        finally:
            web.over.set()
            server.shutdown()
            thread.join()
