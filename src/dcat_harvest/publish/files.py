"""Writes the catalogue in every format: sorted, prefixed, the same input the same bytes."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from dcat_harvest import jsonld
from dcat_harvest.build import Built, Entry


def write_catalog(folder: Path, built: Built) -> None:
    """`catalog.{nt,ttl,rdf,jsonld}` and `sources/<source>.ttl`."""
    lines = sorted({x for group in built.lines.values() for x in group})
    with (folder / "catalog.nt").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{x}\n" for x in lines)
    for suffix, format in (("ttl", ox.RdfFormat.TURTLE), ("rdf", ox.RdfFormat.RDF_XML)):
        write_nt_as(folder / "catalog.nt", folder / f"catalog.{suffix}", format)
    with (folder / "catalog.jsonld").open("w", encoding="utf-8", newline="\n") as file:
        nodes = (n for group in built.entries.values() for e in group for n in e.nodes)
        file.writelines(_jsonld(_unique(built.hub, nodes)))
    (folder / "sources").mkdir()
    for source, own in built.lines.items():
        if source != "catalog":
            (folder / "sources" / f"{source}.ttl").write_bytes(turtle(own))


def write_nt_as(nt: Path, target: Path, format: ox.RdfFormat) -> None:
    """Rewrite an N-Triples file in another format, statement by statement."""
    quads = ox.parse(path=str(nt), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize(quads, str(target), format=format, prefixes=jsonld.prefixes())


def turtle(lines: Iterable[str]) -> bytes:
    """N-Triples lines as Turtle with our prefixes."""
    text = io.BytesIO("".join(f"{x}\n" for x in lines).encode())
    quads = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    return ox.serialize(quads, format=ox.RdfFormat.TURTLE, prefixes=jsonld.prefixes()) or b""


def entry_turtle(entry: Entry) -> bytes:
    """One dataset with its closure as Turtle."""
    return turtle(sorted({x for n in entry.nodes for x in jsonld.expected(n)}))


def entry_jsonld(entry: Entry) -> str:
    """One dataset with its closure as JSON-LD; the context is written out, nothing is fetched."""
    return "".join(_jsonld(entry.nodes))


def _unique(hub: list[jsonld.Node], nodes: Iterable[jsonld.Node]) -> Iterator[jsonld.Node]:
    seen: set[tuple[object, object]] = set()
    for node in (*hub, *nodes):
        name = (node["@id"], node["@type"])
        if name not in seen:
            seen.add(name)
            yield node


def _jsonld(nodes: Iterable[jsonld.Node]) -> Iterator[str]:
    head = json.dumps({"@context": jsonld.context()}, ensure_ascii=False)
    yield f'{head[:-1]}, "@graph": [\n'
    for i, node in enumerate(nodes):
        yield ("" if i == 0 else ",\n") + json.dumps(node, ensure_ascii=False)
    yield "\n]}\n"


def expected_lines(nodes: Iterable[jsonld.Node]) -> list[str]:
    """The sorted statements of tidy nodes, compared with pyoxigraph's reading of them."""
    return sorted(set(jsonld.lines(nodes)))


def short(text: str) -> str:
    """A short name of a long one, for file systems."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
