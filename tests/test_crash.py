"""Ten kills and a disk that is full or read-only: the last release and store stay whole."""

import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dcat_harvest.publish import release

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

import crash  # noqa: E402 - the benchmark is no package


def test_ten_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    found = list(crash.kills(tmp_path / "out", 10, random.Random(9)))

    assert len(found) == 12
    assert [x for one in found for x in one] == []


def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()

    found = crash.full_disk(folder, 24)

    if found and found[0].startswith("skipped"):
        pytest.skip(found[0])
    assert found == []


def test_a_disk_that_became_read_only_loses_nothing_and_says_so(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "dcat-harvest", disk],
        capture_output=True, check=False,
    ).returncode:  # fmt: skip
        pytest.skip("no right to mount a tmpfs here")
    try:
        output = disk / "out"
        subprocess.run(crash.command(output, 1), check=True)
        before = release.current(output)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        done = subprocess.run(crash.command(output, 2), capture_output=True, text=True, check=False)

        assert done.returncode == 2
        assert "cannot be written (Read-only file system)" in done.stderr
        assert "Traceback" not in done.stderr
        assert before is not None and release.current(output) == before
        assert release.verify(before) == []
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert crash.losses(output, {}) == []
        subprocess.run(crash.command(output, 2), check=True)
        assert release.current(output) != before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_loss_would_be_seen(tmp_path: Path) -> None:
    output = tmp_path / "out"
    subprocess.run(crash.command(output, 1), check=True)
    wholes: dict[str, dict[str, int]] = {}
    assert crash.losses(output, wholes) == []

    (output / "current" / "catalog.ttl").write_text("lost")
    wholes[next(iter(wholes))] = {}

    assert len(crash.losses(output, wholes)) == 2


def test_a_file_that_may_not_grow_stops_the_run_with_a_clear_word(tmp_path: Path) -> None:
    output = tmp_path / "out"
    subprocess.run(crash.command(output, 1), check=True)
    before = release.current(output)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = subprocess.run(
        crash.command(output, 2), capture_output=True, text=True, check=False, preexec_fn=small
    )

    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert release.current(output) == before
    assert crash.losses(output, {}) == []
