"""The release for readers: a page and RDF per dataset, lists, VoID, and the feed for harvesters."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dcat_harvest import jsonld
from dcat_harvest.build import Built, Entry
from dcat_harvest.iri import Names
from dcat_harvest.memo import Memo, sum_of
from dcat_harvest.model import Dataset
from dcat_harvest.publish import files
from dcat_harvest.publish.site.writing import Site
from dcat_harvest.report.data import ReportData

FEED_PAGE = 500
HYDRA = "http://www.w3.org/ns/hydra/core#"
NO_RECORDS: Mapping[str, Dataset] = {}


def write(
    folder: Path,
    built: Built,
    data: ReportData,
    names: Names,
    *,
    records: Mapping[str, Dataset] = NO_RECORDS,
    before: Path | None = None,
    memo: Memo | None = None,
) -> None:
    """Write `dataset/…`, the site's lists, `void.ttl` and `feed/`.

    `records` are by dataset IRI; `before` is the release that this one follows, and `memo` knows
    what its files were made from.
    """
    entries = sorted((e for g in built.entries.values() for e in g), key=lambda e: e.iri)
    place = lambda iri: local_path(names, iri)  # noqa: E731
    site = Site(folder, built, data, names, records, place, before, memo)
    (folder / "feed").mkdir()
    for entry in (e for e in entries if e.kind == "resource"):
        site.entry(entry, local_path(names, entry.iri))
    entries = [e for e in entries if e.kind != "resource"]
    groups = [entries[i : i + FEED_PAGE] for i in range(0, len(entries), FEED_PAGE)] or [[]]
    for number, group in enumerate(groups, start=1):
        own = {x for entry in group for x in entry.lines}
        own.update(_hydra(names, number, len(groups), len(entries)), _members(names, group))
        if number == len(groups):
            own.update(_withdrawn(built, names))
        lines = sorted(own)
        site.turtle(f"feed/{number}.ttl", sum_of("turtle", "\n".join(lines)), lines)
        for entry in group:
            site.entry(entry, local_path(names, entry.iri))
    site.lists(before)
    files.put(f"{folder}/void.ttl", _void(built, names).encode())


def local_path(names: Names, iri: str) -> str:
    """Where an IRI's files stand in the release, without a suffix; safe on any file system.

    The IRI is percent-encoded; a name that is `.` or `..`, or too long, is written otherwise.
    """
    parts = iri.removeprefix(names.base).split("/")
    # A bare "%" is in no encoded IRI: no key of another gives such a name.
    safe = [p if p.strip(".") else p.replace(".", "%2E") or "%" for p in parts]
    return "/".join(p if len(p) <= 200 else f"{p[:150]}%-{files.short(p)}" for p in safe)


def _void(built: Built, names: Names) -> str:
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
        f"  void:sparqlEndpoint <{names.base}sparql> ;\n"
        f"  void:triples {triples} ;\n  void:dataDump {dumps} ;\n"
        + (f"  void:subset {parts} ;\n" if parts else "")
        + f"  void:uriSpace {jsonld.quoted(names.base)} .\n{subsets}"
    )


def _hydra(names: Names, number: int, last: int, total: int) -> Iterable[str]:
    """The feed's page: the catalogue as hydra-paged DCAT, whole datasets in order of their IRIs."""
    rdf = jsonld.RDF_TYPE
    collection, page = f"<{names.base}feed>", f"<{names.base}feed/{number}.ttl>"
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    yield f"{collection} {rdf} <{HYDRA}Collection> ."
    yield f'{collection} <{HYDRA}totalItems> "{total}"^^{integer} .'
    yield f"{collection} <{HYDRA}view> {page} ."
    yield f"{page} {rdf} <{HYDRA}PartialCollectionView> ."
    # The older name of the same: ckanext-dcat looks for the next page only there.
    yield f"{page} {rdf} <{HYDRA}PagedCollection> ."
    links = {"first": 1, "last": last, "previous": number - 1, "next": number + 1}
    for name, target in links.items():
        if 1 <= target <= last:
            yield f"{page} <{HYDRA}{name}> <{names.base}feed/{target}.ttl> ."


def _members(names: Names, group: list[Entry]) -> Iterable[str]:
    keys = {"dataset": "dataset", "series": "resource", "service": "service"}
    yield f"<{names.catalog}> {jsonld.RDF_TYPE} <http://www.w3.org/ns/dcat#Catalog> ."
    for entry in group:
        predicate = jsonld.terms()[keys[entry.kind]].predicate
        yield f"<{names.catalog}> {predicate} <{entry.iri}> ."


def _withdrawn(built: Built, names: Names) -> Iterator[str]:
    """The records of datasets that are gone: a harvester sees that it has to remove them."""
    hub = built.lines.get("catalog", [])
    mark = "<http://purl.org/adms/status/Withdrawn>"
    gone = {x.partition(" ")[0] for x in hub if mark in x}
    topics = {
        x.rsplit(" ", 2)[1] for x in hub if x.partition(" ")[0] in gone and "primaryTopic>" in x
    }
    for x in hub:
        if x.partition(" ")[0] in gone or x.partition(" ")[0] in topics:
            yield x
    for record in sorted(gone):
        yield f"<{names.catalog}> {jsonld.terms()['record'].predicate} {record} ."


__all__ = ["local_path", "write"]
