"""Which addresses may be asked at all: no inner network, no odd scheme or port, no credentials."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from dcat_harvest.addresses import DEFAULT_PORT, host_key, redacted
from dcat_harvest.errors import FetchError

PORTS = frozenset({80, 443, 8080, 8443})
MOST_LENGTH = 8000
"""Characters of an address: what RFC 9110 section 4.1 asks every server to take."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""Host and port -> IP addresses; raises OSError."""

_INNER_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain")
_NUMBERS = re.compile(r"[0-9a-fx.]+")
_AZURE = ipaddress.IPv4Address("168.63.129.16")  # platform service behind a public address
_EMBEDDING = tuple(
    (ipaddress.IPv6Network(network), shift)
    for network, shift in (("::/96", 0), ("64:ff9b::/96", 0), ("2002::/16", 80))
)


def resolve(host: str, port: int) -> list[str]:
    """Look up the addresses of a host as the system does. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Guard:
    """Refuses addresses that a page of others must not send us to.

    `inside` names hosts (`ckan.intern`, `127.0.0.1:8099`) that the operator trusts though they
    are in the inner network. A start address that says by itself that it is inner (127.0.0.1,
    localhost) is trusted with exactly its port; a public name that leads inside is not.
    """

    def __init__(
        self,
        *,
        inside: Iterable[str] = (),
        ports: Iterable[int] = PORTS,
        resolve: Resolve = resolve,
    ) -> None:
        self._inside = {name.lower() for name in inside}
        self._named: set[str] = set()
        self._ports = frozenset(ports)
        self._resolve = resolve

    def check(self, url: str, start: Iterable[str] = ()) -> None:
        """Refuse an address by what is written in it. Raises FetchError.

        `start` are the start addresses of the source: their hosts and ports are allowed.
        """
        scheme, host, port = _parts(url)
        place = f"{host}:{port}"
        literal = _literal(host)
        is_written_inner = _is_inner_name(host) if literal is None else is_inner(literal)
        if (scheme, host, port) in {_parts(address) for address in start}:
            self._named.add(place)
            if is_written_inner:
                self._inside.add(place)
        if port not in self._ports and place not in self._named | self._inside:
            raise FetchError(redacted(url), f"port {port} is not allowed")
        if is_written_inner and not self._trusts(host, port):
            raise FetchError(redacted(url), f"host {host} is in the inner network")

    def addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host to addresses that may be connected to; one inner one refuses all.

        Raises FetchError for an inner address and OSError where the name has none.
        """
        found = list(self._resolve(host.strip("[]"), port))
        if not found:
            raise OSError(f"no address for {host}")
        for text in found:
            literal = _literal(text)
            if not self._trusts(host, port) and (literal is None or is_inner(literal)):
                raise FetchError(f"//{host}:{port}", f"host {host} is in the inner network")
        return found

    def _trusts(self, host: str, port: int) -> bool:
        host = host_key(host.strip("[]"))
        return host in self._inside or f"{host}:{port}" in self._inside


def is_inner(address: Address) -> bool:
    """Whether an address is not on the public internet, or leads to one that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = _embedded(address)
        if embedded is not None:
            return is_inner(embedded)
    return not address.is_global or address.is_multicast or address == _AZURE


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Find the IPv4 address that a translating or tunnelling IPv6 address stands for."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.teredo is not None:
        return address.teredo[1]
    for network, shift in _EMBEDDING:
        if address in network and int(address) > 1:
            return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return None


def _literal(host: str) -> Address | None:
    host = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        # 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1 to the system's resolver.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_inner_name(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _INNER_NAMES)


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address that is fit to be asked. Raises FetchError."""
    shown = redacted(url)[:300]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(shown, f"not an address ({error})") from error
    if parts.scheme not in DEFAULT_PORT:
        raise FetchError(shown, f"scheme {parts.scheme or 'none'!r} is not http or https")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{parts.scheme}://{parts.hostname}", "address holds credentials")
    if not parts.hostname:
        raise FetchError(shown, "address without a host")
    if len(url) > MOST_LENGTH or any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in url):
        raise FetchError(shown, "address too long or with control characters")
    return parts.scheme, host_key(parts.hostname), port or DEFAULT_PORT[parts.scheme]
