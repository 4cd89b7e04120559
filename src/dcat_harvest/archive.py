"""The archive: what publishers answered, kept as WARC files, and answered again from them."""

import base64
import hashlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import msgspec

from dcat_harvest import warc
from dcat_harvest.addresses import address_key, redacted
from dcat_harvest.decode import MOST_BYTES, BodyError
from dcat_harvest.errors import ArchiveError, FetchError
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.recording import Archive, Exchange
from dcat_harvest.warc import Entry, Response

__all__ = [
    "Archive",
    "Exchange",
    "Replay",
    "freshened",
    "joined",
    "payload_digest",
    "redirect",
    "refuse",
]

MOST_HOPS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
OF_BYTES = frozenset({"content-length", "content-type", "content-encoding", "content-range"})
"""What a host says of a 304 in these is often of the empty answer, not of the held one."""


class Replay:
    """Answers pages from WARC files alone; an address that is not in them is like a 404.

    All files are read through when opened, so that a bad one is an ArchiveError before any work.
    Of several captures of an address the last one wins: in the order of the files, then of their
    records; with `only_good` the last one of the 200s. A HEAD that was not
    recorded is answered by the headers of the recorded GET.
    """

    def __init__(
        self,
        paths: Iterable[Path | str],
        *,
        allow_torn: bool = False,
        only_good: bool = False,
        most: int = MOST_BYTES,
    ) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="dcat-harvest-"))
        weakref.finalize(self, shutil.rmtree, self.scratch, ignore_errors=True)
        self._most = most
        self._only_good = only_good
        self._index: dict[tuple[str, str], tuple[Entry, Entry]] = {}
        self._digests: dict[str, Entry] = {}
        self._used: dict[str, dict[str, int]] = {}
        self._lock = threading.Lock()
        self.torn: dict[Path, str] = {}
        """Our own files that end in a record cut by a kill -> how (only with `allow_torn`)."""
        for path in map(Path, paths):
            self.add(path, allow_torn=allow_torn)

    def add(self, path: Path, *, allow_torn: bool = False) -> None:
        """Read one more file through; its captures win over those there were."""
        entries, torn = warc.scan(path, self.scratch)
        if torn and not allow_torn:
            raise ArchiveError(f"{path}: {torn}; get the file again, or leave it out")
        if torn:
            self.torn[path] = torn
        for entry in entries:
            key = (entry.method, address_key(entry.url))
            original = self._original(entry, key) if entry.revisit else entry
            if original is not None and (200 <= original.status < 300 or not self._only_good):
                self.hold(entry, original)

    def hold(self, entry: Entry, original: Entry) -> None:
        """Hold a capture and the one that has its bytes, which may be the same."""
        self._index[entry.method, address_key(entry.url)] = (entry, original)
        self._digests.setdefault(original.digest, original)

    def pairs(self) -> Iterator[tuple[Entry, Entry]]:
        """Give every capture that can be answered, with the one that has its bytes."""
        return iter(self._index.values())

    def _original(self, entry: Entry, key: tuple[str, str]) -> Entry | None:
        """Find the capture that holds the bytes of a revisit."""
        named = address_key(entry.refers_to) if entry.refers_to else key[1]
        for candidate in ((key[0], named), key):
            if candidate in self._index:
                original = self._index[candidate][1]
                if not entry.digest or entry.digest == original.digest:
                    return original
        return self._digests.get(entry.digest) if entry.digest else None

    def __len__(self) -> int:
        return len(self._index)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Give method and address of every capture that can be answered."""
        return ((entry.method, entry.url) for entry, _ in self._index.values())

    def entry(self, url: str, method: str = "GET") -> Entry | None:
        """Where the last capture of an address is, without reading it."""
        pair = self._find(url, method)
        return pair[0] if pair else None

    def _find(self, url: str, method: str) -> tuple[Entry, Entry] | None:
        key = address_key(url)
        found = self._index.get((method, key))
        return self._index.get(("GET", key)) if found is None and method == "HEAD" else found

    def get(self, url: str, method: str = "GET") -> Capture | None:
        """Read the last capture of one address, redirects not followed; None where there is none.

        Raises FetchError where its body cannot be decoded.
        """
        pair = self._find(url, method)
        return None if pair is None else self._capture(url, method, *pair)

    def _capture(self, url: str, method: str, entry: Entry, original: Entry) -> Capture:
        recorded = warc.response(original)
        headers = joined(recorded.headers)
        status = entry.status or original.status
        if entry is not original:
            own = joined(warc.response(entry).headers)
            # A 304 brings only what is new; any other repeated answer brings all its headers.
            headers = freshened(headers, own) if entry.status == 304 else own or headers
            status = original.status if entry.status == 304 else status
        return Capture(
            url=redacted(url),
            final_url=redacted(url),
            status=status,
            headers=headers,
            body=b"" if method == "HEAD" else self._body(url, original, recorded),
            time=entry.time,
            digest=original.digest or payload_digest(recorded.payload),
            page=Page(url=url, kind="", method="HEAD" if method == "HEAD" else "GET"),
        )

    def _body(self, url: str, entry: Entry, recorded: Response) -> bytes:
        if entry.truncated:
            raise FetchError(url, f"recorded incompletely ({entry.truncated})", status=entry.status)
        try:
            return recorded.body(self._most)
        except BodyError as error:
            raise FetchError(url, str(error), status=entry.status) from error

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """Answer a page, recorded redirects followed.

        Raises FetchError where the answer is not of the 200s, and with status 404 where an
        address is not in the archives.
        """
        url, passed = page.url, set[str]()
        while True:
            capture = self.get(url, page.method)
            if capture is None:
                where = "" if url == page.url else f" ({url}, where it redirects to)"
                raise FetchError(page.url, f"not in the archives{where}", status=404)
            self._count(page.method, url, capture)
            target = redirect(capture, url)
            if target is None:
                refuse(page, capture.status)
                return msgspec.structs.replace(capture, url=redacted(page.url), page=page)
            passed.add(address_key(url))
            if len(passed) > MOST_HOPS or address_key(target) in passed:
                raise FetchError(page.url, "redirects in a circle", status=capture.status)
            url = target

    def _count(self, method: str, url: str, capture: Capture) -> None:
        with self._lock:
            host = self._used.setdefault(urlsplit(url).netloc, {"requests": 0, "bytes": 0})
            host["requests"] += 1
            host["bytes"] += len(capture.body)

    def ledger(self) -> Mapping[str, Mapping[str, int]]:
        """Per host how many answers were taken from the files, and their bytes."""
        return dict(sorted(self._used.items()))


def redirect(capture: Capture, url: str) -> str | None:
    """Give the absolute address that the capture of an address redirects to, else None."""
    location = capture.headers.get("location", "").strip()
    if capture.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError as error:
        raise FetchError(capture.url, f"redirects to no address: {location[:200]!r}") from error


def refuse(page: Page, status: int) -> None:
    """Raise FetchError for an answer that is not of the 200s."""
    if not 200 <= status < 300:
        known = status in {member.value for member in HTTPStatus}
        phrase = f" {HTTPStatus(status).phrase}" if known else ""
        raise FetchError(redacted(page.url), f"status {status}{phrase}", status=status)


def joined(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers by name in lower case; several of one name joined as RFC 9110 section 5.3 says."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def freshened(held: Mapping[str, str], news: Mapping[str, str]) -> dict[str, str]:
    """Headers of a held answer after a 304; what they say of its bytes stays (RFC 9111, 3.2)."""
    return {**held, **{name: value for name, value in news.items() if name not in OF_BYTES}}


def payload_digest(payload: bytes) -> str:
    """Compute the digest of a payload as WARC files write it: `sha1:` and base 32."""
    sha1 = hashlib.sha1(payload, usedforsecurity=False)
    return f"sha1:{base64.b32encode(sha1.digest()).decode('ascii')}"
