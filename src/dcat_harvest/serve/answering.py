"""Sends answers: status, headers and body; conditional and HEAD requests."""

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from html import escape
from typing import Any

import msgspec

from dcat_harvest.publish.site.writing import CSP
from dcat_harvest.serve.accept import choose
from dcat_harvest.serve.forms import Body

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
CHUNK = 1 << 16
ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"content-location, etag, link, x-sparql-maxrows"),
]
PAGE = f"{CSP}; frame-ancestors 'none'".encode()


class Request(msgspec.Struct, frozen=True):
    """What we need of a request; header names in lower case."""

    method: str
    path: str
    """Raw, without the base's own path and without its leading slash."""
    mount: str
    """The path in front of that, ending in a slash."""
    headers: dict[bytes, str]
    query: bytes


def request(scope: Scope, mount: str) -> Request:
    """A request from its ASGI scope."""
    raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    inside = raw.startswith(mount)
    headers: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return Request(
        scope["method"],
        raw[len(mount) :] if inside else raw.lstrip("/"),
        mount if inside else "/",
        headers,
        scope["query_string"],
    )


async def reply(send: Send, asked: Request, status: int, headers: Headers, body: bytes) -> None:
    """Send an answer whose body is in memory."""
    whole = [*headers, *ALWAYS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    shown = b"" if asked.method == "HEAD" else body
    await send({"type": "http.response.body", "body": shown})


async def reply_body(send: Send, asked: Request, headers: Headers, body: Body) -> None:
    """Send a body of the release: 304 where the client has it, else 200."""
    if body.data is not None:
        await reply(send, asked, 200, headers, body.data)
        return
    whole = [*headers, *ALWAYS, (b"content-length", str(body.length).encode())]
    assert body.path is not None
    with body.path.open("rb") as file:
        await send({"type": "http.response.start", "status": 200, "headers": whole})
        while asked.method != "HEAD" and (chunk := file.read(CHUNK)):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def unchanged(asked: Request, etag: str, modified: str) -> bool:
    """Whether the client's copy is still right (RFC 9110, 13)."""
    tags = asked.headers.get(b"if-none-match")
    if tags is not None:
        given = {t.strip().removeprefix("W/") for t in tags.split(",")}
        return "*" in given or etag in given
    since = asked.headers.get(b"if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since) >= datetime.fromisoformat(modified)
    except (ValueError, TypeError):
        return False


@lru_cache(maxsize=16)
def http_date(time: str) -> bytes:
    """An ISO moment as HTTP writes it."""
    return format_datetime(datetime.fromisoformat(time), usegmt=True).encode()


async def say(
    send: Send, asked: Request, status: int, text: str, headers: Headers | None = None
) -> None:
    """An answer that is a sentence: a small page for a browser, plain text for a program."""
    kinds = {"html": "text/html", "txt": "text/plain"}
    more = [(b"vary", b"Accept"), (b"cache-control", b"no-store"), *(headers or [])]
    if choose(asked.headers.get(b"accept", "text/plain"), ("txt", "html"), kinds) == "html":
        page = _page(status, text, asked.mount)
        kind: Headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", PAGE),
        ]
        await reply(send, asked, status, kind + more, page)
    else:
        kind = [(b"content-type", b"text/plain; charset=utf-8")]
        await reply(send, asked, status, kind + more, f"{text}\n".encode())


def _page(status: int, text: str, mount: str) -> bytes:
    return (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{status}</title>"
        f'<link rel="stylesheet" href="{escape(mount)}assets/site.css"></head><body>'
        f'<main class="wrap"><h1>{status}</h1><p class="lead">{escape(text)}</p>'
        f'<p><a href="{escape(mount)}index.html">Catalogus</a></p></main></body></html>\n'
    ).encode()
