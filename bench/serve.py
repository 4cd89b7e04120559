"""Requests a second of the server, and its memory: `python bench/serve.py OUTPUT [SECONDS]`.

With `wrk` where it is installed, else with clients of our own (which are slower than the server).
"""

import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?d a dcat:Dataset }",
    "SELECT ?d ?t { ?d a dcat:Dataset ; dct:title ?t } LIMIT 100",
    "SELECT ?p (COUNT(*) AS ?n) { ?d a dcat:Dataset ; dct:publisher ?p } GROUP BY ?p",
    "ASK { ?d dct:title ?t FILTER(CONTAINS(?t, 'leerlingen')) }",
    "CONSTRUCT { ?d dct:title ?t } WHERE { ?d a dcat:Dataset ; dct:title ?t } LIMIT 100",
)
CLIENTS = 16


def start(output: str) -> tuple[subprocess.Popen[str], str]:
    code = "from dcat_harvest.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--output", output, "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    address = re.search(r"http://\S+", process.stderr.readline())
    assert address is not None
    threading.Thread(target=process.stderr.read, daemon=True).start()
    return process, address[0].rstrip("/")


def rate(url: str, seconds: int, accept: str) -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        return f"{counted(lambda: get(url, accept), seconds):.0f} (own clients)"
    command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds}", "-H", f"Accept: {accept}", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx.*: (\d+)", said)
    found = re.search(r"Requests/sec:\s+(\S+)", said)
    return f"{found[1] if found else '?'}{f', {bad[1]} not answered' if bad else ''}"


def get(url: str, accept: str) -> None:
    asked = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        answer.read()


def counted(call: object, seconds: int) -> float:
    assert callable(call)
    end, done = time.monotonic() + seconds, 0

    def work() -> int:
        count = 0
        while time.monotonic() < end:
            call()
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        done = sum(x.result() for x in [pool.submit(work) for _ in range(CLIENTS)])
    return done / seconds


def memory(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return f"{int(found[1]) / 1024:.0f} MB" if found else "?"


def main(output: str, seconds: int) -> None:
    process, root = start(output)
    try:
        page = sorted((Path(output) / "current" / "dataset").rglob("*.html"))[0]
        name = page.relative_to(Path(output) / "current").with_suffix("").as_posix()
        address = f"{root}/{quote(name)}"
        for accept in ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml"):
            print(f"{accept:24} {rate(address, seconds, accept):>24} requests/s")
        print(f"{'server':24} {memory(process.pid):>24}")
        turn = iter(range(1_000_000_000))

        def ask() -> None:
            query = QUERIES[next(turn) % len(QUERIES)]
            get(f"{root}/sparql?query={quote(query)}", "*/*")

        print(f"{'SPARQL, 16 clients':24} {counted(ask, seconds):>24.0f} queries/s")
        print(f"{'server':24} {memory(process.pid):>24}")
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
