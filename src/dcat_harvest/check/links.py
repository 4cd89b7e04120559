"""Probes: every access, download and web page address asked once, HEAD and then its first bytes.

Per host one request after the other, at a pace; hosts side by side; answers cached for a time,
the whole address being the key; the address guard on every hop.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from dcat_harvest.addresses import host_key
from dcat_harvest.check import sniff
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.constraints import datasets
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.probe_cache import Cache
from dcat_harvest.check.statements import Index, text
from dcat_harvest.errors import FetchError
from dcat_harvest.guard import Guard
from dcat_harvest.manners import Limits, Manners

if TYPE_CHECKING:
    import requests

_LOGIN = re.compile(
    r"(^|[./_-])(log-?in|sign-?in|sso|saml2?|oauth2?|openid|adfs|inloggen|aanmelden|authenticate)"
    r"([./_?-]|$)",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"/(\d+)\s*$")
REDIRECTS = frozenset((301, 302, 303, 307, 308))
PATIENCE = Limits(connect=10, read=20, total=45, hops=5)


class Prober:
    """Asks addresses; safe to use once. Clock, sleep and time come in as arguments."""

    def __init__(
        self,
        agent: str,
        *,
        now: Callable[[], str],
        guard: Guard | None = None,
        limits: Limits = PATIENCE,
        pace: float = 1.0,
        cache: Path | None = None,
        age: timedelta = timedelta(days=7),
        workers: int = 8,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._agent = agent
        self._now = now
        self._guard = guard or Guard()
        self._limits = limits
        self._pace = pace
        self._cache = Cache(cache, age)
        self._workers = workers
        self._manners = Manners(clock=clock, sleep=sleep, most_failures=limits.failures)

    def probe(self, urls: Iterable[str]) -> dict[str, Probe]:
        """What each address answers, by address. Answers that the cache holds are not asked for."""
        wanted = sorted(set(urls))
        found = self._cache.fresh(wanted, self._now())
        hosts: dict[str, list[str]] = {}
        for url in wanted:
            if url not in found:
                hosts.setdefault(host_key(urlsplit(url).netloc), []).append(url)
        with ThreadPoolExecutor(self._workers) as pool:
            for probes in pool.map(self._host, hosts.values()):
                found.update((x.url, x) for x in probes)
        self._cache.keep(found)
        return dict(sorted(found.items()))

    def _host(self, urls: list[str]) -> list[Probe]:
        from dcat_harvest.connections import session

        with closing(session(self._guard, self._agent)) as line:
            return [self._cache.add(self._one(line, url)) for url in urls]

    def _one(self, line: "requests.Session", url: str) -> Probe:
        """HEAD, and the first bytes by GET, unless nothing answers at all."""
        host = host_key(urlsplit(url).netloc)
        if self._manners.is_down(host):
            return Probe(url=url, time=self._now(), error="host-down")
        found = Probe(url=url, time=self._now())
        for method in ("HEAD", "GET"):
            try:
                answer = self._ask(line, method, url)
            except _Failure as failure:
                # A host may hang up on HEAD and answer GET.
                found = msgspec.structs.replace(found, **{failure.kind: failure.reason})
                if failure.kind != "error":
                    break
                continue
            head = answer.status if method == "HEAD" else found.head
            found = _seen(found, answer, head=head)
            if answer.status in (401, 402):
                break
        self._manners.ended(host, well=not found.error)
        return found

    def _ask(self, line: "requests.Session", method: str, url: str) -> "_Answer":
        """One request with its redirects, each hop paced and guarded."""
        here = url
        for hops in range(self._limits.hops + 1):
            try:
                self._guard.check(here)
            except FetchError as error:
                raise _Failure("refused", error.reason) from error
            self._manners.turn(host_key(urlsplit(here).netloc), self._pace)
            answer = _request(line, method, here, self._limits)
            target = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not target:
                return msgspec.structs.replace(answer, hops=hops)
            here = urljoin(here, target)
        raise _Failure("error", "redirects")


class _Failure(Exception):
    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class _Answer(msgspec.Struct, frozen=True):
    url: str
    status: int
    headers: Mapping[str, str]
    start: bytes
    certificate_end: str
    hops: int = 0


def _request(line: "requests.Session", method: str, url: str, limits: Limits) -> _Answer:
    import requests
    from urllib3.exceptions import HTTPError

    from dcat_harvest.connections import cut_after

    headers = {"Accept-Encoding": "identity"}
    if method == "GET":
        headers["Range"] = f"bytes=0-{sniff.START - 1}"
    try:
        with cut_after(limits.total):
            answer = line.request(
                method,
                url,
                headers=headers,
                allow_redirects=False,
                stream=True,
                timeout=(limits.connect, limits.read),
            )
            with closing(answer):
                end = getattr(answer.raw.connection, "certificate_end", "")
                # A HEAD answer is empty, but a connection not read to its end is lost.
                start = bytes(answer.raw.read()) if method == "HEAD" else _start(answer)
    except FetchError as error:
        raise _Failure("refused", error.reason) from error
    except requests.exceptions.SSLError as error:
        wrong = _certificate(error)
        raise _Failure("certificate" if wrong else "error", wrong or "tls") from error
    except requests.Timeout as error:
        raise _Failure("error", "timeout") from error
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise _Failure("error", "connection") from error
    names = {name.lower(): value for name, value in answer.headers.items()}
    return _Answer(
        url=url,
        status=answer.status_code,
        headers=names,
        start=start,
        certificate_end=_moment(end),
    )


def _start(answer: "requests.Response") -> bytes:
    """The first bytes, also of a host that ignores the range: the rest is not read."""
    parts: list[bytes] = []
    size = 0
    while size < sniff.START:
        part = answer.raw.read1(sniff.START - size, decode_content=False)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _certificate(error: BaseException) -> str:
    """What is wrong with the certificate; empty where TLS failed for another reason."""
    seen: list[object] = [error]
    for one in seen:  # requests wraps urllib3, which wraps ssl
        if isinstance(one, ssl.SSLCertVerificationError):
            return _WRONG.get(one.verify_code, "untrusted")
        parts = (*getattr(one, "args", ()), getattr(one, "reason", None))
        seen += (x for x in parts if isinstance(x, BaseException) and x not in seen)
    return ""


# Codes of X509_verify_cert_error_string, https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_WRONG = {9: "early", 10: "expired", 62: "wrong-host", 64: "wrong-host"}


def _moment(told: str) -> str:
    """An end date as ssl tells it, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC).isoformat() if told else ""


def _seen(probe: Probe, answer: _Answer, *, head: int | None) -> Probe:
    """A probe with what an answer adds."""
    headers, status = answer.headers, 200 if answer.status == 206 else answer.status
    range_of = _TOTAL.search(headers.get("content-range", ""))
    length = range_of[1] if range_of else headers.get("content-length", "")
    sized = length.isdecimal() and answer.status in (200, 206)
    return msgspec.structs.replace(
        probe,
        head=head,
        status=status,
        final_url=answer.url if answer.url != probe.url else "",
        redirects=answer.hops,
        content_type=headers.get("content-type", ""),
        bytes=int(length) if sized else probe.bytes,
        kind=sniff.kind(answer.start) if status < 300 else "",
        login=status in (401, 403) or _is_login(probe.url, answer.url),
        certificate_end=answer.certificate_end,
        error="",
    )


def _is_login(asked: str, reached: str) -> bool:
    """Whether a redirect led to where one logs in, which the address asked did not say."""
    if asked == reached:
        return False
    places = [urlsplit(x) for x in (asked, reached)]
    told = [bool(_LOGIN.search(x.netloc) or _LOGIN.search(x.path)) for x in places]
    return told[1] and not told[0]


def links(index: Index) -> list[str]:
    """Every access, download and web page address of the datasets of a graph, once, sorted."""
    found = set[str]()
    for dataset in datasets(index):
        found.update(text(x) for _, x in addresses(index, dataset))
        found.update(map(text, index.objects(dataset, v.LANDING_PAGE)))
    return sorted(x for x in found if x.startswith(("http://", "https://")))
