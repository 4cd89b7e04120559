"""Queries to a remote SPARQL server, by SPARQLWrapper; the only module that imports it."""

import urllib.error
import warnings
from typing import Any

import pyoxigraph as ox
import requests
from requests.auth import HTTPDigestAuth

from dcat_harvest.errors import StoreError, UsageError
from dcat_harvest.store import Format
from dcat_harvest.store.answers import check_readonly, prefixes, render, syntax_error, undeclared
from dcat_harvest.store.http import AGENT, Http, shown, wait_of

_TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/n3": ox.RdfFormat.N3,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}


def remote_query(
    url: str,
    text: str,
    format: Format,
    http: Http,
    *,
    timeout: float | None = None,
    union: bool = False,
) -> str:
    """Ask a server and render its answer; our prefixes are declared where the query uses them.

    `union` asks an Oxigraph server, which else looks in its default graph only, for all graphs.
    """
    check_readonly(text, federated=True)
    extra = {"union-default-graph": "true"} if union and _is_oxigraph(url, http) else {}
    kind, body = _ask(url, declared(text), extra, http, timeout)
    base = kind.partition(";")[0].strip().lower()
    try:
        if base in _TRIPLES:
            found = ox.parse(body, format=_TRIPLES[base])
            return render([ox.Triple(q.subject, q.predicate, q.object) for q in found], format)
        if base in _RESULTS:
            return render(ox.parse_query_results(body, format=_RESULTS[base]), format)
    except SyntaxError as problem:
        raise StoreError(f"{shown(url)}: the answer cannot be read: {problem}") from None
    raise StoreError(f"{shown(url)}: answered {base or 'nothing'}, which is no SPARQL result")


def declared(text: str) -> str:
    """The query with a PREFIX line for each of our prefixes that it uses but does not declare."""
    missing = undeclared(text)
    wanted = [(p, iri) for p, iri in prefixes().items() if p in missing]
    # On one line, so that line numbers in error messages stay those of the query.
    return "".join(f"PREFIX {p}: <{iri}> " for p, iri in wanted) + text


def _is_oxigraph(url: str, http: Http) -> bool:
    try:
        server = http.send("HEAD", url).headers.get("Server", "")
    except StoreError:
        return False
    return server.lower().startswith("oxigraph")


def _wrapper(url: str, text: str, extra: dict[str, str], http: Http, timeout: float | None) -> Any:
    from SPARQLWrapper import DIGEST, JSON, POST, TURTLE, SPARQLWrapper

    wrapper = SPARQLWrapper(url, agent=AGENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it guesses at what the server will tell exactly
        wrapper.setQuery(text)
    wrapper.setOnlyConneg(True)
    wrapper.setReturnFormat(JSON if wrapper.queryType in ("SELECT", "ASK") else TURTLE)
    wrapper.setTimeout(int(timeout or http.timeout[1]))
    if len(text) > 1500:
        wrapper.setMethod(POST)
    for name, value in extra.items():
        wrapper.addParameter(name, value)
    who = http.credentials
    if who.token:
        wrapper.addCustomHttpHeader("Authorization", f"Bearer {who.token}")
    elif who.user:
        wrapper.setCredentials(who.user, who.password)
        if isinstance(http.session.auth, HTTPDigestAuth):
            wrapper.setHTTPAuth(DIGEST)
    return wrapper


def _ask(
    url: str, text: str, extra: dict[str, str], http: Http, timeout: float | None
) -> tuple[str, bytes]:
    """Content type and body of the answer."""
    from SPARQLWrapper import SPARQLExceptions as Bad

    for attempt in range(1, http.tries + 1):
        try:
            response = _wrapper(url, text, extra, http, timeout).query().response
            return response.headers.get("Content-Type", ""), response.read()
        except Bad.QueryBadFormed as problem:
            raise _bad_query(url, text, problem) from None
        except Bad.SPARQLWrapperException as problem:
            if isinstance(problem, Bad.Unauthorized) and _learns_digest(url, http):
                continue
            raise StoreError(f"{shown(url)}: {_short(problem)}") from None
        except urllib.error.HTTPError as problem:
            if problem.code not in (429, 502, 503, 504) or attempt == http.tries:
                raise StoreError(f"{shown(url)}: answered {problem.code}") from None
            answer = requests.Response()
            answer.headers.update(problem.headers)
            http.sleep(wait_of(answer, 2.0 ** (attempt - 1)))
        except TimeoutError:
            raise StoreError(f"{shown(url)}: no answer in time; the query was given up") from None
        except OSError as problem:
            if attempt == http.tries:
                raise StoreError(f"{shown(url)}: the connection failed: {problem}") from None
            http.sleep(2.0 ** (attempt - 1))
    raise AssertionError("unreachable")


def _learns_digest(url: str, http: Http) -> bool:
    before = http.session.auth
    http.send("GET", url, params={"query": "ASK {}"})
    return http.session.auth is not before


def _bad_query(url: str, text: str, problem: Exception) -> UsageError:
    try:
        ox.Store().query(text)
    except SyntaxError as ours:
        return syntax_error(text, ours)
    return UsageError(f"{shown(url)} refused the query: {_short(problem)}")


def _short(problem: Exception) -> str:
    said = problem.args[0] if problem.args else problem
    text = " ".join(str(said).split())
    _, _, detail = text.partition("Response:")
    return shown((detail or text).strip(" b'"))[:400]
