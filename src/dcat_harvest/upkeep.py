"""Upkeep of an archive folder: list, verify, compact, export."""

import os
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from dcat_harvest import warc
from dcat_harvest.archive import Replay
from dcat_harvest.errors import ArchiveError
from dcat_harvest.holdings import INDEX, files
from dcat_harvest.model import CaptureRef
from dcat_harvest.warc import Entry

_BLOCK = 2**16


class FileSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What one WARC file holds."""

    name: str
    bytes: int
    captures: int
    revisits: int
    hosts: int
    first: str
    last: str
    torn: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A record whose bytes are not what its digest says, or a file that cannot be read."""

    file: str
    url: str
    reason: str


class Compacted(msgspec.Struct, frozen=True, kw_only=True):
    """What compacting or exporting did."""

    path: Path | None
    captures: int
    bytes_before: int
    bytes_after: int
    removed: tuple[str, ...] = ()


def list_files(folder: Path) -> list[FileSummary]:
    """Summarise the WARC files of a folder, the oldest run first."""
    return [_summary(path) for path in files(folder)]


def _summary(path: Path) -> FileSummary:
    replay = Replay([])
    entries, torn = warc.scan(path, replay.scratch)
    times = sorted(entry.time for entry in entries)
    return FileSummary(
        name=path.name,
        bytes=path.stat().st_size,
        captures=sum(not entry.revisit for entry in entries),
        revisits=sum(entry.revisit for entry in entries),
        hosts=len({urlsplit(entry.url).netloc for entry in entries}),
        first=times[0] if times else "",
        last=times[-1] if times else "",
        torn=torn,
    )


def verify(paths: Iterable[Path]) -> list[Problem]:
    """Check every record of WARC files against its digests; [] where all are right."""
    return [problem for path in paths for problem in _verified(path)]


def _verified(path: Path) -> list[Problem]:
    from warcio.archiveiterator import ArchiveIterator

    try:
        Replay([path])
    except ArchiveError as error:
        return [Problem(file=path.name, url="", reason=str(error))]
    problems: list[Problem] = []
    with path.open("rb") as handle:
        for record in ArchiveIterator(handle, check_digests=True):
            while record.raw_stream.read(_BLOCK):
                pass
            if record.digest_checker.passed is False:
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                reason = "; ".join(record.digest_checker.problems)
                problems.append(Problem(file=path.name, url=url, reason=reason))
    return problems


def export(
    folder: Path, target: Path, *, hosts: Collection[str] = (), keep: Iterable[CaptureRef] = ()
) -> Compacted:
    """Write one WARC file that answers as the whole folder does, of some hosts or of all."""
    if target.exists():
        raise ArchiveError(f"{target}: is there already; give another name")
    here = files(folder)
    wanted = [e for e in _state(here, set(keep)) if not hosts or urlsplit(e.url).hostname in hosts]
    if not wanted:
        raise ArchiveError(f"{folder}: holds nothing to write; look at `archive list`")
    _copy(wanted, target)
    return Compacted(
        path=target,
        captures=len(wanted),
        bytes_before=sum(path.stat().st_size for path in here),
        bytes_after=target.stat().st_size,
    )


def compact(folder: Path, run_id: str, *, keep: Iterable[CaptureRef] = ()) -> Compacted:
    """Replace the files of a folder by one with the last captures and those that `keep` names.

    Kept per address are the last answer and the last good one. The old files go only when the
    new one is whole and on the disk. No run may write to the folder meanwhile.
    """
    here = files(folder)
    before = sum(path.stat().st_size for path in here)
    if len(here) < 2:
        return Compacted(path=None, captures=0, bytes_before=before, bytes_after=before)
    target = folder / f"{run_id}.warc.gz"
    if target in here:
        raise ArchiveError(f"{target}: is there already; give another run id")
    wanted = _state(here, set(keep))
    _copy(wanted, target)
    Replay([target])
    for path in here:
        path.unlink()
    (folder / INDEX).unlink(missing_ok=True)
    return Compacted(
        path=target,
        captures=len(wanted),
        bytes_before=before,
        bytes_after=target.stat().st_size,
        removed=tuple(path.name for path in here),
    )


def _state(here: list[Path], keep: set[CaptureRef]) -> list[Entry]:
    """Find the captures that say what the folder says now, in the order they were made."""
    everything = Replay(here, allow_torn=True)
    good = Replay(here, allow_torn=True, only_good=True)
    wanted = {entry for replay in (everything, good) for pair in replay.pairs() for entry in pair}
    names = {(ref.time, ref.digest) for ref in keep}
    if names:
        wanted |= {
            entry
            for path in here
            for entry in warc.scan(path, everything.scratch)[0]
            if (entry.time, entry.digest) in names
        }
    order = {path: number for number, path in enumerate(here)}
    return sorted(wanted, key=lambda entry: (order[entry.path], entry.offset))


def _copy(wanted: Iterable[Entry], target: Path) -> None:
    """Copy records byte for byte, each with the request that follows it."""
    partial = target.with_name(f".{target.name}.tmp")
    try:
        with partial.open("wb") as sink:
            for entry in wanted:
                with entry.path.open("rb") as handle:
                    handle.seek(entry.offset)
                    sink.write(_member(handle)[0])
                    request, content = _member(handle)
                    if b"WARC-Type: request\r\n" in content[:2000]:
                        sink.write(request)
            sink.flush()
            os.fsync(sink.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ArchiveError(f"{target}: cannot be written ({error.strerror})") from error


def _member(handle: IO[bytes]) -> tuple[bytes, bytes]:
    """Read one gzip member: as it is in the file, and unpacked. Leaves the file after it."""
    start, inflater = handle.tell(), zlib.decompressobj(31)
    parts: list[bytes] = []
    while not inflater.eof and (data := handle.read(_BLOCK)):
        parts.append(inflater.decompress(data))
    end = handle.tell() - len(inflater.unused_data)
    handle.seek(start)
    return handle.read(end - start), b"".join(parts)
