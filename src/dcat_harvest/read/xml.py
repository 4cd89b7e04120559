"""XML of others: no entities, nothing fetched, bounded; a charset that lies is reported."""

import re
from collections.abc import Iterator
from typing import Any

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture

MAX_BYTES = 128 * 1024 * 1024
MAX_TAGS = 1_000_000
"""An element of four bytes takes two hundred in memory; the longest known list has 240,000 tags."""
DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*([\"'])([\w.:-]+)\2", re.IGNORECASE)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Element = Any
"""An lxml element: the library has no types of its own."""


def parse(capture: Capture, source: str = "") -> tuple[Element, tuple[Finding, ...]]:
    """Return the root element of a captured document, and findings on its charset.

    Raises PageChanged for what is no XML, for a document type, and for what is too large or deep.
    """
    where, body = capture.url, capture.body
    if len(body) > MAX_BYTES:
        raise PageChanged(f"{where}: {len(body)} bytes is more than the {MAX_BYTES} that we read")
    refuse_many(body, where)
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        raise PageChanged(f"{where}: XML was promised, the answer begins with {start[:40]!r}")
    if re.match(rb"<!doctype html|<html\b", start, re.IGNORECASE):
        raise PageChanged(f"{where}: XML was promised, the answer is HTML")
    if b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body:
        raise PageChanged(f"{where}: XML with a document type is not read")
    root, encoding = _tree(body, where)
    if encoding:
        told = (finding("wrong-charset", source=source, where=where, value=encoding),)
        return root, told
    return root, ()


def refuse_many(body: bytes, where: str) -> None:
    """Raise PageChanged for a document of more tags than we read."""
    if body.count(b"<") > MAX_TAGS:
        raise PageChanged(f"{where}: more than the {MAX_TAGS} tags that we read")


def _tree(body: bytes, where: str) -> tuple[Element, str]:
    """Return the tree, and the charset that was used where it is not the one that is promised."""
    from lxml import etree

    first: Exception | None = None
    for encoding in ("", "utf-8", "cp1252"):
        try:
            text = _as_utf8(body, encoding) if encoding else body
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                remove_comments=True, remove_pis=True,
            )  # fmt: skip
            root = etree.fromstring(text, parser)
            if root is None:
                raise ValueError("no element")
            return root, encoding
        except (etree.LxmlError, ValueError, LookupError) as error:
            first = first or error
    raise PageChanged(f"{where}: the answer is no XML: {first}")


def _as_utf8(body: bytes, encoding: str) -> bytes:
    """Return the document as UTF-8 bytes that were in `encoding`, whatever it declares."""
    plain = DECLARED.sub(rb"\1", body.removeprefix(b"\xef\xbb\xbf"), count=1)
    return plain.decode(encoding, "replace" if encoding == "cp1252" else "strict").encode()


def name(element: Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children with one of these names, in any namespace; all where none is named."""
    for child in element:
        if name(child) and (not names or name(child) in names):
            yield child


def child(element: Element, *path: str) -> Element | None:
    """Return the first element down a path of names, or None."""
    found: Element | None = element
    for step in path:
        found = None if found is None else next(children(found, step), None)
    return found


def inside(element: Element, *names: str) -> Iterator[Element]:
    """Yield all elements with one of these names, at any depth."""
    return (e for e in element.iter() if name(e) in names)


def text(element: Element | None) -> str:
    """Return the text of an element with all that is in it, trimmed; empty for None."""
    return "" if element is None else "".join(element.itertext()).strip()


def language(element: Element) -> str:
    """Return `xml:lang` of an element in lower case, or an empty text."""
    return str(element.get(LANG) or "").strip().lower()
