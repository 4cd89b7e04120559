"""One request over the line: pinned to checked addresses, bounded in bytes and in time."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from socket import SHUT_RDWR, socket
from typing import Any

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from dcat_harvest.addresses import redacted
from dcat_harvest.decode import MOST_BYTES
from dcat_harvest.errors import FetchError
from dcat_harvest.guard import Guard
from dcat_harvest.recording import Exchange

_BLOCK = 2**16
MOST_ADDRESSES = 4
"""Addresses of one host that are tried: each may cost the whole connect time."""


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


class BrokenLineError(FetchError):
    """A connection that could not be made or broke off: worth another try."""


class TimeUpError(FetchError):
    """An answer that took longer than a page may take."""


LINE_ERRORS = (BrokenLineError, TimeUpError)


class _Deadline(threading.local):
    """The sockets that the request of this thread uses, to be cut when its time is over."""

    connections: list[HTTPConnection] | None = None


_deadline = _Deadline()


def session(guard: Guard, user_agent: str) -> requests.Session:
    """Make a session that keeps no cookies, reads no .netrc and connects as the guard allows."""
    made = _Session()
    made.mount("http://", _Adapter(guard))
    made.mount("https://", _Adapter(guard))
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.auth = _no_netrc
    made.headers.clear()
    made.headers.update(
        {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    )
    return made


def exchange(
    line: requests.Session,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    limits: Limits,
    now: Callable[[], str],
) -> Exchange:
    """Ask one address once; redirects are not followed.

    Raises BrokenLineError where another try may help, else FetchError.
    """
    shown = redacted(url)
    with _cut_after(limits.total) as is_over:
        try:
            answer = line.request(
                method,
                url,
                headers=dict(headers),
                allow_redirects=False,
                stream=True,
                timeout=(limits.connect, limits.read),
            )
            with contextlib.closing(answer):
                payload = b"" if method == "HEAD" else _payload(answer, shown, limits)
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            if is_over():
                raise _over(shown, limits) from error
            raise _reason(shown, error) from error
        if is_over():  # a cut line looks like the end of a body without Content-Length
            raise _over(shown, limits)
    return Exchange(
        method=method,
        url=url,
        asked=_text(answer.request.headers),
        status=answer.status_code,
        reason=answer.reason or "",
        answered=tuple(answer.raw.headers.iteritems()),
        payload=payload,
        time=now(),
    )


def _payload(answer: requests.Response, shown: str, limits: Limits) -> bytes:
    if _stated(answer) > limits.received:
        raise FetchError(shown, f"body larger than {limits.received} bytes")
    parts: list[bytes] = []
    total = 0
    while part := answer.raw.read1(_BLOCK, decode_content=False):
        total += len(part)
        if total > limits.received:
            raise FetchError(shown, f"body larger than {limits.received} bytes")
        parts.append(part)
    return b"".join(parts)


def _stated(answer: requests.Response) -> int:
    text = answer.headers.get("Content-Length", "").strip()
    return int(text[:18]) if text.isdecimal() and text.isascii() else 0


def _over(shown: str, limits: Limits) -> FetchError:
    return TimeUpError(shown, f"no whole answer within {limits.total:g} seconds")


def _reason(shown: str, error: Exception) -> FetchError:
    match error:
        case requests.exceptions.SSLError():
            return FetchError(shown, "the certificate of the host is not to be trusted")
        case requests.Timeout():
            return BrokenLineError(shown, "no answer in time")
        case (
            requests.exceptions.InvalidURL()
            | requests.exceptions.InvalidSchema()
            | requests.exceptions.MissingSchema()
            | UnicodeError()
        ):
            return FetchError(shown, "not an address that can be asked")
        case requests.exceptions.ProxyError():
            return BrokenLineError(shown, "the proxy gave no answer")
        case _:
            return BrokenLineError(shown, f"the connection failed ({type(_root(error)).__name__})")


def _root(error: BaseException) -> BaseException:
    """Find what an error was at first: requests wraps urllib3, which wraps the socket's."""
    for _ in range(10):
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    return error


def _text(headers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
        for name, value in headers.items()
    )


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def _cut_after(seconds: float) -> Iterator[Callable[[], bool]]:
    """Break off the connections of this thread's request after so many seconds.

    Timeouts of sockets count from one piece to the next; a host that drips a byte a minute,
    in headers too, is stopped by this alone.
    """
    over = threading.Event()
    used: list[HTTPConnection] = []
    timer = threading.Timer(seconds, _cut, (used, over))
    timer.daemon = True
    _deadline.connections = used
    timer.start()
    try:
        yield over.is_set
    finally:
        timer.cancel()
        _deadline.connections = None


def _cut(used: list[HTTPConnection], over: threading.Event) -> None:
    over.set()
    for connection in used:
        # http.client lets go of the socket of an answer that ends with the connection.
        line = connection.sock or getattr(connection, "last_line", None)
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(SHUT_RDWR)


class _Session(requests.Session):
    """A session that leaves redirects to us.

    Even where it shall not follow them, requests reads the body of a redirect whole and unpacked.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Know of no next address."""


class _Watched(HTTPConnection):
    """A connection that is cut when the time of its request is over."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request, as urllib3 does."""
        if _deadline.connections is not None:
            _deadline.connections.append(self)
        super().request(*args, **kwargs)
        self.last_line = self.sock


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS."""


def _pinned(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Make pools whose connections resolve and check a host themselves.

    The name is looked up once and the connection goes to an address of that one answer, so a
    second answer of a rebinding name server is never asked for. TLS and Host keep the name.
    """

    class Pinned(_Watched):
        def _new_conn(self) -> socket:
            name = self._dns_host
            found = guard.addresses(name, self.port)[:MOST_ADDRESSES]
            try:
                for number, address in enumerate(found, start=1):
                    self._dns_host = address
                    try:
                        return super()._new_conn()
                    except (HTTPError, OSError):
                        if number == len(found):
                            raise
            finally:
                self._dns_host = name
            raise OSError(f"no address for {name}")

    class PinnedTls(Pinned, _WatchedTls):
        pass

    return _pools(Pinned, PinnedTls)


def _pools(plain: type[HTTPConnection], tls: type[HTTPSConnection]) -> dict[str, Any]:
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("PoolTls", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }


class _Adapter(HTTPAdapter):
    """Goes straight to checked addresses; a proxy of the environment resolves by itself."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(pool_maxsize=8)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pinned(self._guard)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pools of connections to a proxy."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known and not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _pools(_Watched, _WatchedTls)
        return manager
