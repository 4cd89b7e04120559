"""A power cut at any moment: what `current` leads to is on the disk before it leads there."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest import durable
from dcat_harvest.publish import release
from dcat_harvest.run import run
from test_run import BASE, NOW, Up, dataset, source


class Disk:
    """What a run made sure of, in order; and each file as it was when all was written out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[tuple[str, str]] = []
        self.written: dict[str, bytes] = {}
        fsync, rename, replace = os.fsync, os.rename, os.replace
        monkeypatch.setattr(durable, "_syncfs", self.everything)
        monkeypatch.setattr(os, "fsync", lambda x: self.note("fsync", opened(x)) and fsync(x))
        monkeypatch.setattr(os, "rename", lambda x, y: self.note("name", y) and rename(x, y))
        monkeypatch.setattr(os, "replace", lambda x, y: self.note("name", y) and replace(x, y))

    def note(self, step: str, path: Any) -> bool:
        self.steps.append((step, Path(path).name))
        return True

    def everything(self, handle: int) -> None:
        folder = opened(handle)
        self.note("everything", folder)
        self.written = {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }


def opened(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


@pytest.mark.skipif(sys.platform != "linux", reason="syncfs and /proc are of Linux")
def test_a_release_is_on_the_disk_before_it_is_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    run([source(dataset("a"))], Up(), output, BASE, NOW)
    disk = Disk(monkeypatch)

    outcome = run([source(dataset("a"), dataset("b"))], Up(), output, BASE, NOW)

    staged = next(name for step, name in disk.steps if step == "everything")
    assert staged.startswith(".new-")
    assert disk.steps[-5:] == [
        ("everything", staged),
        ("name", outcome.name),
        ("fsync", "releases"),
        ("name", "current"),
        ("fsync", "out"),
    ]
    current = release.current(output)
    assert current is not None and current.name == outcome.name
    there = {str(p.relative_to(current)) for p in current.rglob("*") if p.is_file()}
    assert there == disk.written.keys()
    assert all((current / name).read_bytes() == data for name, data in disk.written.items())


@pytest.mark.skipif(sys.platform != "linux", reason="syncfs is of Linux")
def test_all_of_a_file_system_is_written_out_and_a_failure_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.sync_all(tmp_path)

    with pytest.raises(OSError, match="Bad file descriptor"):
        durable._syncfs(-1)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_a_store_is_on_the_disk_before_it_takes_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dcat_harvest.store.embedded import _swap

    (tmp_path / ".store-1").mkdir()
    disk = Disk(monkeypatch)

    _swap(tmp_path / ".store-1", tmp_path / "store")

    assert disk.steps == [
        ("everything", ".store-1"), ("name", "store"), ("fsync", tmp_path.name)
    ]  # fmt: skip
