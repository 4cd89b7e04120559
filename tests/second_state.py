"""A later state of a recorded web: a WARC file copied record by record, with changes."""

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

GONE = (404, b"Deze pagina is er niet.")
Answer = tuple[int, bytes]
Change = Callable[[str, int, bytes], Answer | None]
"""Address, status and body of what was answered -> the later answer, None for no answer at all."""


def rewrite(recorded: Iterable[Path], target: Path, change: Change) -> Path:
    """Write the later state of some WARC files into one."""
    with target.open("wb") as sink:
        writer = WARCWriter(sink, gzip=True)
        for path in recorded:
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    if record.rec_type in ("response", "request"):
                        _copy(writer, record, change)
    return target


def _copy(writer: WARCWriter, record: Any, change: Change) -> None:
    body = record.content_stream().read()
    head = record.http_headers
    if record.rec_type == "response" and (body or head.get_statuscode() != "200"):
        url = record.rec_headers.get_header("WARC-Target-URI")
        answer = change(url, int(head.get_statuscode()), body)
        if answer is None:
            return
        status, body = answer
        dropped = ("content-length", "content-encoding", "transfer-encoding")
        kept = [(name, value) for name, value in head.headers if name.lower() not in dropped]
        fields = [*kept, ("Content-Length", str(len(body)))]
        head = StatusAndHeaders(f"{status} Later", fields, protocol="HTTP/1.1")
    writer.write_record(_record(writer, record, head, body))


def _record(writer: WARCWriter, record: Any, head: StatusAndHeaders, body: bytes) -> Any:
    old = record.rec_headers
    names = ("WARC-Date", "WARC-Record-ID", "WARC-Concurrent-To")
    said = {name: old.get_header(name) for name in names if old.get_header(name)}
    url = old.get_header("WARC-Target-URI")
    return writer.create_warc_record(
        url, record.rec_type, payload=BytesIO(body), http_headers=head, warc_headers_dict=said
    )


def packages(body: bytes, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """A CKAN answer with its packages changed in place."""
    answer = json.loads(body)
    found = answer["result"]["results"]
    change(found)
    answer["result"]["count"] = len(found)
    return json.dumps(answer).encode()
