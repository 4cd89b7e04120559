"""`/sparql`: the SPARQL 1.1 protocol, read-only (W3C, 21 March 2013)."""

import asyncio
import gzip
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from dcat_harvest.errors import UsageError
from dcat_harvest.serve.accept import choose, takes_gzip
from dcat_harvest.serve.answering import Headers, Receive, Request, Send, reply, say
from dcat_harvest.serve.pool import Busy, Pool, Stopped
from dcat_harvest.serve.results import GRAPH_TYPES, RESULT_TYPES
from dcat_harvest.serve.settings import Limits
from dcat_harvest.serve.worker import Ask
from dcat_harvest.store.answers import check_readonly

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
# Names by which programs ask for the same.
ROWS = {**RESULT_TYPES, "json2": "application/json", "xml2": "application/xml", "xml3": "text/xml"}
GRAPHS = {
    **GRAPH_TYPES,
    "json2": "application/json",
    "xml2": "application/xml",
    "nt2": "text/plain",
}
NAMES = {"json2": "json", "xml2": "xml", "xml3": "xml"}
GRAPH_NAMES = {"json2": "jsonld", "xml2": "rdf", "nt2": "nt"}


class Refused(Exception):
    """A request that is not answered: status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def answer(send: Send, receive: Receive, asked: Request, pool: Pool, limits: Limits) -> None:
    """Answer one protocol request."""
    try:
        question = _question(await _parameters(receive, asked, limits), asked, limits)
        head, body = await pool.ask(question)
    except Refused as problem:
        close: Headers = [(b"connection", b"close")] if problem.status == 408 else []
        await say(send, asked, problem.status, str(problem), close)
        return
    except UsageError as problem:
        await say(send, asked, 403, str(problem))
        return
    except Busy:
        retry = [(b"retry-after", b"5")]
        await say(send, asked, 503, "Too many queries wait; try again in a moment.", retry)
        return
    except Stopped as problem:
        await say(send, asked, 503, str(problem))
        return
    except FileNotFoundError:
        await say(send, asked, 503, "There is no store yet; dcat-harvest load makes one.")
        return
    headers: Headers = [
        (b"content-type", head.media_type.encode()),
        (b"vary", b"Accept, Accept-Encoding"),
        (b"cache-control", b"no-cache"),
    ]
    if head.cut:
        headers.append((b"x-sparql-maxrows", str(head.cut).encode()))
    if len(body) > 1000 and takes_gzip(asked.headers.get(b"accept-encoding", "")):
        body = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    await reply(send, asked, head.status, headers, body)


async def _parameters(receive: Receive, asked: Request, limits: Limits) -> Mapping[str, list[str]]:
    if asked.method in ("GET", "HEAD"):
        return _form(asked.query, limits)
    kind = asked.headers.get(b"content-type", "").partition(";")[0].strip().lower()
    if kind == "application/sparql-update":
        raise Refused(403, "Updates are not taken here: this endpoint only reads.")
    if kind not in ("application/sparql-query", "application/x-www-form-urlencoded"):
        raise Refused(
            415, "Send a form, or a query as application/sparql-query (SPARQL 1.1 Protocol)."
        )
    body = await _body(receive, asked, limits)
    if kind == "application/x-www-form-urlencoded":
        return _form(body, limits)
    try:
        return {**_form(asked.query, limits), "query": [body.decode()]}
    except UnicodeDecodeError:
        raise Refused(400, "The query is not UTF-8.") from None


async def _body(receive: Receive, asked: Request, limits: Limits) -> bytes:
    stated = asked.headers.get(b"content-length", "0")
    if stated.isdigit() and int(stated) > limits.query_bytes:
        raise Refused(413, f"A query may have {limits.query_bytes} bytes.")
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > limits.query_bytes:
                    raise Refused(413, f"A query may have {limits.query_bytes} bytes.")
                if message["type"] == "http.disconnect":
                    raise Refused(400, "The connection ended before the query did.")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise Refused(408, "The query did not come in time.") from None


def _form(data: bytes, limits: Limits) -> dict[str, list[str]]:
    if len(data) > limits.query_bytes:
        raise Refused(413, f"A query may have {limits.query_bytes} bytes.")
    try:
        return parse_qs(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        raise Refused(400, "The parameters cannot be read.") from None


def _question(given: Mapping[str, list[str]], asked: Request, limits: Limits) -> Ask:
    if "update" in given:
        raise Refused(403, "Updates are not taken here: this endpoint only reads.")
    queries = given.get("query", [])
    if len(queries) != 1:
        raise Refused(400, f"Give one parameter 'query'; there are {len(queries)}.")
    for text in (queries[0], unescaped(queries[0])):
        check_readonly(text)
    graphs = (*given.get("default-graph-uri", ()), *given.get("named-graph-uri", ()))
    if any(not _ABSOLUTE.fullmatch(x) for x in graphs):
        raise Refused(400, "A graph is named by an absolute IRI.")
    accept = asked.headers.get(b"accept")
    rows, graph = choose(accept, tuple(ROWS), ROWS), choose(accept, tuple(GRAPHS), GRAPHS)
    if not rows and not graph:
        raise Refused(406, "Answers are given as " + _offered() + ".")
    return Ask(
        query=queries[0],
        rows_as=NAMES.get(rows, rows),
        graph_as=GRAPH_NAMES.get(graph, graph),
        rows=limits.rows,
        triples=limits.triples,
        default=tuple(given.get("default-graph-uri", ())),
        named=tuple(given.get("named-graph-uri", ())),
    )


def _offered() -> str:
    types = (*RESULT_TYPES.values(), *GRAPH_TYPES.values())
    return ", ".join(t.partition(";")[0] for t in types)


def unescaped(text: str) -> str:
    r"""A query with its `\u` escapes read: `SERVICE` may be written with them too."""

    def read(found: re.Match[str]) -> str:
        number = int(found[1] or found[2], 16)
        return chr(number) if number < 0x110000 else found[0]

    return _ESCAPE.sub(read, text)
