"""The application: a request in, an answer from the current release out."""

import json
import time
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from dcat_harvest.serve import described, log, sparql
from dcat_harvest.serve.accept import TYPES, choose, takes_gzip
from dcat_harvest.serve.answering import (
    PAGE,
    Headers,
    Message,
    Receive,
    Request,
    Scope,
    Send,
    http_date,
    reply,
    reply_body,
    request,
    say,
    unchanged,
)
from dcat_harvest.serve.forms import Bodies
from dcat_harvest.serve.pool import Pool
from dcat_harvest.serve.release import Current, Release
from dcat_harvest.serve.settings import Limits
from dcat_harvest.serve.things import RDF, Form, Gone, Thing, find

SMALL = 600
"""Bodies below this are not compressed: it would save nothing."""
MOST_PATH = 4096


class App:
    """ASGI application over an output folder."""

    def __init__(
        self, output: Path, limits: Limits | None = None, log_to: TextIO | None = None
    ) -> None:
        self.limits = limits or Limits()
        self.current = Current(output)
        self.bodies = Bodies(self.limits.cache_bytes)
        self.pool = Pool(output / "store", self.limits)
        self.described = described.Described()
        self.log_to = log_to
        self._served: Path | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._logged(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self.current.get()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        self.bodies.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, status, length = time.monotonic(), 500, 0

        async def noted(message: Message) -> None:
            nonlocal status, length
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                length += len(message.get("body", b""))
            await send(message)

        try:
            await self._answer(scope, receive, noted)
        finally:
            log.write(self.log_to, log.line(scope, status, length, time.monotonic() - start))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        release = self.current.get()
        mount = urlsplit(release.names.base).path if release else "/"
        asked = request(scope, mount)
        if release is None:
            await say(send, asked, 503, "There is no release yet; dcat-harvest run makes one.")
        elif len(asked.path) > MOST_PATH:
            await say(send, asked, 414, f"An address may have {MOST_PATH} characters.")
        elif asked.method not in ("GET", "HEAD", "OPTIONS", "POST"):
            await self._not_allowed(send, asked)
        elif asked.path == "healthz":
            await self._health(send, asked, release)
        elif asked.path == "sparql":
            await self._sparql(send, receive, asked, release)
        elif asked.method == "OPTIONS":
            await reply(send, asked, 204, [(b"allow", b"GET, HEAD, OPTIONS")], b"")
        elif asked.method == "POST":
            await self._not_allowed(send, asked)
        else:
            await self._thing(send, asked, release)

    async def _not_allowed(self, send: Send, asked: Request) -> None:
        allow = b"GET, HEAD, OPTIONS, POST" if asked.path == "sparql" else b"GET, HEAD, OPTIONS"
        await say(send, asked, 405, "This method is not taken here.", [(b"allow", allow)])

    async def _health(self, send: Send, asked: Request, release: Release) -> None:
        found = {"status": "ok", "release": release.name, "generated": release.generated}
        kind = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await reply(send, asked, 200, kind, json.dumps(found).encode() + b"\n")

    async def _sparql(self, send: Send, receive: Receive, asked: Request, release: Release) -> None:
        if asked.method == "OPTIONS":
            allowed = [
                (b"allow", b"GET, HEAD, OPTIONS, POST"),
                (b"access-control-allow-methods", b"GET, HEAD, OPTIONS, POST"),
                (b"access-control-allow-headers", b"content-type, accept"),
            ]
            await reply(send, asked, 204, allowed, b"")
            return
        accept = asked.headers.get(b"accept", "")
        browser = asked.method != "POST" and "text/html" in accept
        if browser or (asked.method != "POST" and not asked.query):
            # A person gets the editor, with the query of the address; a program the description.
            file = "sparql" if browser else "void"
            path = f"{file}.html" if browser else file
            moved = Request(asked.method, path, asked.mount, asked.headers, b"")
            await self._thing(send, moved, release)
            return
        await sparql.answer(send, receive, asked, self.pool, self.limits)

    async def _thing(self, send: Send, asked: Request, release: Release) -> None:
        if self._served != release.folder:
            self.bodies.forget()
            self._served = release.folder
        found = find(release, asked.path)
        match found:
            case Thing():
                await self._form(send, asked, release, found)
            case Gone():
                await self._gone(send, asked, release, found)
            case None:
                await self._provenance(send, asked, release)

    async def _form(self, send: Send, asked: Request, release: Release, thing: Thing) -> None:
        offered = tuple(thing.forms)
        types = TYPES if thing.negotiated else {x: f.media_type for x, f in thing.forms.items()}
        accept = asked.headers.get(b"accept") if thing.negotiated else None
        chosen = choose(accept, offered, types)
        if not chosen:
            have = ", ".join(TYPES[x].partition(";")[0] for x in offered)
            await say(send, asked, 406, f"This is to be had as: {have}.", _links(asked, thing))
            return
        form = thing.forms[chosen]
        packed = (
            takes_gzip(asked.headers.get(b"accept-encoding", ""))
            and release.files[form.file].bytes > SMALL
        )
        try:
            body = await self.bodies.body(release, form, packed=packed)
        except OSError:
            await say(send, asked, 404, "There is nothing at this address.")
            return
        headers = _headers(asked, release, thing, form, packed=packed)
        headers.append((b"etag", body.etag.encode()))
        if unchanged(asked, body.etag, release.generated):
            status: Any = {"type": "http.response.start", "status": 304, "headers": headers[1:]}
            await send(status)
            await send({"type": "http.response.body", "body": b""})
        else:
            await reply_body(send, asked, headers, body)

    async def _gone(self, send: Send, asked: Request, release: Release, gone: Gone) -> None:
        title, time_, lines = described.withdrawn(release, gone.iri)
        chosen = choose(asked.headers.get(b"accept"), ("html", *RDF))
        if chosen in RDF:
            kind = [(b"content-type", TYPES[chosen].encode()), (b"vary", b"Accept")]
            await reply(send, asked, 410, kind, described.written(lines, chosen))
        else:
            await say(send, asked, 410, f"{title}: vervallen / withdrawn, {time_[:10]}.")

    async def _provenance(self, send: Send, asked: Request, release: Release) -> None:
        lines = await self.described.lines(release, asked.path)
        if not lines:
            await say(send, asked, 404, "Hier is niets. / There is nothing at this address.")
            return
        chosen = choose(asked.headers.get(b"accept"), ("html", *RDF))
        if not chosen:
            await say(send, asked, 406, "This is to be had as HTML and RDF.")
            return
        title = release.names.base + asked.path
        data = (
            described.page(title, lines, asked.mount)
            if chosen == "html"
            else described.written(lines, chosen)
        )
        headers: Headers = [
            (b"content-type", TYPES[chosen].encode()),
            (b"vary", b"Accept"),
            (b"last-modified", http_date(release.generated)),
            *([(b"content-security-policy", PAGE)] if chosen == "html" else []),
        ]
        await reply(send, asked, 200, headers, data)


def _headers(
    asked: Request, release: Release, thing: Thing, form: Form, *, packed: bool
) -> Headers:
    headers = [
        (b"content-type", form.media_type.encode()),
        (b"cache-control", b"no-cache"),
        (b"last-modified", http_date(release.generated)),
        (b"vary", b"Accept, Accept-Encoding" if thing.negotiated else b"Accept-Encoding"),
    ]
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    if thing.negotiated:
        headers.append((b"content-location", (asked.mount + form.location).encode()))
        headers += _links(asked, thing)
    if form.media_type.startswith("text/html"):
        # The report holds its own policy, with the sums of the script and style inside it.
        inside = form.file.startswith("quality/")
        policy = b"frame-ancestors 'none'" if inside else PAGE
        headers += [(b"content-security-policy", policy), (b"server-timing", b"dcat-harvest")]
    return headers


def _links(asked: Request, thing: Thing) -> Headers:
    """Where the forms of a thing are."""
    texts = (
        f'<{asked.mount}{f.location}>; rel="alternate"; type="{f.media_type.partition(";")[0]}"'
        for f in thing.forms.values()
    )
    return [(b"link", ", ".join(texts).encode())]
