"""The release for readers: a page, Turtle and JSON-LD per dataset, index, VoID, feed."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dcat_harvest import jsonld
from dcat_harvest.build import Built, Entry
from dcat_harvest.iri import Names
from dcat_harvest.model import Score
from dcat_harvest.publish import files
from dcat_harvest.report.data import ReportData

if TYPE_CHECKING:
    from jinja2 import Template

FEED_PAGE = 500


def write(folder: Path, built: Built, data: ReportData, names: Names) -> None:
    """Write `dataset/…`, `index.html`, `void.ttl` and `feed/`."""
    entries = sorted((e for g in built.entries.values() for e in g), key=lambda e: e.iri)
    scores = {s.dataset: s for s in data.scores}
    (folder / "feed").mkdir()
    made: set[str] = set()
    titles: list[tuple[str, Entry]] = []
    aside = [e for e in entries if e.kind == "resource"]
    for entry in aside:
        titles.append((_write_entry(folder, names, entry, None, made), entry))
    entries = [e for e in entries if e.kind != "resource"]
    for number, group in enumerate(_pages(entries), start=1):
        own: list[str] = []
        for entry in group:
            own += entry.lines
            titles.append((_write_entry(folder, names, entry, scores.get(entry.iri), made), entry))
        own += [*_hydra(names, number, len(entries)), *_members(names, group)]
        (folder / "feed" / f"{number}.ttl").write_bytes(files.turtle(sorted(set(own))))
    _index(folder, titles, data, names)
    css = Path(__file__).parent / "templates" / "site.css"
    (folder / "site.css").write_bytes(css.read_bytes())
    (folder / "void.ttl").write_text(_void(built, data, names), encoding="utf-8")


def _write_entry(
    folder: Path, names: Names, entry: Entry, score: Score | None, made: set[str]
) -> str:
    """Page, Turtle and JSON-LD of one dataset; gives its title."""
    local = local_path(names, entry.iri)
    parent, _, name = local.rpartition("/")
    if parent not in made:
        (folder / parent).mkdir(parents=True, exist_ok=True)
        made.add(parent)
    path, shown = f"{folder}/{local}", view(entry)
    root = "../" * local.count("/")
    html = _template("dataset.html").render(shown, root=root, name=name, score=score)
    files.put(f"{path}.html", html.encode())
    files.put(f"{path}.ttl", files.turtle(entry.lines))
    files.put(f"{path}.jsonld", jsonld.document(entry.packed))
    return str(shown["title"])


def _pages(entries: list[Entry]) -> list[list[Entry]]:
    return [entries[i : i + FEED_PAGE] for i in range(0, len(entries), FEED_PAGE)] or [[]]


def local_path(names: Names, iri: str) -> str:
    """Where an IRI's files stand in the release, without a suffix; safe on any file system.

    The IRI is percent-encoded; a name that is `.` or `..`, or too long, is written otherwise.
    """
    parts = iri.removeprefix(names.base).split("/")
    safe = [p if p.strip(".") else p.replace(".", "%2E") or "%20" for p in parts]
    return "/".join(p if len(p) <= 200 else f"{p[:150]}-{files.short(p)}" for p in safe)


def view(entry: Entry) -> dict[str, object]:
    """What the page of a dataset shows, from its nodes."""
    by_id = {str(n["@id"]): n for n in entry.nodes[::-1]}
    main = by_id[entry.iri]
    return {
        "iri": entry.iri,
        "kind": entry.kind,
        "source": entry.source,
        "title": _first(main.get("title")) or entry.key,
        "description": paragraphs(_first(main.get("description"))),
        "rows": [
            (label, list(_values(main.get(key), by_id))) for key, label in ROWS if key in main
        ],
        "files": [_file(by_id[str(x)], by_id) for x in _list(main.get("distribution"))],
        "notes": list(_notes(main, by_id)),
    }


ROWS = (
    ("publisher", "Uitgever"),
    ("creator", "Maker"),
    ("contactPoint", "Contact"),
    ("landingPage", "Pagina bij de bron"),
    ("identifier", "Identificatie"),
    ("theme", "Thema"),
    ("keyword", "Trefwoorden"),
    ("accessRights", "Toegang"),
    ("accrualPeriodicity", "Frequentie"),
    ("temporal", "Periode"),
    ("issued", "Uitgegeven"),
    ("modified", "Gewijzigd"),
    ("version", "Versie"),
    ("status", "Status"),
    ("language", "Taal"),
    ("spatial", "Gebied"),
    ("inSeries", "Reeks"),
    ("page", "Documentatie"),
    ("relation", "Verwant"),
    ("endpointURL", "Adres van de dienst"),
)


def _file(node: jsonld.Node, by_id: dict[str, jsonld.Node]) -> dict[str, object]:
    return {
        "title": _first(node.get("title")) or str(node.get("downloadURL") or node["accessURL"]),
        "url": str(node.get("downloadURL") or node["accessURL"]),
        "format": tail(node.get("format") or node.get("mediaType") or ""),
        "bytes": size(str(node["byteSize"])) if node.get("byteSize") else "",
        "licence": node.get("license", ""),
        "issued": _plain(node.get("issued")),
        "reference": _plain(node.get("referenceDate")),
        "status": tail(node.get("figureStatus") or ""),
    }


def _notes(main: jsonld.Node, by_id: dict[str, jsonld.Node]) -> Iterator[tuple[str, list[str]]]:
    for key in ("provenance", "hasQualityAnnotation"):
        for iri in _list(main.get(key)):
            node = by_id.get(str(iri), {})
            text = _first(node.get("label") or node.get("bodyValue"))
            yield NOTE_LABELS.get(tail(node.get("annotationKind") or ""), "Noot"), paragraphs(text)


NOTE_LABELS = {
    "sources": "Bronnen",
    "selection": "Selectie",
    "quality": "Kwaliteit",
    "suppression": "Afscherming",
    "provisional": "Voorlopige cijfers",
    "caveat": "Let op",
}


def _values(value: object, by_id: dict[str, jsonld.Node]) -> Iterator[tuple[str, str]]:
    """Text and link target (empty: none) of each value."""
    if isinstance(value, dict) and "@value" not in value:
        for texts in value.values():
            yield from ((str(t), "") for t in _list(texts))
        return
    for one in _list(value):
        if isinstance(one, dict):
            yield _plain(one), ""
        elif str(one).startswith(("http://", "https://", "mailto:")):
            yield _label(str(one), by_id.get(str(one), {})), str(one)
        else:
            yield str(one), ""


def _label(iri: str, node: jsonld.Node) -> str:
    start, end = _plain(node.get("startDate")), _plain(node.get("endDate"))
    if start or end:
        return f"{start or '…'} – {end or '…'}"
    name = _first(node.get("name") or node.get("fn") or node.get("title"))
    return name or (tail(iri) if "/authority/" in iri else iri)


def _plain(value: object) -> str:
    return str(value["@value"]) if isinstance(value, dict) else str(value or "")


def _first(value: object) -> str:
    if isinstance(value, dict):
        for texts in value.values():
            return str(_list(texts)[0])
    return ""


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def tail(iri: object) -> str:
    """The last part of an IRI."""
    return re.split(r"[/#]", str(iri).rstrip("/"))[-1]


def paragraphs(text: str) -> list[str]:
    """A text as its paragraphs."""
    return [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]


def size(count: str) -> str:
    """A number of bytes in words: `1,6 MB`."""
    number, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}".replace(".", ",")


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("dcat_harvest.publish", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template(name)


def _index(folder: Path, titles: list[tuple[str, Entry]], data: ReportData, names: Names) -> None:
    rows = [
        (title, local_path(names, entry.iri).replace("%", "%25") + ".html", entry.source)
        for title, entry in titles
        if entry.kind != "service"
    ]
    rows.sort(key=lambda r: (r[2], r[0].casefold(), r[1]))
    groups = {s: [r for r in rows if r[2] == s] for s in sorted({r[2] for r in rows})}
    html = _template("index.html").render(groups=groups, data=data, total=len(rows))
    (folder / "index.html").write_text(html, encoding="utf-8")


def _void(built: Built, data: ReportData, names: Names) -> str:
    triples = sum(len(x) for x in built.lines.values())
    dumps = " , ".join(f"<{names.base}catalog.{s}>" for s in ("ttl", "jsonld", "rdf", "nt"))
    subsets = "".join(
        f"<{names.graph(s)}> a void:Dataset ; void:triples {len(x)} ;\n"
        f"  void:dataDump <{names.base}sources/{s}.ttl> .\n"
        for s, x in sorted(built.lines.items())
        if s != "catalog"
    )
    parts = " , ".join(f"<{names.graph(s)}>" for s in sorted(built.lines) if s != "catalog")
    return (
        "@prefix void: <http://rdfs.org/ns/void#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        f"<{names.base}void> a void:Dataset ;\n  foaf:topic <{names.catalog}> ;\n"
        f"  void:triples {triples} ;\n  void:dataDump {dumps} ;\n"
        + (f"  void:subset {parts} ;\n" if parts else "")
        + f"  void:uriSpace {jsonld.quoted(names.base)} .\n{subsets}"
    )


def _hydra(names: Names, number: int, total: int) -> Iterable[str]:
    """The feed's page: the catalogue as hydra-paged DCAT, whole datasets in order of their IRIs."""
    last = max(1, -(-total // FEED_PAGE))
    hydra, rdf = "http://www.w3.org/ns/hydra/core#", jsonld.RDF_TYPE
    collection, page = f"<{names.base}feed>", f"<{names.base}feed/{number}.ttl>"
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    yield f"{collection} {rdf} <{hydra}Collection> ."
    yield f'{collection} <{hydra}totalItems> "{total}"^^{integer} .'
    yield f"{collection} <{hydra}view> {page} ."
    yield f"{page} {rdf} <{hydra}PartialCollectionView> ."
    links = {"first": 1, "last": last, "previous": number - 1, "next": number + 1}
    for name, target in links.items():
        if 1 <= target <= last:
            yield f"{page} <{hydra}{name}> <{names.base}feed/{target}.ttl> ."


def _members(names: Names, group: list[Entry]) -> Iterable[str]:
    keys = {"dataset": "dataset", "series": "resource", "service": "service"}
    yield f"<{names.catalog}> {jsonld.RDF_TYPE} <http://www.w3.org/ns/dcat#Catalog> ."
    for entry in group:
        predicate = jsonld.terms()[keys[entry.kind]].predicate
        yield f"<{names.catalog}> {predicate} <{entry.iri}> ."


__all__ = ["local_path", "size", "view", "write"]
