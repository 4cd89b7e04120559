"""Writes the catalogue in every format: sorted, prefixed, the same input the same bytes."""

import hashlib
import heapq
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pyoxigraph as ox

from dcat_harvest import jsonld
from dcat_harvest.build import Built


def write_catalog(folder: Path, built: Built) -> None:
    """`catalog.{nt,ttl,rdf,jsonld}` and `sources/<source>.ttl`; `catalog` is that of the hub."""
    with (folder / "catalog.nt").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{x}\n" for x in _merged(built.lines.values()))
    for suffix, format in (("ttl", ox.RdfFormat.TURTLE), ("rdf", ox.RdfFormat.RDF_XML)):
        write_nt_as(folder / "catalog.nt", folder / f"catalog.{suffix}", format)
    with (folder / "catalog.jsonld").open("wb") as out:
        nodes = (n for group in built.entries.values() for e in group for n in e.nodes)
        out.writelines(_jsonld(_unique(built.hub, nodes)))
    (folder / "sources").mkdir()
    for source, own in built.lines.items():
        write_turtle(folder / "sources" / f"{source}.ttl", own)


def _merged(groups: Iterable[list[str]]) -> Iterator[str]:
    """Sorted groups as one sorted stream without repetition."""
    last = ""
    for text in heapq.merge(*groups):
        if text != last:
            yield text
        last = text


def write_nt_as(nt: Path, target: Path, format: ox.RdfFormat) -> None:
    """Rewrite an N-Triples file in another format, statement by statement."""
    quads = ox.parse(path=str(nt), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize(quads, str(target), format=format, prefixes=jsonld.prefixes())


def write_turtle(target: Path, lines: Iterable[str]) -> None:
    """Write N-Triples lines as Turtle, statement by statement."""
    nt = target.with_suffix(".nt")
    with nt.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{x}\n" for x in lines)
    write_nt_as(nt, target, ox.RdfFormat.TURTLE)
    nt.unlink()


def turtle(lines: Iterable[str]) -> bytes:
    """N-Triples lines of a small graph as Turtle that reads well.

    A resource before its parts, its type first, an empty line between resources, and only the
    prefixes that are used. (pyoxigraph writes line ends in literals as escapes.)
    """
    text = "".join(f"{x}\n" for x in sorted(lines, key=_reading_order))
    used = {name: space for name, space in jsonld.prefixes().items() if space in text}
    quads = ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES)
    made = ox.serialize(quads, format=ox.RdfFormat.TURTLE, prefixes=used) or b""
    return made.replace(b" .\n<", b" .\n\n<")


def _reading_order(text: str) -> tuple[str, bool, str]:
    subject, rest = text.split(" ", 1)
    return subject[:-1], not rest.startswith(jsonld.RDF_TYPE), rest


def _unique(hub: list[jsonld.Node], nodes: Iterable[jsonld.Node]) -> Iterator[jsonld.Node]:
    seen: set[tuple[object, object]] = set()
    for node in (*hub, *nodes):
        name = (node["@id"], node["@type"])
        if name not in seen:
            seen.add(name)
            yield node


def _jsonld(nodes: Iterable[jsonld.Node]) -> Iterator[bytes]:
    yield jsonld.head() + b"[\n"
    for i, node in enumerate(nodes):
        yield (b"" if i == 0 else b",\n") + msgspec.json.encode(node)
    yield b"\n]}\n"


def expected_lines(nodes: Iterable[jsonld.Node]) -> list[str]:
    """The sorted statements of tidy nodes, compared with pyoxigraph's reading of them."""
    return sorted(set(jsonld.lines(nodes)))


def short(text: str) -> str:
    """A short name of a long one, for file systems."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def put(path: str, data: bytes) -> None:
    """Write a new small file: a third of the time of `Path.write_bytes`, twelve thousand times."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
    finally:
        os.close(handle)
