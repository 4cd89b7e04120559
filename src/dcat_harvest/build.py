"""Records to the catalogue: nodes of every dataset, shared nodes once, and the hub."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

import msgspec

from dcat_harvest import jsonld, words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Graph
from dcat_harvest.iri import Names, part
from dcat_harvest.mapping import Mapper
from dcat_harvest.memo import Memo, sum_of
from dcat_harvest.model import CatalogInfo, Contact, DataService, Dataset
from dcat_harvest.remap import Dates, Links, Mapped, keep, remap

Node = dict[str, object]
# Nodes that several datasets may name; any other IRI belongs to one dataset alone.
SHARED = {
    "foaf:Agent",
    "foaf:Document",
    "vcard:Kind",
    "rdfs:Resource",
    "dct:Standard",
    "spdx:ChecksumAlgorithm",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset or service as published: its IRI and its nodes, shared ones included."""

    source: str
    key: str
    iri: str
    kind: str
    packed: bytes
    """The nodes as JSON: a tenth of the memory of the dicts."""
    lines: list[str]
    """Their statements, sorted."""

    @property
    def nodes(self) -> list[Node]:
        """Its nodes, the dataset itself first."""
        return msgspec.json.decode(self.packed, type=list[Node])


class Built(msgspec.Struct, kw_only=True):
    """The catalogue: entries per source, statements per source, the hub, findings."""

    entries: dict[str, list[Entry]]
    lines: dict[str, list[str]]
    """Source -> its statements, sorted; `catalog` -> those of the hub."""
    hub: list[Node]
    findings: list[Finding]

    def graph(self) -> Graph:
        """All statements together."""
        return Graph(x for group in self.lines.values() for x in group)


class _Nodes:
    """Keeps one node per IRI: the first of a shared one, and refuses a second of any other."""

    def __init__(self) -> None:
        self.shared: dict[tuple[str, str], bytes] = {}
        self.own: set[str] = set()

    def take(self, iri: str, kind: str, packed: bytes) -> bytes | None:
        if kind in SHARED:
            return self.shared.setdefault((iri, kind), packed)
        if iri in self.own:
            return None
        self.own.add(iri)
        return packed


def build(
    records: Mapping[str, tuple[list[Dataset], list[DataService]]],
    *,
    names: Names,
    catalog: CatalogInfo,
    dates: Callable[[Dataset], Dates],
    withdrawn: Iterable[Node] = (),
    modified: str,
    more: Mapping[str, Links] | None = None,
    memo: Memo | None = None,
) -> Built:
    """The catalogue of all sources. `modified` is when the catalogue last changed.

    `withdrawn` are records of datasets that are gone (design, decision 9); `more` are links that
    no record states: IRI of a dataset -> key of the context -> IRIs, or `notation` -> identifiers.
    `memo` knows what a record gave before; statements that are new are read back to be sure.
    """
    out = Built(entries={}, lines={}, hub=[], findings=[])
    nodes, memo, links = _Nodes(), memo or Memo(), more or {}
    for source, (datasets, services) in records.items():
        mapper = Mapper(names, source)
        entries: list[Entry] = []
        new: list[Entry] = []
        for d in datasets:
            mine = links.get(names.dataset(d.source, d.key), {})
            key, made = remap(mapper, d, dates(d), mine, memo)
            entry, is_new = _entry(names, nodes, d, made, out.findings)
            if is_new:
                new.append(entry)
                keep(memo, key, made)
            entries.append(entry)
        services_here = [_service(mapper, nodes, s) for s in services]
        entries += services_here
        new += services_here
        for first in range(0, len(new), jsonld.BATCH):
            _verify(new[first : first + jsonld.BATCH])
        out.entries[source] = entries
        out.lines[source] = sorted(set(chain.from_iterable(e.lines for e in entries)))
        out.findings += mapper.findings
    tombs = [jsonld.tidy(n) for n in withdrawn]
    topics = [{"@id": n["primaryTopic"], "@type": "dcat:Resource"} for n in tombs]
    hub = _hub(out.entries, names, catalog, modified, [str(n["@id"]) for n in tombs])
    out.hub = hub
    out.lines["catalog"] = sorted(set(jsonld.lines([*hub, *tombs, *topics])))
    return out


def _entry(
    names: Names, nodes: _Nodes, d: Dataset, made: Mapped, findings: list[Finding]
) -> tuple[Entry, bool]:
    """The entry of what a record gave, and whether its statements are new (then put in `made`)."""
    iri = names.dataset(d.source, d.key)
    kept: list[bytes] = []
    for name, kind, node in made.nodes:
        mine = nodes.take(name, kind, node)
        if mine is None and kind == "dcat:Distribution":
            findings.append(_twice(d, iri, str(msgspec.json.decode(node)["accessURL"])))
        elif mine is not None:
            kept.append(mine)
    packed = b"[" + b",".join(kept) + b"]"
    summed = sum_of(packed)
    is_new = made.summed != summed
    if is_new:
        lines = _statements(packed)
        made.summed, made.lines = summed, "\n".join(lines)
    else:
        lines = made.lines.split("\n")
    entry = Entry(source=d.source, key=d.key, iri=iri, kind=d.kind, packed=packed, lines=lines)
    return entry, is_new


def _service(mapper: Mapper, nodes: _Nodes, s: DataService) -> Entry:
    tidy = [jsonld.tidy(n) for n in mapper.service(s)]
    taken = (nodes.take(str(n["@id"]), str(n["@type"]), msgspec.json.encode(n)) for n in tidy)
    packed = b"[" + b",".join(x for x in taken if x is not None) + b"]"
    iri = mapper.names.service(s.source, s.key)
    lines = _statements(packed)
    return Entry(source=s.source, key=s.key, iri=iri, kind="service", packed=packed, lines=lines)


def _statements(packed: bytes) -> list[str]:
    """The statements that nodes as JSON must give, sorted."""
    nodes = msgspec.json.decode(packed, type=list[Node])
    return sorted({x for node in nodes for x in jsonld.expected(node)})


def _verify(entries: list[Entry]) -> None:
    """Raises BrokenInvariant where pyoxigraph reads other statements than the nodes say."""
    packed = b",".join(e.packed[1:-1] for e in entries)
    jsonld.compare({x for e in entries for x in e.lines}, b"[" + packed + b"]", entries[0].iri)


def _twice(d: Dataset, iri: str, address: str) -> Finding:
    return finding(
        "duplicate-file", source=d.source, key=d.key, subject=iri, where=d.landing_page or iri,
        value=address,
    )  # fmt: skip


def _hub(
    entries: Mapping[str, list[Entry]],
    names: Names,
    info: CatalogInfo,
    modified: str,
    tombs: list[str],
) -> list[Node]:
    everything = [e for group in entries.values() for e in group]
    publisher, contact = (
        info.publisher,
        info.contact or Contact(name=info.publisher.name, url=info.homepage or names.base),
    )
    mapper = Mapper(names, "catalog")
    iris = {kind: sorted(e.iri for e in everything if e.kind == kind) for kind in KINDS}
    shared = list(mapper._shared([publisher], contact))
    hub: Node = {
        "@id": names.catalog,
        "@type": "dcat:Catalog",
        "identifier": names.catalog,
        "title": {"nl": info.title, "en": info.title_en},
        "description": {"nl": info.description, "en": info.description_en},
        "publisher": shared[0]["@id"],
        "creator": shared[0]["@id"],
        "contactPoint": shared[1]["@id"],
        "accessRights": words.authority("access-right", "PUBLIC"),
        "license": info.licence,
        "theme": words.authority("data-theme", "EDUC"),
        "themeTaxonomy": f"{words.AUTHORITY}data-theme",
        "keyword": {"nl": ["onderwijs"]},
        "language": words.authority("language", "NLD"),
        "spatial": words.authority("country", "NLD"),
        "modified": {"@value": modified, "@type": "xsd:dateTime"},
        "homepage": info.homepage or names.base,
        "dataset": iris["dataset"],
        "resource": sorted(iris["series"] + iris["resource"]),
        "service": iris["service"],
        "record": sorted([part(iri, "record") for iri in iris["dataset"]] + tombs),
    }
    home = {"@id": hub["homepage"], "@type": "foaf:Document"}
    return [jsonld.tidy(n) for n in (hub, home, *shared)]


KINDS = ("dataset", "series", "resource", "service")


def tombstone(names: Names, source: str, key: str, title: str, modified: str) -> Node:
    """The record of a dataset that is gone: its title, and the ADMS status withdrawn.

    Its primary topic stays a `dcat:Resource`, no longer a `dcat:Dataset` (the profile wants one).
    """
    iri = names.dataset(source, key)
    return {
        "@id": part(iri, "record"),
        "@type": "dcat:CatalogRecord",
        "primaryTopic": iri,
        "title": {"nl": title},
        "language": words.authority("language", "NLD"),
        "status": "http://purl.org/adms/status/Withdrawn",
        "modified": {"@value": modified, "@type": "xsd:dateTime"},
    }
