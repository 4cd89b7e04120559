"""Measure a live run on a web that has not changed.

    python bench/live.py FILE.warc.gz… [-- OPTIONS OF dcat-harvest run]
    python bench/live.py --proxy http://127.0.0.1:8099 --ca ca.pem [-- OPTIONS]

Serves recorded answers on this machine, as a proxy with a certificate of its own (or uses the
proxy given), and runs three times over them: everything anew, unchanged, unchanged. Tells of the
last run how long it took, whose time that was, and what was asked, as the archive has it.
"""

import argparse
import hashlib
import os
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from multiprocessing import Process, SimpleQueue
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.upkeep import verify

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
CODE = "from dcat_harvest.cli import main; main()"


class Recorded:
    """Whole answers by method and address, and whether a condition holds."""

    def __init__(self, paths: list[str]) -> None:
        self._replay = Replay(paths)
        self._made: dict[tuple[str, str], tuple[bytes, bytes, str, str]] = {}

    def answer(self, method: str, url: str, asked: dict[str, str]) -> bytes:
        """The recorded answer, or a 304."""
        made = self._made.get((method, url)) or self._make(method, url)
        self._made[method, url] = made
        whole, same, tag, modified = made
        if "if-none-match" in asked:
            return same if tag and tag in asked["if-none-match"] else whole
        since = asked.get("if-modified-since", "")
        is_old = since and modified and _moment(modified) <= _moment(since)
        return same if is_old else whole

    def _make(self, method: str, url: str) -> tuple[bytes, bytes, str, str]:
        found = self._replay.get(url, method)
        if found is None:
            return MISSING, MISSING, "", ""
        dropped = ("content-encoding", "content-length", "transfer-encoding", "connection")
        kept = [f"{k}: {v}" for k, v in found.headers.items() if k not in dropped]
        length = found.headers.get("content-length") if method == "HEAD" else len(found.body)
        head = "\r\n".join([f"HTTP/1.1 {found.status} X", f"Content-Length: {length or 0}", *kept])
        same = "\r\n".join(["HTTP/1.1 304 Not Modified", *kept])
        tag, modified = found.headers.get("etag", ""), found.headers.get("last-modified", "")
        if found.status != 200:
            tag = modified = ""
        end = b"\r\n\r\n"
        return _bytes(head) + end + found.body, _bytes(same) + end, tag, modified


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _moment(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return 0.0


def serve(
    paths: list[str], folder: Path, told: "SimpleQueue[Any]", ask: "SimpleQueue[Any]"
) -> None:
    """A proxy in a process of its own: tells its port, then at each question its CPU seconds."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    recorded = Recorded(paths)
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=_accept, args=(listening, recorded, tls), daemon=True).start()
    told.put(listening.getsockname()[1])
    while ask.get():
        used = resource.getrusage(resource.RUSAGE_SELF)
        told.put(used.ru_utime + used.ru_stime)


def _accept(listening: socket.socket, recorded: Recorded, tls: ssl.SSLContext) -> None:
    while True:
        line, _ = listening.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(line, recorded, tls), daemon=True).start()


def _talk(line: socket.socket, recorded: Recorded, tls: ssl.SSLContext) -> None:
    place = ""
    try:
        while head := _head(line):
            first, *rest = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            if method == "CONNECT":
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                line = tls.wrap_socket(line, server_side=True)
                place = "https://" + target.removesuffix(":443")
                continue
            asked = {k.lower(): v for k, _, v in (x.partition(": ") for x in rest)}
            line.sendall(recorded.answer(method, place + target, asked))
    except OSError:
        return  # the client went away
    finally:
        line.close()


def _head(line: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = line.recv(65536)
        if not part:
            return b""
        head += part
    return head.removesuffix(b"\r\n\r\n")


def certificates(folder: Path, hosts: set[str]) -> None:
    """A certificate for these hosts, and `ca.pem` that vouches for it."""
    names = ",".join(f"DNS:{host}" for host in sorted(hosts))
    (folder / "ext").write_text(f"subjectAltName={names}\n")
    for words in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bench -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=leaf -keyout leaf.key -out leaf.csr",
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext "
        "-out leaf.pem",
    ):
        command = ["openssl", *words.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


def run(output: Path, proxy: str, ca: Path, options: list[str]) -> tuple[float, float]:
    """One run without a pace: its seconds, and those of CPU."""
    paces = [x for name in sources.names() for x in ("--set", f"{name}.pace=0")]
    words = [*paces, "--set", "cbs-statline.select=all", "--output", str(output), *options]
    environment = {
        **os.environ, "http_proxy": proxy, "https_proxy": proxy, "no_proxy": "",
        "REQUESTS_CA_BUNDLE": str(ca),
    }  # fmt: skip
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, "run", "--quiet", *words], env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        print(f"run ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, used.ru_utime + used.ru_stime


def asked(path: Path, held: set[tuple[str, str]]) -> Counter[str]:
    """What a run asked, of its WARC file; adds to `held` what it got."""
    found: Counter[str] = Counter()
    pending: tuple[str, str] = ("", "")
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type in ("response", "revisit"):
                pending = (url, record.http_headers.get_statuscode())
            elif record.rec_type == "request":
                method, status = record.http_headers.protocol, pending[1]
                has = record.http_headers.get_header
                is_conditional = bool(has("If-None-Match") or has("If-Modified-Since"))
                found["requests"] += 1
                found[f"answered {status}"] += 1
                found["conditional"] += is_conditional
                if (method, url) in held and not is_conditional:
                    found["held, but asked without condition"] += 1
                if status.startswith("2"):
                    held.add((method, url))
    return found


def release_files(output: Path) -> dict[str, tuple[int, str]]:
    """Time and sum of each file of the current release."""
    found = sorted(p for p in (output / "current").resolve().rglob("*") if p.is_file())
    return {
        str(p): (p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in found
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warc", nargs="*")
    parser.add_argument("--proxy", default="")
    parser.add_argument("--ca", type=Path)
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    given, options = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1 :]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.proxy:
            measure(folder / "output", given.proxy, given.ca, options, None)
            return
        hosts = {url.split("/")[2] for _, url in Replay(given.warc).addresses()}
        certificates(folder, hosts)
        told: SimpleQueue[Any] = SimpleQueue()
        ask: SimpleQueue[Any] = SimpleQueue()
        server = Process(target=serve, args=(given.warc, folder, told, ask), daemon=True)
        server.start()
        proxy = f"http://127.0.0.1:{told.get()}"
        measure(folder / "output", proxy, folder / "ca.pem", options, (told, ask))
        server.terminate()


def measure(output: Path, proxy: str, ca: Path, options: list[str], server: Any) -> None:
    """Run three times, and tell of the last."""
    held: set[tuple[str, str]] = set()
    before: dict[str, tuple[int, str]] = {}
    for number in (1, 2, 3):
        used = cpu_of(server)
        seconds, cpu = run(output, proxy, ca, options)
        files = release_files(output)
        name = (output / "current").resolve().name
        print(
            f"run {number}: {seconds:6.2f} s, CPU of ours {cpu:6.2f} s, of the server "
            f"{cpu_of(server) - used:5.2f} s; release {name}, "
            f"{len(files.items() - before.items())} of its files new"
        )
        before = files
        time.sleep(1)  # a run is named by its second
    archived = sorted((output / "archive").glob("*.warc.gz"))
    for path in archived[:-1]:
        asked(path, held)
    for key, count in sorted(asked(archived[-1], held).items()):
        print(f"  {key:<34} {count}")
    print(f"  archive: {archived[-1].stat().st_size} bytes more, faults: {verify(archived)}")


def cpu_of(server: Any) -> float:
    """CPU seconds of our server so far; 0 where it is another's."""
    if server is None:
        return 0.0
    told, ask = server
    ask.put(True)
    return float(told.get())


if __name__ == "__main__":
    main()
