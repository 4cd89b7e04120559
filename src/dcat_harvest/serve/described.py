"""Things that have no file of their own: captures and sources in the provenance, tombstones."""

import asyncio
from collections import defaultdict
from html import escape
from urllib.parse import quote, unquote

import pyoxigraph as ox

from dcat_harvest import jsonld
from dcat_harvest.build import tombstone
from dcat_harvest.graph import line
from dcat_harvest.serve.forms import FORMATS
from dcat_harvest.serve.release import Release

KINDS = ("capture/", "source/")


class Described:
    """The statements of the provenance graph by subject, read once per release when first asked."""

    def __init__(self) -> None:
        self._folder = ""
        self._lines: dict[str, list[str]] = {}
        self._lock = asyncio.Lock()

    async def lines(self, release: Release, path: str) -> list[str]:
        """What we say of a capture or a source; nothing where there is none of that name."""
        if not path.startswith(KINDS):
            return []
        iri = release.names.base + quote(unquote(path, errors="replace"), safe="/")
        async with self._lock:
            if self._folder != str(release.folder):
                self._lines = await asyncio.to_thread(_read, release)
                self._folder = str(release.folder)
        return self._lines.get(iri, [])


def _read(release: Release) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    path = release.folder / "provenance.ttl"
    starts = tuple(release.names.base + kind for kind in KINDS)
    if path.is_file():
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject = getattr(quad.subject, "value", "")
            if subject.startswith(starts):
                found[subject.partition("#")[0]].append(line(quad))
    return dict(found)


def withdrawn(release: Release, iri: str) -> tuple[str, str, list[str]]:
    """Title of a withdrawn dataset, when it went, and the statements of its record."""
    source, key, known = release.gone[iri]
    node = jsonld.tidy(tombstone(release.names, source, key, known.title, known.modified))
    return known.title or key, known.modified, sorted(jsonld.expected(node))


def written(lines: list[str], suffix: str) -> bytes:
    """Statements in one of the RDF formats."""
    quads = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    prefixes = jsonld.prefixes() if suffix in ("ttl", "rdf") else None
    return ox.serialize(quads, format=FORMATS[suffix], prefixes=prefixes) or b""


def page(title: str, lines: list[str], mount: str) -> bytes:
    """A plain page of statements."""
    rows = []
    for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES):
        name = quad.predicate.value
        value = getattr(quad.object, "value", str(quad.object))
        shown = escape(value)
        if isinstance(quad.object, ox.NamedNode) and value.startswith(("http://", "https://")):
            shown = f'<a href="{escape(value)}">{escape(value)}</a>'
        rows.append(f"<dt>{escape(name)}</dt><dd>{shown}</dd>")
    return (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<link rel="stylesheet" href="{escape(mount)}assets/site.css"></head><body>'
        f'<main class="wrap"><h1>{escape(title)}</h1><dl class="facts">{"".join(rows)}</dl>'
        f'<p><a href="{escape(mount)}index.html">Catalogus</a></p></main></body></html>\n'
    ).encode()
