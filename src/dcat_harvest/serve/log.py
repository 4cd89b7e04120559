"""The access log: one line per request in the common form, addresses shortened."""

import re
import sys
import time
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Any, TextIO

_UNSAFE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


def line(scope: Any, status: int, length: int, seconds: float) -> str:
    """One line; the last part of the client's address is left out, for nobody has to be known."""
    client = (scope.get("client") or ("-", 0))[0]
    query = scope["query_string"].decode("latin-1")[:500]
    target = scope["raw_path"].decode("latin-1")[:2000] + (f"?{query}" if query else "")
    agent = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"user-agent"), "-")
    return (
        f'{shortened(client)} - - [{_now()}] "{scope["method"]} {_safe(target)} '
        f'HTTP/{scope["http_version"]}" {status} {length} "-" "{_safe(agent[:200])}" '
        f"{seconds:.3f}\n"
    )


@lru_cache(maxsize=1024)
def shortened(address: str) -> str:
    """An address without its last part: 192.0.2.0, 2001:db8:1::."""
    if ":" in address:
        bits = int(IPv6Address(address.partition("%")[0]))
        return str(IPv6Address(bits >> 80 << 80))
    head, dot, _ = address.rpartition(".")
    return f"{head}.0" if dot else address


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", text)


def _now() -> str:
    return _stamp(int(time.time()))


@lru_cache(maxsize=2)
def _stamp(now: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now))


def write(stream: TextIO | None, text: str) -> None:
    """Write a line to the log, standard error where none is given."""
    (stream or sys.stderr).write(text)
