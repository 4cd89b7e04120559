"""Rows of an answer as JSON, XML, CSV or TSV, and no more than so many: the engine has no limit."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = Sequence[Term | None]
STRING = "http://www.w3.org/2001/XMLSchema#string"
RESULT_TYPES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
GRAPH_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}


def take(solutions: ox.QuerySolutions, most: int) -> tuple[list[str], list[Row], bool]:
    """Names of the variables, the first rows, and whether there are more."""
    names = [v.value for v in solutions.variables]
    rows: list[Row] = [[row[n] for n in names] for row in islice(solutions, most)]
    return names, rows, next(iter(solutions), None) is not None


def write(format: str, names: list[str], rows: Iterable[Row]) -> bytes:
    """Rows in one of the four formats."""
    match format:
        case "json":
            return _json(names, rows)
        case "xml":
            return "".join(_xml(names, rows)).encode()
        case "csv":
            return _lines(",", "\r\n", names, rows, _csv).encode()
        case "tsv":
            return _lines("\t", "\n", [f"?{n}" for n in names], rows, _tsv).encode()
    raise ValueError(format)


def _json(names: list[str], rows: Iterable[Row]) -> bytes:
    bindings = [
        {n: _json_term(t) for n, t in zip(names, row, strict=True) if t is not None} for row in rows
    ]
    return json.dumps(
        {"head": {"vars": names}, "results": {"bindings": bindings}},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _json_term(term: Term) -> dict[str, object]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            found: dict[str, object] = {"type": "literal", "value": term.value}
            if term.language:
                found["xml:lang"] = term.language
            elif term.datatype.value != STRING:
                found["datatype"] = term.datatype.value
            return found
        case ox.Triple():
            parts = (
                ("subject", term.subject),
                ("predicate", term.predicate),
                ("object", term.object),
            )
            return {"type": "triple", "value": {k: _json_term(v) for k, v in parts}}


def _xml(names: list[str], rows: Iterable[Row]) -> Iterator[str]:
    yield '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n<head>'
    yield "".join(f"<variable name={quoteattr(n)}/>" for n in names)
    yield "</head>\n<results>\n"
    for row in rows:
        yield "<result>"
        for name, term in zip(names, row, strict=True):
            if term is not None:
                yield f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
        yield "</result>\n"
    yield "</results>\n</sparql>\n"


def _xml_term(term: Term) -> str:
    match term:
        case ox.NamedNode():
            return f"<uri>{escape(term.value)}</uri>"
        case ox.BlankNode():
            return f"<bnode>{escape(term.value)}</bnode>"
        case ox.Literal():
            kind = ""
            if term.language:
                kind = f" xml:lang={quoteattr(term.language)}"
            elif term.datatype.value != STRING:
                kind = f" datatype={quoteattr(term.datatype.value)}"
            return f"<literal{kind}>{escape(term.value)}</literal>"
        case ox.Triple():
            return (
                f"<triple><subject>{_xml_term(term.subject)}</subject>"
                f"<predicate>{_xml_term(term.predicate)}</predicate>"
                f"<object>{_xml_term(term.object)}</object></triple>"
            )


def _lines(comma: str, end: str, names: list[str], rows: Iterable[Row], cell: object) -> str:
    assert callable(cell)
    lines = [comma.join(names), *(comma.join(cell(t) for t in row) for row in rows)]
    return end.join(lines) + end


def _csv(term: Term | None) -> str:
    if term is None:
        return ""
    text = (
        f"_:{term.value}" if isinstance(term, ox.BlankNode) else getattr(term, "value", str(term))
    )
    if any(c in text for c in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return str(text)


def _tsv(term: Term | None) -> str:
    return "" if term is None else str(term).replace("\t", "\\t")


def boolean(format: str, value: bool) -> bytes:
    """The answer to an ASK."""
    word = "true" if value else "false"
    match format:
        case "json":
            return f'{{"head":{{}},"boolean":{word}}}'.encode()
        case "xml":
            return (
                '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
                f"<head/><boolean>{word}</boolean></sparql>\n"
            ).encode()
    return f"{word}\n".encode()
