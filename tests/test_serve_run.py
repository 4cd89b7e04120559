"""A night while the server is up: a run of its own process makes a release; no request fails."""

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dcat_harvest.publish import release

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

import crash  # noqa: E402 - the benchmark is no package

PATHS = (
    "/", "/catalog.nt", "/catalog", "/healthz",
    "/sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B?s%20?p%20?o%7D",
)  # fmt: skip
Asked = list[tuple[str, int, bytes]]


@contextmanager
def served(output: Path, log: Path) -> Iterator[str]:
    """The address of `dcat-harvest serve`, as a process of its own that logs to a file."""
    words = [sys.executable, "-c", crash.CODE, "serve", "--output", str(output), "--port", "0"]
    with log.open("w") as sink, subprocess.Popen(words, stderr=sink) as process:
        try:
            while " is at " not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield log.read_text().partition(" is at ")[2].split()[0].rstrip("/")
        finally:
            process.terminate()


def ask(address: str, path: str) -> tuple[str, int, bytes]:
    with urllib.request.urlopen(address + path, timeout=30) as answer:
        return path, answer.status, answer.read()


def keep_asking(address: str, over: threading.Event, into: Asked) -> None:
    while not over.is_set():
        for path in PATHS:
            try:
                into.append(ask(address, path))
            except OSError as error:
                into.append((path, 0, repr(error).encode()))


def test_a_run_beside_the_server_fails_no_request_and_is_served_when_it_ends(
    tmp_path: Path,
) -> None:
    output, asked, over = tmp_path / "out", Asked(), threading.Event()
    subprocess.run(crash.command(output, 1), check=True)
    first = release.current(output)
    with served(output, tmp_path / "log") as address:
        asking = threading.Thread(target=keep_asking, args=(address, over, asked))
        asking.start()
        runs = [subprocess.run(crash.command(output, n), check=False).returncode for n in (2, 3)]
        over.set()
        asking.join()
        until = time.monotonic() + 30
        while b"<https://x3.test/" not in ask(address, "/catalog.nt")[2]:
            assert time.monotonic() < until, "the new release is not served"
        after = [ask(address, path) for path in PATHS]

    assert runs == [0, 0]
    assert release.current(output) != first
    assert [(path, status, body[:200]) for path, status, body in asked if status != 200] == []
    assert len(asked) > 20
    dumps = [body for path, _, body in asked if path == "/catalog.nt"]
    for body in (*dumps, after[1][2]):
        assert sum(b"<https://x%d.test/catalog>" % n in body for n in (1, 2, 3)) == 1
    assert [status for _, status, _ in after] == [200] * len(PATHS)
