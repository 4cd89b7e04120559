"""What robots.txt of a host allows us, asked once per host and run."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from dcat_harvest.errors import FetchError

if TYPE_CHECKING:
    from protego import Protego

MOST_BYTES = 512 * 1024
"""RFC 9309 section 2.5: a crawler reads at least 500 KiB."""


class Rules(NamedTuple):
    """What one host says. `parsed` None: everything is allowed, or nothing if `closed`."""

    parsed: "Protego | None" = None
    closed: str = ""


class Robots:
    """Rules per host; `get` asks an address for its body, or raises FetchError with a status."""

    def __init__(self, agent: str, get: Callable[[str], bytes]) -> None:
        self._agent = agent
        self._get = get
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def refusal(self, url: str) -> str:
        """Say why an address may not be asked, "" where it may."""
        rules = self._of(url)
        if rules.closed:
            return rules.closed
        if rules.parsed is None or rules.parsed.can_fetch(url, self._agent):
            return ""
        return f"robots.txt of {urlsplit(url).netloc} forbids it"

    def delay(self, url: str) -> float:
        """Seconds between requests that the host asks for, 0 where it asks nothing."""
        parsed = self._of(url).parsed
        return float((parsed.crawl_delay(self._agent) if parsed else None) or 0)

    def _of(self, url: str) -> Rules:
        parts = urlsplit(url)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        with self._lock:
            lock = self._locks.setdefault(place, threading.Lock())
        with lock:
            if place not in self._rules:
                self._rules[place] = self._ask(place)
            return self._rules[place]

    def _ask(self, place: str) -> Rules:
        from protego import Protego

        try:
            text = self._get(place)[:MOST_BYTES].decode("utf-8", "replace")
        except FetchError as error:
            # RFC 9309 section 2.3.1: no file allows all, a host in trouble allows nothing.
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Rules()
            return Rules(None, f"robots.txt could not be read ({error.reason})")
        return Rules(Protego.parse(text))
