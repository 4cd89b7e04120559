"""One request over the line, bounded in bytes and in time."""

import contextlib
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from dcat_harvest.addresses import redacted
from dcat_harvest.connections import cut_after
from dcat_harvest.errors import FetchError
from dcat_harvest.manners import Limits
from dcat_harvest.recording import Exchange

_BLOCK = 2**16


class BrokenLineError(FetchError):
    """A connection that could not be made or broke off: worth another try."""


class TimeUpError(FetchError):
    """An answer that took longer than a page may take."""


LINE_ERRORS = (BrokenLineError, TimeUpError)


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
    with cut_after(limits.total) as is_over:
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
                payload = _payload(answer, shown, limits)
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
    if answer.request.method == "HEAD":
        return bytes(answer.raw.read())  # empty; a connection that is not read to its end is lost
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
