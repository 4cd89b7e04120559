"""Kill runs at random moments, and let them run out of room: is anything ever lost?

    python bench/crash.py [KILLS] [SEED]        default: 200 kills

Every run changes something, so that there is a release to make. After each the current release
must verify against its manifest, and the store must hold whole graphs: those of the current
release, or of one that was current before. The full tmpfs needs the right to mount.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dcat_harvest.publish import release
from dcat_harvest.store.release import base_of, graphs_of, store_at

CRAWL = Path(__file__).parents[1] / "examples" / "crawl.warc.gz"
CODE = "from dcat_harvest.cli import main; main()"


def command(output: Path, number: int) -> list[str]:
    """A run that makes another release than the one before; after five the names come again."""
    words = ["run", "--replay", str(CRAWL), "--output", str(output), "--quiet", "--full"]
    words += ["--base", f"https://x{number % 5}.test/", "--now", "2026-11-02T06:00:00Z"]
    return [sys.executable, "-c", CODE, *words]


def losses(output: Path, wholes: dict[str, dict[str, int]]) -> list[str]:
    """What is not as it should be; `wholes` are the graphs of all releases seen so far."""
    current = release.current(output)
    if current is None:
        return ["no current release"]
    wrong = [f"{current.name}: {name}" for name in release.verify(current)]
    for folder in (output / "releases").iterdir():
        if not folder.name.startswith(".") and folder.name not in wholes:
            graphs = graphs_of(folder, base_of(folder))
            wholes[folder.name] = {iri: len(graph) for iri, graph in graphs.items()}
    counts = store_at(output).counts()
    if counts not in wholes.values():
        wrong.append(f"the store holds no whole release: {counts}")
    return wrong


def kills(output: Path, count: int, chance: random.Random) -> Iterator[list[str]]:
    """Run, kill, look; gives the losses of each."""
    begun = time.monotonic()
    subprocess.run(command(output, 1), check=True)
    whole = time.monotonic() - begun
    wholes: dict[str, dict[str, int]] = {}
    yield losses(output, wholes)
    for number in range(count):
        running = subprocess.Popen(command(output, number), start_new_session=True)
        time.sleep(chance.uniform(0.05, whole * 1.1))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        yield losses(output, wholes)
    after = subprocess.run(command(output, 1), check=False).returncode
    yield [] if after == 0 else [f"the run after all kills ended with {after}"]


def full_disk(folder: Path, room: int) -> list[str]:
    """Runs on a tmpfs of so many MiB that is filled further each time; [] where nothing is lost."""
    wrong: list[str] = []
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}m", "dcat-harvest", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return ["skipped: no right to mount a tmpfs here"]
    try:
        output, wholes = folder / "out", dict[str, dict[str, int]]()
        subprocess.run(command(output, 0), check=True)
        wrong += losses(output, wholes)
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        for part in range(12):
            (folder / "ballast").write_bytes(b"\0" * max(0, free - part * 300_000))
            done = subprocess.run(
                command(output, part + 1), capture_output=True, text=True, check=False
            )
            if "Traceback" in done.stderr or "our own bug" in done.stderr:
                wrong.append(f"ended with {done.returncode}: {done.stderr.strip()[-300:]}")
            wrong += losses(output, wholes)
            (folder / "ballast").unlink()
        after = subprocess.run(command(output, 3), check=False).returncode
        wrong += [] if after == 0 else [f"with room again: {after}"]
    finally:
        subprocess.run(["umount", str(folder)], check=False)
    return wrong


def main(count: int, seed: int) -> int:
    """Print figures; 1 where anything was lost."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = list(kills(Path(folder) / "out", count, random.Random(seed)))
        lost = [x for one in found for x in one]
        disk = Path(folder) / "disk"
        disk.mkdir()
        full = full_disk(disk, 24)
    said = {
        "kills": count,
        "seed": seed,
        "losses": len(lost),
        "full_disk": full or "12 runs, 0 losses",
        "seconds": round(time.monotonic() - begun, 1),
    }
    print(json.dumps(said, indent=1))
    for one in lost:
        print(one)
    return int(bool(lost) or bool(full and not full[0].startswith("skipped")))


if __name__ == "__main__":
    numbers = [int(x) for x in sys.argv[1:]]
    sys.exit(main(*(numbers + [200, 1][len(numbers) :])))
