"""Writes the WARC file of a run: what was asked and what came back, without our secrets."""

import os
import re
import threading
import uuid
from collections.abc import Mapping, Sequence
from io import BytesIO, FileIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from dcat_harvest.addresses import redacted
from dcat_harvest.durable import sync
from dcat_harvest.errors import ArchiveError

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

Headers = Sequence[tuple[str, str]]
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_SECRET_REQUEST = re.compile(r"auth|cookie|key|token|secret|password|signature", re.IGNORECASE)
_SECRET_RESPONSE = frozenset({"set-cookie", "set-cookie2"})
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its answer, as they went over the line."""

    method: str
    url: str
    asked: tuple[tuple[str, str], ...]
    """Headers of the request."""
    status: int
    reason: str
    answered: tuple[tuple[str, str], ...]
    """Headers of the response."""
    payload: bytes
    """Body with its content encoding, without its transfer encoding."""
    time: str
    """ISO 8601 in UTC."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What of an answer is in the file, as reading the file would give it."""

    headers: tuple[tuple[str, str], ...]
    digest: str


class Archive:
    """The WARC file of one run, `<folder>/<run_id>.warc.gz`; append only, safe for threads.

    The file is made at once, so that a folder that cannot be written is an ArchiveError before
    any work. Each exchange goes out in one write: a kill can only tear the last one.
    """

    def __init__(
        self, folder: Path | str, run_id: str, *, now: str, software: str = "dcat-harvest"
    ) -> None:
        self.folder = Path(folder)
        self.run_id = re.sub(r"[^A-Za-z0-9._-]", "-", run_id)
        self._lock = threading.Lock()
        self._count = 0
        self.path, self._handle = _fresh(self.folder, self.run_id)
        self._append(self._info(now, software))

    def add(self, exchange: Exchange) -> Written:
        """Append a request and its response."""
        response = self._record(exchange, "response", exchange.payload)
        return self._write_pair(exchange, response)

    def add_revisit(self, exchange: Exchange, *, digest: str, time: str) -> Written:
        """Append a request whose answer has the bytes of an earlier capture, that of `time`."""
        about = {
            "WARC-Profile": _NOT_MODIFIED if exchange.status == 304 else _SAME_PAYLOAD,
            "WARC-Refers-To-Target-URI": _safe(exchange.url),
            "WARC-Refers-To-Date": time,
            "WARC-Payload-Digest": digest,
        }
        return self._write_pair(exchange, self._record(exchange, "revisit", b"", about))

    def ledger(self, ledger: Mapping[str, object]) -> Path:
        """Write what the run did per host beside the WARC file."""
        path = self.path.with_name(self.path.name.removesuffix(".warc.gz") + ".ledger.json")
        data = msgspec.json.format(msgspec.json.encode(ledger, order="deterministic"), indent=2)
        partial = path.with_suffix(".tmp")
        partial.write_bytes(data + b"\n")
        partial.replace(path)
        return path

    def close(self) -> None:
        """Make sure that the file is on the disk."""
        with self._lock:
            if not self._handle.closed:
                os.fsync(self._handle.fileno())
                self._handle.close()
                sync(self.path.parent)

    def _write_pair(self, exchange: Exchange, answer: "ArcWarcRecord") -> Written:
        request = self._request(exchange, answer)
        data = BytesIO()
        writer = _writer(data)
        writer.write_record(answer)
        writer.write_record(request)
        self._append(data.getvalue())
        return _as_read(data)

    def _append(self, data: bytes) -> None:
        with self._lock:
            good = self._handle.tell()
            try:
                _write_whole(self._handle, data)
            except OSError as error:
                self._handle.truncate(good)
                self._handle.seek(good)
                raise ArchiveError(
                    f"{self.path}: cannot be written ({error.strerror}); make room and run again"
                ) from error

    def _record(
        self,
        exchange: Exchange,
        kind: str,
        payload: bytes,
        about: Mapping[str, str] | None = None,
    ) -> "ArcWarcRecord":
        reason = exchange.reason.encode("ascii", "replace").decode("ascii")
        return self._make(
            kind=kind,
            url=_safe(exchange.url),
            time=exchange.time,
            http=_http(f"{exchange.status} {_clean(reason)}", _answered(exchange), "HTTP/1.1"),
            payload=payload,
            about=about or {},
        )

    def _request(self, exchange: Exchange, answer: "ArcWarcRecord") -> "ArcWarcRecord":
        kept = [pair for pair in exchange.asked if not _SECRET_REQUEST.search(pair[0])]
        target = re.sub(r"^[a-z]+://[^/?#]*", "", _safe(exchange.url)) or "/"
        return self._make(
            kind="request",
            url=_safe(exchange.url),
            time=exchange.time,
            http=_http(f"{target} HTTP/1.1", kept, exchange.method),
            payload=b"",
            about={"WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )

    def _make(
        self,
        *,
        kind: str,
        url: str,
        time: str,
        http: "StatusAndHeaders",
        payload: bytes,
        about: Mapping[str, str],
    ) -> "ArcWarcRecord":
        head = {"WARC-Record-ID": self._identifier(), "WARC-Date": time, **about}
        return _writer(BytesIO()).create_warc_record(
            url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_headers_dict=head,
            http_headers=http,
        )

    def _info(self, now: str, software: str) -> bytes:
        data = BytesIO()
        writer = _writer(data)
        body = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
        head = {"WARC-Filename": self.path.name, "WARC-Date": now}
        head["WARC-Record-ID"] = self._identifier()
        writer.write_record(
            writer.create_warc_record(
                "", "warcinfo", payload=BytesIO(body), length=len(body), warc_headers_dict=head
            )
        )
        return data.getvalue()

    def _identifier(self) -> str:
        with self._lock:
            self._count += 1
            name = f"{self.path.name}/{self._count}"
        return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


def _fresh(folder: Path, run_id: str) -> tuple[Path, FileIO]:
    """Make a new file for a run; a second one of the same run gets a number."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = folder / (
                f"{run_id}.warc.gz" if number == 1 else f"{run_id}-{number:03}.warc.gz"
            )
            try:
                return path, FileIO(path, "x")
            except FileExistsError:
                continue
    except OSError as error:
        raise ArchiveError(
            f"{folder}: cannot be written ({error.strerror}); choose another output folder"
        ) from error
    raise ArchiveError(f"{folder}: holds 999 files of run {run_id}; clean it up")


def _write_whole(handle: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[handle.write(rest) or 0 :]


def _writer(sink: BytesIO) -> "WARCWriter":
    from warcio.warcwriter import WARCWriter

    return WARCWriter(sink, gzip=True, warc_version="1.1")


def _http(status: str, headers: Headers, protocol: str) -> "StatusAndHeaders":
    from warcio.statusandheaders import StatusAndHeaders

    known = [(name, _clean(value)) for name, value in headers if _TOKEN.fullmatch(name)]
    return StatusAndHeaders(status, known, protocol=protocol)


def _answered(exchange: Exchange) -> Headers:
    # The payload is kept without its transfer encoding: the name says that it was there.
    original = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}
    return [
        (original.get(name.lower(), name), value)
        for name, value in exchange.answered
        if name.lower() not in _SECRET_RESPONSE
    ]


def _safe(url: str) -> str:
    """Make an address safe for a header line, without keys or passwords."""
    return quote(redacted(url).partition("#")[0], safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _clean(value: str) -> str:
    """Put a header value on one line."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+\s*", " ", value).strip()


def _as_read(data: BytesIO) -> Written:
    from warcio.archiveiterator import ArchiveIterator

    data.seek(0)
    record = next(iter(ArchiveIterator(data)))
    headers = tuple(record.http_headers.headers) if record.http_headers else ()
    return Written(headers=headers, digest=record.rec_headers.get_header("WARC-Payload-Digest"))
