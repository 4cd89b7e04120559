"""Measure `dcat-harvest check` on generated catalogues, against pySHACL on the same data.

`python bench/check.py --shapes ../shared/data/shapes [--sizes 1000 5000 20000] [--peer 1000]`

Ours is the whole command, start included; the peer is pySHACL with the official 3.0.1 set, parsing
included, with the same background and focus filter. Result sets must be identical.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
PROFILE = "dcat-ap-nl-3.0.1"
COMMAND = [sys.executable, "-c", "from dcat_harvest.cli import main; main()"]
BACKGROUND = ROOT / "vocab/codelists/background.ttl"
Key = tuple[str, str, str, str, str]


class Run(NamedTuple):
    """One measured command: seconds by the clock and of all processors, MB at most, results."""

    wall: float
    cpu: float
    main: int
    worker: int
    results: set[Key]


def ours(data: Path, workers: int, shapes: Path | None = None) -> Run:
    """The whole command, start included."""
    options = ["--shapes", str(shapes)] if shapes else []
    command = [*COMMAND, "check", str(data), "--profile", PROFILE, "--format", "jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryFile() as out:
        begun, spent = time.perf_counter(), cpu()
        done = subprocess.Popen(
            [*command, "--workers", str(workers), *options], stdout=out, env=environment
        )
        main, worker = watch(done)
        seconds = time.perf_counter() - begun
        assert done.returncode in (0, 1), done.returncode
        out.seek(0)
        found = [json.loads(x) for x in out]
    keys = {
        (x["focus_node"], x["path"], x["component"], x["value"], x["severity"])
        for x in found
        if x["component"]
    }
    return Run(seconds, cpu() - spent, main, worker, keys)


def cpu() -> float:
    """Processor seconds of all processes that have ended, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Peak resident MB of a process and of any child, while it runs (Linux)."""
    main = worker = 0
    while process.poll() is None:
        main = max(main, peak(process.pid))
        worker = max([worker, *(peak(x) for x in children(process.pid))])
        time.sleep(0.02)
    return main, worker


def peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    return next((int(x.split()[1]) // 1024 for x in status.split("\n") if x.startswith("VmHWM")), 0)


def children(pid: int) -> list[int]:
    try:
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def peer(data: Path, shapes: Path) -> Run:
    """pySHACL in a process of its own."""
    begun, spent = time.perf_counter(), cpu()
    done = subprocess.run(
        [sys.executable, __file__, "--as-peer", str(data), "--shapes", str(shapes)],
        capture_output=True,
        check=True,
    )
    seconds = time.perf_counter() - begun
    return Run(seconds, cpu() - spent, 0, 0, {tuple(x) for x in json.loads(done.stdout)})


def as_peer(data: Path, shapes: Path) -> None:
    """pySHACL by itself: parse, repair, validate, filter; results as JSON."""
    import logging

    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    import pyshacl

    from dcat_harvest.check import profiles, reference

    graph = rdflib.Graph().parse(data, format="nt")
    subjects = {str(x) for x in graph.subjects()}
    graph.parse(BACKGROUND, format="turtle")
    official = rdflib.Graph()
    known = profiles.profile(PROFILE).official
    assert known is not None
    for name in known.files:
        official.parse(shapes / known.folders[0] / name)
    for triple in list(official.triples((None, rdflib.SH.property, None))):
        if (triple[2], rdflib.SH.path, None) not in official:
            official.remove(triple)
    _, report, _ = pyshacl.validate(graph, shacl_graph=official, inplace=True)
    severities = {"Violation": "violation", "Warning": "warning", "Info": "info"}
    found = {
        (x.focus, x.path, x.component, x.value, severities[x.severity])
        for x in reference.read(report)
        if x.focus in subjects
    }
    json.dump(sorted(found), sys.stdout)


def generated(size: int, folder: Path) -> Path:
    from bench.catalogue import catalogue

    path = folder / f"{size}.nt"
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{x}\n" for x in catalogue(size))
    return path


def main() -> None:
    """Print one line a measurement, then the verdicts."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000, 20000])
    ask.add_argument("--peer", type=int, nargs="*", default=[1000], help="sizes for pySHACL too")
    ask.add_argument("--shapes", type=Path, required=True, help="folder of the official files")
    ask.add_argument("--as-peer", type=Path, help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.as_peer:
        as_peer(given.as_peer, given.shapes)
        return
    with tempfile.TemporaryDirectory() as name:
        measure(given.sizes, given.peer, given.shapes, Path(name))


def measure(sizes: list[int], peers: list[int], shapes: Path, folder: Path) -> None:
    """Ours with one and two workers at each size; the peer where asked."""
    two: dict[int, float] = {}
    for size in sizes:
        data = generated(size, folder)
        one, both = ours(data, 1), ours(data, 2)
        two[size] = both.wall
        same = one.results == both.results == ours(data, 2, shapes).results
        print(
            f"{size:6} datasets: {one.wall:.2f} s ({one.cpu:.2f} s CPU) {one.main} MB with one "
            f"process; {both.wall:.2f} s ({both.cpu:.2f} s CPU) with two workers, "
            f"{one.wall / both.wall:.2f} times; main {both.main} MB, reader {both.worker} MB; "
            f"{len(one.results)} results, with official shapes "
            f"{'identical' if same else 'DIFFERENT'}",
            flush=True,
        )
        if size in peers:
            other = peer(data, shapes)
            print(
                f"       pySHACL: {other.wall:.1f} s ({other.cpu:.1f} s CPU); ours is "
                f"{other.wall / both.wall:.0f} times faster ({other.cpu / both.cpu:.0f} by CPU); "
                f"results {'identical' if other.results == one.results else 'DIFFERENT'}",
                flush=True,
            )
    if len(sizes) > 2:
        first = (two[sizes[1]] - two[sizes[0]]) / (sizes[1] - sizes[0])
        whole = (two[sizes[-1]] - two[sizes[0]]) / (sizes[-1] - sizes[0])
        print(f"slope: {whole / first:.2f} times that of the first step")


if __name__ == "__main__":
    main()
