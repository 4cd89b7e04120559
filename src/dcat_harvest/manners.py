"""Limits, pace per host, hosts that are down, and the ledger that proves how polite a run was."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import msgspec

from dcat_harvest.decode import MOST_BYTES
from dcat_harvest.model import Capture


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one page may cost at most: seconds, bytes, tries."""

    connect: float = 10.0
    read: float = 60.0
    """Seconds between two pieces of an answer."""
    total: float = 300.0
    """Seconds for one answer, however slowly its pieces come."""
    received: int = MOST_BYTES
    decoded: int = MOST_BYTES
    hops: int = 5
    attempts: int = 4
    wait: float = 120.0
    """Longest Retry-After and Crawl-Delay that is waited for."""
    failures: int = 5
    """Pages of one host that may fail in a row before the host is left alone."""


class Conduct(msgspec.Struct, kw_only=True):
    """What one host was asked in a run."""

    requests: int = 0
    bytes: int = 0
    """Of bodies, as received."""
    not_modified: int = 0
    retries: int = 0
    errors: int = 0
    """Requests without a whole answer."""
    waited: float = 0.0
    """Seconds of pace, Crawl-Delay and Retry-After."""
    statuses: dict[str, int] = msgspec.field(default_factory=dict)


class _Host(msgspec.Struct, kw_only=True):
    free_at: float = 0.0
    failed_in_a_row: int = 0
    conduct: Conduct = msgspec.field(default_factory=Conduct)


class Manners:
    """One for all hosts of a run; safe for threads. `clock` counts seconds, from anywhere."""

    def __init__(
        self, *, clock: Callable[[], float], sleep: Callable[[float], None], most_failures: int
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._most_failures = most_failures
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def turn(self, host: str, pace: float) -> None:
        """Wait until the host may be asked again, `pace` seconds after the last time."""
        with self._lock:
            state = self._host(host)
            now = self._clock()
            start = max(now, state.free_at)
            state.free_at = start + pace
            state.conduct.waited += start - now
        if start > now:
            self._sleep(start - now)

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for some seconds, whoever wants to ask it."""
        with self._lock:
            state = self._host(host)
            state.free_at = max(state.free_at, self._clock() + seconds)
            state.conduct.retries += 1

    def answered(self, host: str, status: int, size: int) -> None:
        """Note an answer."""
        with self._lock:
            conduct = self._host(host).conduct
            conduct.requests += 1
            conduct.bytes += size
            conduct.not_modified += status == 304
            conduct.statuses[str(status)] = conduct.statuses.get(str(status), 0) + 1

    def unanswered(self, host: str) -> None:
        """Note a request without a whole answer."""
        with self._lock:
            conduct = self._host(host).conduct
            conduct.requests += 1
            conduct.errors += 1

    def ended(self, host: str, *, well: bool) -> None:
        """Note how a page of a host ended, after all its tries."""
        with self._lock:
            state = self._host(host)
            state.failed_in_a_row = 0 if well else state.failed_in_a_row + 1

    def is_down(self, host: str) -> bool:
        """Say whether so many pages failed in a row that the host is left alone."""
        with self._lock:
            return self._host(host).failed_in_a_row >= self._most_failures

    def ledger(self) -> Mapping[str, Conduct]:
        """Give what each host was asked, by name."""
        with self._lock:
            return {host: self._hosts[host].conduct for host in sorted(self._hosts)}

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())


def user_agent(version: str, *, homepage: str, contact: str) -> str:
    """Say who we are, as a publisher's log shows it: product, version, where to complain."""
    return f"dcat-harvest/{version} (+{homepage}; {contact})"


def conditions(held: Capture | None, method: str) -> dict[str, str]:
    """Make a request conditional on what is held; HEAD asks for the size of the file itself."""
    headers = {"Accept-Encoding": "identity"} if method == "HEAD" else {}
    if held is None:
        return headers
    etag = held.headers.get("etag", "")
    if etag and etag.isascii() and etag.isprintable():
        headers["If-None-Match"] = etag
    # RFC 9110 section 13.1.3: without Last-Modified, the Date of the answer may be given.
    since = held.headers.get("last-modified") or held.headers.get("date", "")
    if since and since.isascii() and since.isprintable():
        headers["If-Modified-Since"] = since
    return headers


def retry_after(text: str, now: str) -> float | None:
    """Seconds that Retry-After asks for, as a number or as a date; None where it says neither."""
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment - datetime.fromisoformat(now)).total_seconds())
    except (ValueError, TypeError):
        return None
