"""Releases: built aside, verified by a manifest of sums, and current by one rename."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dcat_harvest.durable import sync, sync_all
from dcat_harvest.errors import UsageError


def check_writable(output: Path) -> None:
    """Raises UsageError before any work where the output folder cannot be written."""
    probe = output / f".write-{os.getpid()}"
    try:
        output.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"{output}: cannot be written ({error.strerror}); choose another folder with --output"
        ) from error


@contextmanager
def locked(output: Path) -> Iterator[None]:
    """One run at a time in an output folder; the lock goes with its process, however that ends.

    Raises UsageError naming the process that holds it.
    """
    try:
        import fcntl
    except ImportError:  # no such locks here: the renames still keep every release whole
        yield
        return
    with (output / ".run.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise UsageError(
                f"{output}: another run is at work (process {file.read().strip() or '?'}); "
                "wait until it is done, or choose another folder with --output"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def current(output: Path) -> Path | None:
    """The folder of the current release, None where there is none yet."""
    link = output / "current"
    if link.is_symlink() or link.is_dir():
        return link.resolve() if link.exists() else None
    if link.is_file():  # where links are not to be had: a file with the release's name
        folder = output / "releases" / link.read_text(encoding="utf-8").strip()
        return folder if folder.is_dir() else None
    return None


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """A new empty folder aside; gone again where the block fails."""
    releases = output / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    for left in releases.glob(".new-*"):
        if not _alive(left.name.removeprefix(".new-")):
            shutil.rmtree(left, ignore_errors=True)
    folder = releases / f".new-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise UsageError(
            f"{output}: cannot be written ({error.strerror or error}); the last release is as it "
            "was; make room there and run again"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json`: what is given, and size and sha256 of every file."""
    files = {
        str(p.relative_to(folder).as_posix()): {"bytes": p.stat().st_size, "sha256": _sum(p)}
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def verify(folder: Path) -> list[str]:
    """What does not agree with the manifest: names of files, empty where the release is whole."""
    try:
        wanted = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        return [f"manifest.json: {error}"]
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    wrong = sorted((there - {"manifest.json"}) ^ wanted.keys())
    return wrong + [n for n, f in wanted.items() if n in there and _sum(folder / n) != f["sha256"]]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def adopt(output: Path, staged_folder: Path, name: str) -> Path:
    """Make the staged release current: one rename for the folder, one for the link.

    Each step is on the disk before the next one, so a power cut cannot turn their order round.
    """
    target = output / "releases" / name
    if target.exists():
        _displace(output, target)
    sync_all(staged_folder)
    staged_folder.rename(target)
    sync(target.parent)
    point(output, name)
    return target


def _displace(output: Path, target: Path) -> None:
    """A release of this name exists: keep it where it is whole and current, else move it aside."""
    aside = target.with_name(f".old-{target.name}-{os.getpid()}")
    if current(output) == target.resolve():
        shutil.copytree(target, aside)
        sync_all(aside)
        point(output, aside.name)
        shutil.rmtree(target)
    else:
        target.rename(aside)


def point(output: Path, name: str) -> None:
    """Let `current` point at this release, in one step."""
    link, new = output / "current", output / f".current-{os.getpid()}"
    new.unlink(missing_ok=True)
    try:
        new.symlink_to(Path("releases") / name, target_is_directory=True)
    except OSError:
        new.write_text(name + "\n", encoding="utf-8")
        sync(new)
    new.replace(link)
    sync(output)


def prune(output: Path, keep: int) -> list[str]:
    """Remove the oldest releases beyond `keep`, never the current one; gives their names."""
    now = current(output)
    folders = [p for p in (output / "releases").iterdir() if p.is_dir() and p.resolve() != now]
    old = [p for p in folders if p.name.startswith(".old-")]
    rest = sorted(
        (p for p in folders if not p.name.startswith(".")), key=lambda p: p.stat().st_mtime
    )
    gone = old + rest[: max(0, len(rest) - max(0, keep - 1))]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return [p.name for p in gone]
