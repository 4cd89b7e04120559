"""Reads WARC files of any tool: which responses they hold, where, and one response by its place."""

import re
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from dcat_harvest.decode import MOST_BYTES, BodyError, decode
from dcat_harvest.errors import ArchiveError

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_BLOCK = 2**16
_GZIP = b"\x1f\x8b"
_CUT = (EOFError, AttributeError, ValueError, TypeError)  # warcio on a record cut in its head
MOST_RECORDED = 2**30
"""Largest payload of a record that is read into memory."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One response or revisit of a file: everything but headers and body."""

    path: Path
    offset: int
    url: str
    time: str
    status: int
    method: str = "GET"
    digest: str = ""
    revisit: bool = False
    refers_to: str = ""
    """Address of the capture that a revisit repeats, where it names one."""
    truncated: str = ""
    """Why the recorder cut the body (`WARC-Truncated`)."""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One response as recorded; `payload` still has its content encoding."""

    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes

    def body(self, most: int = MOST_BYTES) -> bytes:
        """Decode the payload. Raises BodyError."""
        return decode(self.payload, ",".join(_all(self.headers, "content-encoding")), most=most)


class Found(msgspec.Struct, kw_only=True):
    """What a scan of one file has met so far."""

    answers: list[tuple[Entry, str, tuple[str, ...]]] = msgspec.field(default_factory=list)
    """Entry, record id, and the ids that the record says it belongs to."""
    methods: dict[str, str] = msgspec.field(default_factory=dict)
    """Record id of a request, or of the answer that it names -> request method."""
    torn: str = ""
    """Why the file is held to be cut short."""


def scan(path: Path, scratch: Path) -> tuple[list[Entry], str]:
    """List responses and revisits of a WARC file in its order, and how it is torn ("" if whole).

    A gzip file that is one single stream is unpacked into the folder `scratch`, because a record
    in it has no place of its own. Raises ArchiveError where the file is no WARC file.
    """
    from warcio.exceptions import ArchiveLoadFailed

    torn = _tear(path)
    found = Found()
    try:
        _gather(path, path, found)
    except ArchiveLoadFailed as error:
        if "non-chunked gzip" not in str(error):
            raise _foreign(path, str(error)) from error
        found = Found()
        unpacked = _unpacked(path, scratch)
        _gather(path, unpacked, found)
    return [_with_method(*answer, found.methods) for answer in found.answers], torn or found.torn


def response(entry: Entry) -> Response:
    """Read the response of an entry. Raises ArchiveError where the file has changed since."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with entry.path.open("rb") as handle:
            handle.seek(entry.offset)
            record = next(iter(ArchiveIterator(handle)), None)
            if record is not None and record.rec_headers.get_header("WARC-Target-URI"):
                headers = tuple(record.http_headers.headers) if record.http_headers else ()
                payload = _payload(record, headers)
                return Response(status=entry.status, headers=headers, payload=payload)
    except (OSError, ArchiveLoadFailed, *_CUT) as error:
        raise ArchiveError(f"{entry.path}: has changed while it was used ({error})") from error
    raise ArchiveError(f"{entry.path}: has changed while it was used; run again")


def _payload(record: "ArcWarcRecord", headers: tuple[tuple[str, str], ...]) -> bytes:
    from warcio.bufferedreaders import ChunkedDataReader

    stream = record.raw_stream
    if any("chunked" in value.lower() for value in _all(headers, "transfer-encoding")):
        stream = ChunkedDataReader(stream)
    parts: list[bytes] = []
    total = 0
    while part := stream.read(_BLOCK):
        total += len(part)
        if total > MOST_RECORDED:
            raise BodyError(f"recorded body larger than {MOST_RECORDED} bytes")
        parts.append(part)
    return b"".join(parts)


def _all(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _foreign(path: Path, reason: str) -> ArchiveError:
    return ArchiveError(
        f"{path}: not a WARC file that can be read ({reason.strip().splitlines()[0][:120]}); "
        "give a .warc or .warc.gz file"
    )


def _tear(path: Path) -> str:
    """Why a gzip file is cut short, or "". Raises ArchiveError for a missing or damaged file."""
    try:
        with path.open("rb") as handle:
            start = handle.read(5)
            if not start:
                raise ArchiveError(f"{path}: the file is empty; give a .warc or .warc.gz file")
            if not start.startswith(_GZIP):
                return _begin(path, start)
            handle.seek(0)
            return _members(path, handle)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror}); check the name") from error


def _begin(path: Path, start: bytes) -> str:
    if b"WARC/".startswith(start):
        return "" if len(start) == 5 else "the first record is cut short"
    raise _foreign(path, f"it begins with {start!r}")


def _members(path: Path, handle: IO[bytes]) -> str:
    inflater = zlib.decompressobj(31)
    data, at = b"", 0
    try:
        while data or (data := handle.read(_BLOCK)):
            if inflater.eof:
                inflater = zlib.decompressobj(31)
            inflater.decompress(data)
            at, data = handle.tell() - len(inflater.unused_data), inflater.unused_data
    except zlib.error as error:
        raise ArchiveError(f"{path}: damaged near byte {at} ({error}); copy it again") from error
    return "" if inflater.eof else f"cut short at byte {at}"


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / f"{len(list(scratch.iterdir()))}.warc"
    with path.open("rb") as source, target.open("wb") as sink:
        inflater = zlib.decompressobj(31)
        data = b""
        while data or (data := source.read(_BLOCK)):
            if inflater.eof:
                inflater = zlib.decompressobj(31)
            sink.write(inflater.decompress(data))
            data = inflater.unused_data
    return target


def _gather(path: Path, readable: Path, found: Found) -> None:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    count = 0
    with readable.open("rb") as handle:
        records = ArchiveIterator(handle)
        try:
            for record in records:
                count += 1
                if record.format != "warc":
                    raise _foreign(path, "an ARC file, the format before WARC")
                entry = _entry(record, readable)
                found.torn = found.torn or _missing(record)
                if found.torn:
                    return
                _keep(entry, record, records.get_record_offset(), found)
        except (ArchiveLoadFailed, *_CUT) as error:
            if not count or "non-chunked gzip" in str(error):
                raise ArchiveLoadFailed(str(error)) from error
            found.torn = f"no record after record {count}"
    if not count:
        raise ArchiveLoadFailed("no record in it")


def _missing(record: "ArcWarcRecord") -> str:
    """Read a record to its end; say why it is torn, or ""."""
    stated = record.rec_headers.get_header("Content-Length") or ""
    if not stated.strip().isdigit():
        return "a record without its length"
    while record.raw_stream.read(_BLOCK):
        pass
    left = getattr(record.raw_stream, "limit", 0)
    return f"{left} bytes of the last record are missing" if left > 0 else ""


def _keep(entry: Entry | None, record: "ArcWarcRecord", offset: int, found: Found) -> None:
    name = record.rec_headers.get_header("WARC-Record-ID") or ""
    with_ = tuple(
        value for key, value in record.rec_headers.headers if key.lower() == "warc-concurrent-to"
    )
    if entry is not None:
        found.answers.append((msgspec.structs.replace(entry, offset=offset), name, with_))
    elif record.rec_type == "request" and record.http_headers:
        for known in (name, *with_):
            found.methods[known] = record.http_headers.protocol.upper()


def _entry(record: "ArcWarcRecord", path: Path) -> Entry | None:
    head = record.rec_headers.get_header
    url = (head("WARC-Target-URI") or "").strip("<> ")
    if record.rec_type not in ("response", "revisit") or not url.startswith(("http:", "https:")):
        return None
    return Entry(
        path=path,
        offset=0,
        url=url,
        time=head("WARC-Date") or "",
        status=_status(record),
        digest=head("WARC-Payload-Digest") or "",
        revisit=record.rec_type == "revisit",
        refers_to=(head("WARC-Refers-To-Target-URI") or "").strip("<> "),
        truncated=head("WARC-Truncated") or "",
    )


def _status(record: "ArcWarcRecord") -> int:
    if not record.http_headers:
        return 0
    code = re.match(r"\d{3}", record.http_headers.get_statuscode() or "")
    return int(code[0]) if code else 0


def _with_method(entry: Entry, name: str, with_: tuple[str, ...], methods: dict[str, str]) -> Entry:
    for known in (name, *with_):
        if known in methods:
            return msgspec.structs.replace(entry, method=methods[known])
    return entry
