"""Connections that go to checked addresses only and can be cut when their time is over."""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLSocket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from dcat_harvest.guard import Guard

MOST_ADDRESSES = 4
"""Addresses of one host that are tried: each may cost the whole connect time."""


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


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def cut_after(seconds: float) -> Iterator[Callable[[], bool]]:
    """Break off the connections of this thread's request after so many seconds.

    Timeouts of sockets count from one piece to the next; a host that drips a byte a minute,
    in headers too, is stopped by this alone.
    """
    with _watch.over(seconds) as request:
        _deadline.connections = request.used
        try:
            yield request.over.is_set
        finally:
            _deadline.connections = None


class _Request:
    """A request at work: what it uses, and when it has to be over."""

    def __init__(self, end: float) -> None:
        self.end = end
        self.used: list[HTTPConnection] = []
        self.over = threading.Event()

    def cut(self) -> None:
        """Break off its connections."""
        self.over.set()
        for connection in self.used:
            # http.client lets go of the socket of an answer that ends with the connection.
            line = connection.sock or getattr(connection, "last_line", None)
            if line is not None:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)


class _Watch:
    """One thread that cuts what takes too long: a timer for each request costs more than it."""

    def __init__(self) -> None:
        self._open: set[_Request] = set()
        self._changed = threading.Condition()
        self._wakes = math.inf
        self._thread = threading.Thread(target=self._run, daemon=True)

    @contextmanager
    def over(self, seconds: float) -> Iterator[_Request]:
        """Watch over one request."""
        request = _Request(time.monotonic() + seconds)
        with self._changed:
            self._open.add(request)
            if not self._thread.is_alive():  # the first request, here or in a forked process
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif request.end < self._wakes:
                self._changed.notify()
        try:
            yield request
        finally:
            with self._changed:
                self._open.discard(request)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for late in [request for request in self._open if request.end <= now]:
                    self._open.discard(late)
                    late.cut()
                self._wakes = min((request.end for request in self._open), default=math.inf)
                self._changed.wait(None if self._wakes == math.inf else self._wakes - now)


_watch = _Watch()


class _Session(requests.Session):
    """A session that leaves redirects to us.

    Even where it shall not follow them, requests reads the body of a redirect whole and unpacked.
    """

    def __init__(self) -> None:
        super().__init__()
        self._merged: dict[tuple[Any, ...], Any] = {}

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Know of no next address."""

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """Look up the proxy of a host once: requests reads the whole environment each time."""
        key = (*urlsplit(url)[:2], stream, verify, cert)
        if key not in self._merged:
            self._merged[key] = super().merge_environment_settings(
                url, proxies, stream, verify, cert
            )
        return {**self._merged[key]}


class _Watched(HTTPConnection):
    """A connection that is cut when the time of its request is over."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request, as urllib3 does."""
        if _deadline.connections is not None:
            _deadline.connections.append(self)
        super().request(*args, **kwargs)
        self.last_line = self.sock
        _acknowledge_at_once(self.sock)


def _acknowledge_at_once(line: socket.socket | None) -> None:
    """Do not let a host wait that sends head and body apart: it would, 40 ms for each answer.

    Its second piece waits for our acknowledgement of the first (RFC 896), which the system holds
    back. Linux forgets this wish with every request.
    """
    if line is not None and hasattr(socket, "TCP_QUICKACK"):  # Linux
        with contextlib.suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS; remembers until when the certificate holds, for the socket may be gone."""

    certificate_end = ""

    def connect(self) -> None:
        """Connect, as urllib3 does."""
        super().connect()
        if isinstance(self.sock, SSLSocket):
            self.certificate_end = str((self.sock.getpeercert() or {}).get("notAfter", ""))


def _pinned(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Make pools whose connections resolve and check a host themselves.

    The name is looked up once and the connection goes to an address of that one answer, so a
    second answer of a rebinding name server is never asked for. TLS and Host keep the name.
    """

    class Pinned(_Watched):
        def _new_conn(self) -> socket.socket:
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
