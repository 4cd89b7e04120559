"""The last good capture of each address in an archive folder, kept in a small index.

The index is a convenience: it is made again from the WARC files where it is missing or stale.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.archive import Replay
from dcat_harvest.errors import ArchiveError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture
from dcat_harvest.warc import Entry

INDEX = "index.json"


class _Index(msgspec.Struct, frozen=True):
    files: dict[str, int]
    """Name of a WARC file -> bytes when it was read."""
    captures: list[tuple[Entry, Entry | None]]
    """Capture and, where another one has its bytes, that one."""


def files(folder: Path, *, without: Iterable[Path] = ()) -> list[Path]:
    """List the WARC files of an archive folder, the oldest run first."""
    left_out = set(without)
    found = [path for path in folder.glob("*.warc.gz") if path not in left_out]
    return sorted(found, key=lambda path: path.name.removesuffix(".warc.gz"))


class Holdings:
    """What a run may ask for conditionally. `without`: the file that this run writes to.

    A file that cannot be read, or is torn by a kill, gives a finding and what it still holds.
    """

    def __init__(
        self, folder: Path | str, *, without: Iterable[Path] = (), rebuild: bool = False
    ) -> None:
        self._folder = Path(folder)
        self.findings: list[Finding] = []
        here = files(self._folder, without=without)
        known = None if rebuild else self._read(here)
        self._replay = Replay([], only_good=True)
        for entry, original in known.captures if known else ():
            self._replay.hold(entry, original or entry)
        read = known.files if known else {}
        for path in here:
            if path.name not in read:
                self._add(path)
        if here and {path.name for path in here} != read.keys():
            self._write(here)

    def __len__(self) -> int:
        return len(self._replay)

    def get(self, url: str, method: str = "GET") -> Capture | None:
        """Read the last good capture of an address; None where there is none."""
        return self._replay.get(url, method)

    def entry(self, url: str, method: str = "GET") -> Entry | None:
        """Find the last good capture of an address without reading it: its time and digest."""
        return self._replay.entry(url, method)

    def _add(self, path: Path) -> None:
        try:
            self._replay.add(path, allow_torn=True)
        except ArchiveError as error:
            self.findings.append(finding("archive-torn", where=str(path), reason=str(error)))
        torn = self._replay.torn.get(path)
        if torn:
            self.findings.append(finding("archive-torn", where=str(path), reason=torn))

    def _read(self, here: list[Path]) -> _Index | None:
        """Read the index; None where it is not of the files that are here."""
        sizes = {path.name: path.stat().st_size for path in here}
        try:
            known = msgspec.json.decode(
                (self._folder / INDEX).read_bytes(), type=_Index, dec_hook=self._path
            )
        except (OSError, msgspec.MsgspecError):
            return None
        names = [path.name for path in here][: len(known.files)]
        # Newer files are added to the index; anything else means that the folder was changed.
        is_start = list(known.files) == names
        return known if is_start and known.files.items() <= sizes.items() else None

    def _path(self, kind: type, value: Any) -> Path:
        return self._folder / str(value)

    def _write(self, here: list[Path]) -> None:
        index = _Index(
            {path.name: path.stat().st_size for path in here},
            [(one, None if one is other else other) for one, other in self._replay.pairs()],
        )
        partial = self._folder / f"{INDEX}.tmp"
        try:
            partial.write_bytes(msgspec.json.encode(index, enc_hook=_name))
            partial.replace(self._folder / INDEX)
        except OSError:
            partial.unlink(missing_ok=True)  # the next run reads the WARC files again


def _name(path: Any) -> str:
    if not isinstance(path, Path):
        raise TypeError(f"{type(path).__name__} has no place in the index of an archive")
    return path.name
