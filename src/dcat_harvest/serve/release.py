"""The release being served: one snapshot per request, so no answer mixes two releases."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from dcat_harvest.iri import Names
from dcat_harvest.publish import release
from dcat_harvest.records import Known


class File(msgspec.Struct, frozen=True):
    """One file of a release, as its manifest has it."""

    bytes: int
    sha256: str


class _Manifest(msgspec.Struct, frozen=True):
    files: dict[str, File]
    release: str = ""
    generated: str = "1970-01-01T00:00:00Z"
    base: str = "https://example.org/"


class _State(msgspec.Struct, frozen=True):
    gone: dict[str, dict[str, Known]] = {}


class Release(msgspec.Struct, frozen=True):
    """What the server knows of a release without reading more of it."""

    folder: Path
    name: str
    generated: str
    names: Names
    files: Mapping[str, File]
    gone: Mapping[str, tuple[str, str, Known]]
    """Withdrawn IRI -> source, key, and what was known."""


def read(folder: Path) -> Release:
    """Read manifest and tombstones of a release."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
    names = Names(manifest.base)
    state = folder / "records" / "state.json"
    gone = msgspec.json.decode(state.read_bytes(), type=_State).gone if state.is_file() else {}
    return Release(
        folder=folder,
        name=manifest.release or folder.name,
        generated=manifest.generated,
        names=names,
        files={**manifest.files, "manifest.json": _own(folder)},
        gone={
            names.dataset(source, key): (source, key, known)
            for source, group in gone.items()
            for key, known in group.items()
        },
    )


def _own(folder: Path) -> File:
    # The manifest cannot hold its own sum; the folder's name is one of its content.
    return File((folder / "manifest.json").stat().st_size, folder.name)


class Current:
    """Gives the current release, and notices at the next request when another took its place."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self._seen: tuple[int, ...] = ()
        self._release: Release | None = None

    def get(self) -> Release | None:
        """The current release; the last one that could be read while the new one cannot be."""
        try:
            seen = self._look()
            if seen != self._seen:
                folder = release.current(self.output)
                if folder is not None:
                    self._release, self._seen = read(folder), seen
        except (OSError, msgspec.MsgspecError):
            pass
        return self._release

    def _look(self) -> tuple[int, ...]:
        link = self.output / "current"
        # Where links are not to be had, `current` is a file with the name of the release.
        found = link.stat() if link.is_file() else (link / "manifest.json").stat()
        return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)
