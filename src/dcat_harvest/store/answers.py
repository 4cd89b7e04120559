"""Answers to SPARQL queries as text, and syntax errors that show the place."""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import TypeAlias, get_args

import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.errors import UsageError
from dcat_harvest.store import Format

Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Triple]
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_RESULTS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "json": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
}
_PLACE = re.compile(r"(?:error )?at (\d+):(\d+):?\s*(.*)", re.DOTALL)
_NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|#[^\n]*",
    re.DOTALL,
)
_WORD = re.compile(r"[?$:@\w.-]+")
_PREFIX_LINE = re.compile(r"\bPREFIX\s+([\w.-]*):", re.IGNORECASE)
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"}


@cache
def prefixes() -> dict[str, str]:
    """The prefixes that a query may use without declaring them."""
    context = json.loads(resources.text("vocab/context.jsonld"))["@context"]
    return {k: v for k, v in context.items() if isinstance(v, str) and v[-1:] in "#/"}


def words(text: str) -> list[str]:
    """The words of a query outside strings, IRIs and comments."""
    return _WORD.findall(_NOT_CODE.sub(" ", text))


def undeclared(text: str) -> set[str]:
    """The prefixes that a query uses without declaring them."""
    used = {w.partition(":")[0] for w in words(text) if ":" in w and w[0] not in "?$_"}
    return used - set(_PREFIX_LINE.findall(_NOT_CODE.sub(" ", text)))


def check_readonly(text: str, *, federated: bool = False) -> None:
    """Refuse updates, and SERVICE unless `federated`: it would make this machine ask others."""
    upper = [w.upper() for w in words(text)]
    verbs = [w for w in upper if w in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"} | _UPDATES]
    if verbs and verbs[0] in _UPDATES:
        raise UsageError(f"{verbs[0]} changes data; query only reads: use load to fill a store")
    if "SERVICE" in upper and not federated:
        raise UsageError("SERVICE is not allowed here: the query would be sent to other servers")


def render(result: Result, format: Format) -> str:
    """A query's result as text in the format asked for."""
    if format not in get_args(Format):
        raise UsageError(f"unknown format {format!r}; choose from {', '.join(get_args(Format))}")
    match result:
        case ox.QueryTriples() | list():
            return _triples(sorted(set(result), key=str), format)
        case ox.QueryBoolean():
            return _boolean(result, format)
        case ox.QuerySolutions():
            return _solutions(result, format)


def _boolean(result: ox.QueryBoolean, format: Format) -> str:
    if format in ("json", "xml"):
        return _text(result.serialize(format=_RESULTS[format]))
    if format == "turtle":
        raise UsageError("ASK answers true or false; turtle needs CONSTRUCT or DESCRIBE")
    return "true\n" if bool(result) else "false\n"


def _solutions(result: ox.QuerySolutions, format: Format) -> str:
    if format == "turtle":
        raise UsageError("SELECT answers rows; turtle needs CONSTRUCT or DESCRIBE")
    if format != "table":
        return _text(result.serialize(format=_RESULTS[format]))
    names = [v.value for v in result.variables]
    return table(names, [[cell(row[name]) for name in names] for row in result])


def _triples(rows: list[ox.Triple], format: Format) -> str:
    if format in _GRAPHS:
        kind = _GRAPHS[format]
        known = prefixes() if format != "json" else None
        return _text(ox.serialize(rows, format=kind, prefixes=known))
    names = ["subject", "predicate", "object"]
    if format == "table":
        cells = [[cell(t.subject), cell(t.predicate), cell(t.object)] for t in rows]
        return table(names, cells)
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in rows)
    listing = "SELECT ?subject ?predicate ?object { ?subject ?predicate ?object }"
    answer = store.query(f"{listing} ORDER BY ?subject ?predicate ?object")
    assert isinstance(answer, ox.QuerySolutions)
    return _text(answer.serialize(format=_RESULTS[format]))


def _text(data: bytes | None) -> str:
    text = (data or b"").decode()
    return text if text.endswith("\n") else text + "\n"


def cell(term: Term | None) -> str:
    """A term for a person's eye: no brackets, no datatype, on one line."""
    match term:
        case None:
            return ""
        case ox.NamedNode() | ox.Literal():
            return " ".join(term.value.split())
        case _:
            return str(term)


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns as wide as their widest value."""
    every = [list(names), *rows]
    widths = [max(len(row[i]) for row in every) for i in range(len(names))]
    lines = [_line(names, widths), _line(["-" * w for w in widths], widths)]
    return "\n".join(lines + [_line(row, widths) for row in rows]) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()


def syntax_error(text: str, problem: SyntaxError) -> UsageError:
    """A parser's complaint as line, column, the line itself with a mark, and what was expected."""
    found = _PLACE.search(str(problem))
    if found is None:
        return UsageError(f"SPARQL syntax error: {problem}")
    line, column = int(found[1]), int(found[2])
    shown = (text.splitlines() or [""])[min(line, len(text.splitlines()) or 1) - 1]
    mark = " " * (column - 1) + "^"
    unknown = sorted(undeclared(text) - prefixes().keys())
    why = f"prefix {unknown[0]}: is not declared" if unknown else _expected(found[3])
    return UsageError(
        f"SPARQL syntax error at line {line}, column {column}: {why}\n  {shown}\n  {mark}"
    )


def _expected(text: str) -> str:
    # The parser lists whole character classes; a person wants the keywords and signs.
    if not text.startswith("expected one of"):
        return text.strip()
    found = re.findall(r'"(?:\\.|[^"\\])+"|\[[^\]]*\]|\b[A-Z]{2,}\b', text)
    options = [x for x in found if x[0] != "[" and x not in ("LATERAL", "SERVICE")]
    return "expected " + (" or ".join(dict.fromkeys(options[:12])) or "something else")
