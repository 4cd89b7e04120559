"""RDF of others as an index of statements: any syntax, found by content type and by content."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture
from dcat_harvest.read import local_context as local
from dcat_harvest.read.choice import Text

MAX_BYTES = 256 * 1024 * 1024
MAX_STATEMENTS = 5_000_000
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "schemas": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "text/n3": ox.RdfFormat.N3,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
LINED = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES)
"""Formats in which a statement that ends a line stands by itself."""
MAX_PIECES = 50_000
XML_ENCODING = re.compile(r"(<\?xml[^>]*?)\s+encoding\s*=\s*([\"'])[\w.:-]+\2", re.IGNORECASE)
ENTITY = re.compile(r"<!ENTITY\s+[^>]*?[\"']([^\"']*)[\"']", re.IGNORECASE)

Subject = ox.NamedNode | ox.BlankNode


class Feed(NamedTuple):
    """The statements of a page, and what was odd about its bytes."""

    quads: tuple[ox.Quad, ...]
    findings: tuple[Finding, ...]


class Index:
    """Statements by subject and property; properties are named with the prefixes above."""

    def __init__(self, triples: Iterable[ox.Quad | ox.Triple]) -> None:
        self._about: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for t in triples:
            values = self._about[t.subject][t.predicate.value]
            if t.object not in values:
                values.append(t.object)

    def subjects(self, *kinds: str) -> list[Subject]:
        """Return the subjects with one of these types, in a fixed order."""
        wanted = {name(k) for k in kinds}
        found = (
            s
            for s, about in self._about.items()
            if wanted & {o.value for o in about.get(RDF_TYPE, ()) if isinstance(o, ox.NamedNode)}
        )
        return sorted((s for s in found if isinstance(s, Subject)), key=str)

    def has(self, subject: object) -> bool:
        """Tell whether anything is said of a subject."""
        return subject in self._about

    def size(self, subject: object) -> int:
        """Return how many properties a subject has."""
        return len(self._about.get(subject, ()))

    def values(self, subject: object, *properties: str) -> list[object]:
        """Return the values of properties, each once, in a fixed order."""
        about = self._about.get(subject)
        if about is None:
            return []
        found = [o for p in properties for o in sorted(about.get(name(p), ()), key=str)]
        return list(dict.fromkeys(found))

    def texts(self, subject: object, *properties: str) -> list[Text]:
        """Return the literals under the first of these properties that has any."""
        for one in properties:
            found = [
                Text(o.value.strip(), o.language or "")
                for o in self.values(subject, one)
                if isinstance(o, ox.Literal) and o.value.strip()
            ]
            if found:
                return found
        return []

    def words(self, subject: object, *properties: str) -> list[str]:
        """Return values as words: IRIs, literals, and of a node its label."""
        found = (self.word(o) for o in self.values(subject, *properties))
        return list(dict.fromkeys(w for w in found if w))

    def word(self, value: object) -> str | None:
        """Return an IRI or a literal as it is, and of a blank node the label."""
        if isinstance(value, ox.NamedNode):
            return value.value.strip() or None
        if isinstance(value, ox.Literal):
            return value.value.strip() or None
        labels = self.texts(value, "skos:prefLabel", "rdfs:label", "dct:title", "foaf:name")
        plain = labels or self.texts(value, "rdf:value", "dct:identifier", "skos:notation")
        return plain[0].text if plain else None

    def addresses(self, subject: object, *properties: str) -> list[str]:
        """Return values that are web addresses, given as IRI or as literal."""
        found = (self.word(o) for o in self.values(subject, *properties))
        return [w for w in dict.fromkeys(found) if w and re.match(r"https?://[^\s/]", w)]


def name(short: str) -> str:
    """Return the IRI of a name with prefix.

    >>> name("dct:title")
    'http://purl.org/dc/terms/title'
    """
    prefix, _, local = short.partition(":")
    return PREFIXES[prefix] + local


RDF_TYPE = name("rdf:type")


def parse(capture: Capture, source: str) -> Feed:
    """Return the statements of a captured page, blank nodes named by page and place.

    The format is what the content type says, unless the content is plainly another. Of a file
    with an error what stands before it is kept, and reported. Raises PageChanged for what is no
    RDF at all.
    """
    where = capture.url
    if len(capture.body) > MAX_BYTES:
        raise PageChanged(f"{where}: {len(capture.body)} bytes is more than we read")
    text, told = _text(capture, source)
    promised = _promised(capture)
    formats = list(dict.fromkeys(f for f in (_seen(text), promised) if f))
    if not formats:
        raise PageChanged(f"{where}: the answer is no RDF: {text[:60]!r}")
    if formats[0] == ox.RdfFormat.JSON_LD and (own := local.with_own_context(text)):
        text = own
        told.append(_odd(source, where, "@context", "not fetched; our own names were used"))
    best: tuple[list[ox.Quad], str] = ([], "")
    for syntax in formats:
        quads, error = _quads(text, syntax, capture.final_url)
        if not error:
            if promised and syntax != promised and quads:
                told.append(
                    _odd(source, where, "Content-Type", f"{promised.name}, not {syntax.name}")
                )
            return Feed(tuple(quads), tuple(told))
        if len(quads) > len(best[0]) or not best[1]:
            best = quads, error
    if not best[0]:
        raise PageChanged(f"{where}: the answer cannot be read as RDF: {best[1]}")
    told.append(_odd(source, where, "RDF", best[1]))
    mended = _piecewise(text, capture.final_url) if formats[0] in LINED else []
    return Feed(tuple(mended or _whole(best[0])), tuple(told))


def _text(capture: Capture, source: str) -> tuple[str, list[Finding]]:
    """Return the body as text: UTF-8 unless it cannot be, and then as it is promised."""
    body = capture.body
    named = re.search(
        r"charset\s*=\s*[\"']?([\w.:-]+)", capture.headers.get("content-type", ""), re.I
    )
    declared = re.search(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)", body[:200])
    promised = (declared[1].decode() if declared else named[1] if named else "utf-8").lower()
    first = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (first, promised, "cp1252"):
        try:
            text = body.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
        lies = encoding == "cp1252" and promised not in ("cp1252", "windows-1252", "iso-8859-1")
        told = [finding("wrong-charset", source=source, where=capture.url, value=encoding)]
        return XML_ENCODING.sub(r"\1", text, count=1), told if lies else []
    text = body.decode("cp1252", "replace")
    return text, [finding("wrong-charset", source=source, where=capture.url, value="cp1252")]


def _promised(capture: Capture) -> ox.RdfFormat | None:
    kind = capture.headers.get("content-type", "").partition(";")[0].strip().lower()
    extension = capture.final_url.partition("?")[0].rpartition(".")[2].lower()
    return FORMATS.get(kind) or ox.RdfFormat.from_extension(extension)


def _seen(text: str) -> ox.RdfFormat | None:
    """Return the format that the first characters show, None where they show none."""
    start = re.sub(r"^(\s*(#[^\n]*|<!--.*?-->)\s*)+", "", text[:20000].lstrip("\ufeff"), flags=re.S)
    start = start.lstrip()[:4000]
    if re.match(r"<!doctype html|<html\b", start, re.IGNORECASE):
        return None
    if start.startswith(("{", "[")) and not start.startswith("[]"):
        return ox.RdfFormat.JSON_LD
    if re.match(r"<\?xml|<!DOCTYPE\s+rdf|<(\w+:)?RDF\b", start, re.IGNORECASE):
        return ox.RdfFormat.RDF_XML
    if re.match(r"@?(prefix|base)\b", start, re.IGNORECASE):
        return (
            ox.RdfFormat.TRIG if re.search(r"\bGRAPH\s*[<\w]|>\s*\{", text) else ox.RdfFormat.TURTLE
        )
    return ox.RdfFormat.TURTLE if re.match(r"<\w+:[^>\s]*>\s|_:|\[\]", start) else None


def _quads(
    text: str, syntax: ox.RdfFormat, base: str, names: dict[str, int] | None = None
) -> tuple[list[ox.Quad], str]:
    """Return the statements up to an error, and the error."""
    quads: list[ox.Quad] = []
    names = {} if names is None else names
    if syntax == ox.RdfFormat.RDF_XML and any("&" in e for e in ENTITY.findall(text[:100_000])):
        return [], "entities within entities are not read"
    try:
        for quad in ox.parse(text, format=syntax, base_iri=base, lenient=True):
            quads.append(
                ox.Quad(
                    *(_named(n, names, base) for n in (quad.subject, quad.predicate, quad.object))
                )
            )
            if len(quads) >= MAX_STATEMENTS:
                return quads, f"more than {MAX_STATEMENTS} statements"
    except (SyntaxError, ValueError, OSError) as error:
        return quads, str(error)[:200]
    return quads, ""


def _piecewise(text: str, base: str) -> list[ox.Quad]:
    """Return the statements of all pieces that can be read, each ending at the end of a line."""
    prefixes = "\n".join(re.findall(r"(?im)^\s*(?:@prefix|@base|prefix|base)\b[^\n]*$", text))
    pieces = re.split(r"(?<=\.)[ \t]*\r?\n", text)
    quads: dict[ox.Quad, None] = {}
    names: dict[str, int] = {}
    for piece in pieces[:MAX_PIECES]:
        found, error = _quads(f"{prefixes}\n{piece}", ox.RdfFormat.TURTLE, base, names)
        if not error:
            quads |= dict.fromkeys(found)
    return list(quads)


def _named(node: Any, names: dict[str, int], base: str) -> Any:
    """Return a blank node under a name of its page and its place in it: the same at every run."""
    if not isinstance(node, ox.BlankNode):
        return node
    number = names.setdefault(node.value, len(names))
    return ox.BlankNode(f"p{zlib.crc32(base.encode()):08x}n{number:06d}")


def _whole(quads: list[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield statements without those of the subject at which the file breaks off."""
    last = quads[-1].subject
    yield from (q for q in quads if q.subject != last)


def _odd(source: str, where: str, field: str, value: str) -> Finding:
    return finding("odd-value", source=source, where=where, field=field, value=value)
