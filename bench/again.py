"""Measure a run that makes again only what changed against one in full, on two states of a web.

    python bench/again.py FIRST.warc.gz… -- SECOND.warc.gz… [-- RUN OPTIONS…]

Prints seconds, processor seconds and peak memory of: the first run, the second state with what the
first left, the same in full, and the second state once more. Ends with 1 where the releases of
the second state differ in any byte, or the same state twice is not the same release.
"""

import filecmp
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CODE = "from dcat_harvest.cli import main; main()"


def run(output: Path, warcs: list[str], options: list[str], now: str) -> tuple[float, float, int]:
    """Seconds, processor seconds (its children's too) and the most MB of one process."""
    words = ["run", "--output", str(output), "--quiet", "--now", now, *options]
    replays = [x for path in warcs for x in ("--replay", path)]
    begun = time.perf_counter()
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-c", CODE, *words, *replays], os.environ
    )
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        raise SystemExit(f"the run ended with {os.waitstatus_to_exitcode(status)}")
    seconds = time.perf_counter() - begun
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def differing(one: Path, two: Path) -> Iterator[str]:
    """Files that are not the same in both folders."""
    names = {p.relative_to(x) for x in (one, two) for p in x.rglob("*") if not p.is_dir()}
    for name in sorted(names):
        left, right = one / name, two / name
        if not (left.is_file() and right.is_file() and filecmp.cmp(left, right, shallow=False)):
            yield str(name)


def main(first: list[str], second: list[str], options: list[str]) -> int:
    """Print the figures; see above."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        some, full = folder / "some", folder / "full"
        said = {"first run": run(some, first, options, "2026-11-02T06:00:00Z")}
        shutil.copytree(some, full, symlinks=True)
        later = "2026-11-09T06:00:00Z"
        said["what changed"] = run(some, second, options, later)
        said["in full"] = run(full, second, [*options, "--full"], later)
        wrong = list(differing(some / "current", full / "current"))
        before = (some / "current").resolve().name
        # Another file beside it, or the run would see that it answers from the very same.
        shutil.copy(second[0], folder / "copy.warc.gz")
        copied = [*second[1:], str(folder / "copy.warc.gz"), second[0]]
        said["nothing changed"] = run(some, copied, options, later)
        if (some / "current").resolve().name != before:
            wrong.append("the same state gave another release")
        memo = sum(x.stat().st_size for x in (some / "memo").iterdir())
    for what, (seconds, used, memory) in said.items():
        print(f"{what:16}{seconds:7.2f} s  {used:7.2f} s of processor  {memory:4} MB")
    print(f"memo {memo / 2**20:.1f} MB; {len(wrong)} files differ from a full run")
    print("\n".join(wrong[:20]))
    return int(bool(wrong))


if __name__ == "__main__":
    groups: list[list[str]] = [[]]
    for word in sys.argv[1:]:
        groups.append([]) if word == "--" and len(groups) < 3 else groups[-1].append(word)
    if len(groups) < 2 or not groups[0] or not groups[1]:
        sys.exit(__doc__)
    sys.exit(main(groups[0], groups[1], groups[2] if len(groups) > 2 else []))
