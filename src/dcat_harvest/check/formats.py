"""Which RDF format bytes are in: by name, by media type, by how they begin."""

import re

import pyoxigraph as ox

SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".turtle": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
MEDIA_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
}
ACCEPT = (
    "text/turtle, application/n-triples;q=0.9, application/ld+json;q=0.8, "
    "application/rdf+xml;q=0.7, application/trig;q=0.6, application/n-quads;q=0.5, */*;q=0.1"
)
NAMES = {
    ox.RdfFormat.TURTLE: "Turtle",
    ox.RdfFormat.N_TRIPLES: "N-Triples",
    ox.RdfFormat.N_QUADS: "N-Quads",
    ox.RdfFormat.TRIG: "Turtle or TriG",
    ox.RdfFormat.RDF_XML: "RDF/XML",
    ox.RdfFormat.JSON_LD: "JSON-LD",
}
GZIP = b"\x1f\x8b"
TERM = r"(<[^>]*>|_:\S+)"
QUAD = re.compile(rf"\s*{TERM}\s+<[^>]*>\s+({TERM}|\"(\\.|[^\"\\])*\"\S*)\s+{TERM}\s*\.")


def by_name(name: str) -> ox.RdfFormat | None:
    """The format of a file's suffix; `.gz` after it is looked through."""
    lower = name.lower().removesuffix(".gz")
    return next((found for suffix, found in SUFFIXES.items() if lower.endswith(suffix)), None)


def by_media_type(content_type: str) -> ox.RdfFormat | None:
    """The format of a `Content-Type`; None for what says nothing (text/plain)."""
    return MEDIA_TYPES.get(content_type.partition(";")[0].strip().lower())


def by_content(start: bytes) -> ox.RdfFormat | None:
    """The format that the first bytes look like; None where they are no RDF at all."""
    text = start[:4096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if is_html(start) or "\x00" in text:
        return None
    if text[:1] in ("{", "[") and not text.startswith(("[]", "[ ]", "[ a ")):
        return ox.RdfFormat.JSON_LD
    if text.startswith("<?xml") or "rdf:RDF" in text[:2000]:
        return ox.RdfFormat.RDF_XML
    first = next((x for x in text.split("\n") if x.strip() and not x.startswith("#")), "")
    # TriG reads all that Turtle is.
    return ox.RdfFormat.N_QUADS if QUAD.match(first) else ox.RdfFormat.TRIG


def is_html(start: bytes) -> bool:
    """Whether the bytes begin as a web page does."""
    text = start[:1024].decode("utf-8", "replace").lstrip("\ufeff \t\r\n").lower()
    return text.startswith(("<!doctype html", "<html")) or "<html" in text[:600]
