"""The live fetcher: polite, bounded, guarded; each answer goes into the archive as it came."""

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.addresses import address_key, host_key, redacted
from dcat_harvest.archive import Archive, freshened, joined, payload_digest, redirect, refuse
from dcat_harvest.decode import BodyError
from dcat_harvest.errors import ArchiveError, FetchError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.guard import Guard
from dcat_harvest.manners import Limits, Manners, conditions, retry_after
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.robots import Robots
from dcat_harvest.warc import Response

if TYPE_CHECKING:
    from dcat_harvest.recording import Exchange

RETRIED = frozenset({429, 500, 502, 503, 504})
WHOLE = 2**20


class Holdings(Protocol):
    """What the archive already holds of an address: makes a request conditional."""

    def get(self, url: str, method: str = "GET") -> Capture | None:
        """Read the last good capture of an address."""


class Nothing:
    """Holdings of a first run, or of one that shall fetch everything anew."""

    def get(self, url: str, method: str = "GET") -> Capture | None:
        """Hold no capture."""
        return None


class Fetcher:
    """Answers pages from the web; safe for threads, makes none itself.

    Clock, sleep and chance come in as arguments: `now` gives the time of a capture (ISO 8601 in
    UTC), `clock` counts seconds. `held` makes requests conditional. `close` writes the ledger.
    """

    def __init__(
        self,
        archive: Archive,
        user_agent: str,
        *,
        held: Holdings | None = None,
        guard: Guard | None = None,
        limits: Limits | None = None,
        now: Callable[[], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        from dcat_harvest import connections, wire

        self._wire = wire
        self._limits = limits or Limits()
        self._archive = archive
        self._held: Holdings = held or Nothing()
        self._guard = guard or Guard()
        self._now = now or _utc_now
        self._clock = clock
        self._chance = chance
        self._line = connections.session(self._guard, user_agent)
        self._manners = Manners(clock=clock, sleep=sleep, most_failures=self._limits.failures)
        self._robots = Robots(user_agent.partition("/")[0], self._robots_text)
        self._findings: dict[tuple[str, str], Finding] = {}
        self._lock = threading.Lock()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was observed about hosts, beside the FetchErrors of pages."""
        with self._lock:
            return tuple(self._findings[key] for key in sorted(self._findings))

    def close(self) -> None:
        """Write the ledger, and make sure that the archive is on the disk."""
        self._archive.ledger(self._manners.ledger())
        self._archive.close()
        self._line.close()

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """Answer a page, redirects followed. Raises FetchError unless the answer is a 2xx."""
        url, passed = page.url, {address_key(page.url)}
        while True:
            self._guard.check(url, manifest.start)
            pace = self._pace(url, manifest)
            capture = self._ask(url, page.method, pace, manifest.accept, first=page.first_bytes)
            target = redirect(capture, url)
            if target is None:
                refuse(page, capture.status)
                return msgspec.structs.replace(capture, url=redacted(page.url), page=page)
            _check_hop(page, url, target)
            url = target
            if len(passed) > self._limits.hops or address_key(url) in passed:
                raise FetchError(redacted(page.url), "redirects in a circle")
            passed.add(address_key(url))

    def again(self, capture: Capture) -> Capture | None:
        """Give a capture its body from the archive; None where that holds another one."""
        page = capture.page
        held = self._holding(capture.final_url, page.method, page.first_bytes)
        if held is None or held.digest != capture.digest:
            return None
        return msgspec.structs.replace(capture, body=held.body)

    def _pace(self, url: str, manifest: Manifest) -> float:
        """Seconds to keep between requests to the host; raises FetchError where robots forbid."""
        if manifest.robots == "api":
            return max(0.0, manifest.pace)
        refusal = self._robots.refusal(url)
        if refusal:
            if "could not be read" in refusal:
                self._note("robots-unreachable", manifest, _host(url), reason=refusal)
            raise FetchError(redacted(url), refusal)
        delay = self._robots.delay(url)
        if delay > self._limits.wait:
            self._note("crawl-delay-long", manifest, _host(url), value=f"{delay:g}")
        return max(0.0, manifest.pace, min(delay, self._limits.wait))

    def _note(self, code: str, manifest: Manifest, host: str, **values: Any) -> None:
        with self._lock:
            self._findings.setdefault(
                (code, host), finding(code, source=manifest.name, where=host, **values)
            )

    def _robots_text(self, url: str) -> bytes:
        for _ in range(self._limits.hops + 1):
            self._guard.check(url)
            capture = self._ask(url, "GET", 0.0)
            target = redirect(capture, url)
            if target is None:
                refuse(capture.page, capture.status)
                return capture.body
            url = target
        raise FetchError(url, "redirects in a circle", status=404)

    def _ask(
        self, url: str, method: str, pace: float, accept: str = "", *, first: int = 0
    ) -> Capture:
        """Ask one address until it answers or the tries are over."""
        host, spent = _host(url), 0.0
        if self._manners.is_down(host):
            raise FetchError(redacted(url), f"{host} failed several times in a row; left alone")
        held = self._holding(url, method, first)
        for attempt in range(1, self._limits.attempts + 1):
            is_last = attempt == self._limits.attempts or spent > self._limits.total
            self._manners.turn(host, pace)
            begun = self._clock()
            try:
                got = self._exchange(host, url, method, held, accept, first)
                wait = None if is_last else self._wait(got, attempt)
                if wait is None:
                    self._manners.ended(host, well=got.status not in RETRIED)
                    return self._capture(got, held)
                self._archive.add(got)
            except self._wire.BrokenLineError:
                if is_last:
                    raise
                wait = self._backoff(attempt)
            spent += self._clock() - begun
            self._manners.rest(host, wait)
        raise AssertionError("the last try returns or raises")

    def _exchange(
        self, host: str, url: str, method: str, held: Capture | None, accept: str, first: int
    ) -> "Exchange":
        headers = conditions(held, method) | ({"Accept": accept} if accept else {})
        limits = self._limits
        if first:  # a host that knows no ranges shall not send the whole of a large file
            ranged = {"Range": f"bytes=0-{first - 1}", "Accept-Encoding": "identity"}
            headers = {**headers, **ranged}
            limits = msgspec.structs.replace(limits, received=min(limits.received, WHOLE))
        try:
            got = self._wire.exchange(
                self._line,
                method,
                url,
                headers=headers,
                limits=limits,
                now=self._now,
            )
        except FetchError as error:
            self._manners.unanswered(host)
            if isinstance(error, self._wire.LINE_ERRORS):
                self._manners.ended(host, well=False)
            raise
        self._manners.answered(host, got.status, len(got.payload))
        return got

    def _holding(self, url: str, method: str, first: int) -> Capture | None:
        try:
            held = self._held.get(url, method)
        except (ArchiveError, FetchError):
            return None  # what cannot be read back is asked anew
        # Only a beginning is held: no answer to a request for the whole.
        return None if held and held.status == 206 and not first else held

    def _wait(self, got: "Exchange", attempt: int) -> float | None:
        """Seconds until the next try; None where this answer is the last word."""
        if got.status not in RETRIED:
            return None
        asked = joined(got.answered).get("retry-after", "").strip()
        wait = retry_after(asked, got.time) if asked else None
        if wait is None:
            return self._backoff(attempt)
        return wait if wait <= self._limits.wait else None

    def _backoff(self, attempt: int) -> float:
        # Random, so that many harvesters do not come back to a host in one moment.
        return float(min(self._limits.wait, 2 ** (attempt - 1) * (0.5 + self._chance())))

    def _capture(self, got: "Exchange", held: Capture | None) -> Capture:
        """Archive an answer; give it as reading the archive would."""
        url = redacted(got.url)
        if got.status == 304 and held is None:
            self._archive.add(got)
            raise FetchError(url, "status 304 to a request without conditions", status=304)
        if held is not None and _repeats(got, held):
            written = self._archive.add_revisit(got, digest=held.digest, time=held.time)
            headers = joined(written.headers)
            if got.status == 304:
                headers = freshened(held.headers, headers)
            return msgspec.structs.replace(
                held, url=url, final_url=url, headers=headers, time=got.time
            )
        written = self._archive.add(got)
        return Capture(
            url=url,
            final_url=url,
            status=got.status,
            headers=joined(written.headers),
            body=self._body(got),
            time=got.time,
            digest=written.digest,
            page=Page(url=url, kind="", method="HEAD" if got.method == "HEAD" else "GET"),
        )

    def _body(self, got: "Exchange") -> bytes:
        response = Response(status=got.status, headers=got.answered, payload=got.payload)
        try:
            return response.body(self._limits.decoded)
        except BodyError as error:
            raise FetchError(redacted(got.url), str(error), status=got.status) from error


def _utc_now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _host(url: str) -> str:
    return host_key(urlsplit(url).hostname or "")


def _check_hop(page: Page, url: str, target: str) -> None:
    """Refuse to leave TLS for another host: nobody could vouch for what comes back."""
    if url.startswith("https:") and target.startswith("http:") and _host(url) != _host(target):
        raise FetchError(redacted(page.url), "redirects from https to http on another host")


def _repeats(got: "Exchange", held: Capture) -> bool:
    if got.status == 304:
        return True
    return got.status == held.status and payload_digest(got.payload) == held.digest
