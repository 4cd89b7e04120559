"""DCAT of others: an RDF file, a paged feed, or a SPARQL endpoint, as dataset records."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin, urlsplit

import msgspec
import pyoxigraph as ox

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, CaptureRef, DataService, Dataset, Page, Part, ref
from dcat_harvest.read import paging
from dcat_harvest.read.dcat_record import Reader
from dcat_harvest.read.dcat_service import service
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.rdf import Index, parse
from dcat_harvest.read.things import Things

NEXT = ("hydra:next", "hydra:nextPage", "as:next")
LINK = re.compile(r"<([^<>]+)>\s*;[^,]*\brel\s*=\s*\"?next\"?", re.IGNORECASE)
# What belongs to a dataset: one step and two steps away.
PARTS = (
    "dcat:distribution dct:publisher dct:creator dcat:contactPoint dct:temporal adms:identifier"
    " dct:license dct:rights dct:accessRights dct:provenance dct:spatial dcat:theme foaf:page"
    " dct:accrualPeriodicity"
)
DEEPER = (
    "dct:format dct:license dct:rights spdx:checksum dcat:accessService vcard:hasEmail "
    "vcard:hasTelephone"
)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source of type `dcat`."""

    sparql: bool = False
    """The start addresses are SPARQL endpoints, asked by GET."""
    graph: str = ""
    """Only this named graph of an endpoint."""
    page_size: int = 100
    """Datasets in one answer of an endpoint."""
    most_pages: int = paging.MAX_PAGES
    text_language: str = ""
    """Language of texts without a tag; Dutch where it is not given."""
    follow: bool = True
    """Fetch datasets that a catalogue names and does not describe."""


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        return msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the feeds, or with the first question to the endpoints."""
    found = options(manifest)
    for url in manifest.start:
        is_asked = "query" in dict(parse_qsl(urlsplit(url).query))
        path = urlsplit(url).path.rstrip("/").lower()
        if found.sparql or (not is_asked and path.endswith("/sparql")):
            yield Page(url=url if is_asked else question(url, 0, found), kind="sparql")
        else:
            yield Page(url=url, kind="feed")


def question(endpoint: str, offset: int, found: Options) -> str:
    """Return the address that asks an endpoint for the datasets from a number on."""
    source = f"FROM <{found.graph}> " if found.graph else ""
    text = (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>"
        " PREFIX adms: <http://www.w3.org/ns/adms#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>"
        " PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>"
        f" CONSTRUCT {{ ?d ?p ?o . ?o ?q ?v . ?v ?r ?w }} {source}WHERE {{"
        " { SELECT DISTINCT ?d WHERE { ?d a ?kind"
        " FILTER(?kind IN (dcat:Dataset, dcat:DatasetSeries)) }"
        f" ORDER BY ?d LIMIT {found.page_size} OFFSET {offset} }} ?d ?p ?o ."
        f" OPTIONAL {{ ?o ?q ?v FILTER(?p IN ({', '.join(PARTS.split())}))"
        f" OPTIONAL {{ ?v ?r ?w FILTER(?q IN ({', '.join(DEEPER.split())})) }} }} }}"
    )
    mark = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{mark}{urlencode({'query': text}, quote_via=quote)}"


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Part | Finding]:
    """Read a page of a feed as statements, and yield the pages that it leads to.

    What they say is joined in `finish`: a page may describe what another one names.
    """
    feed = parse(capture, manifest.name)
    yield from feed.findings
    index = Index(feed.quads)
    datasets = index.subjects("dcat:Dataset", "dcat:DatasetSeries")
    catalogs = index.subjects("dcat:Catalog")
    if not feed.quads or (capture.page.kind == "feed" and not (datasets or catalogs)):
        raise PageChanged(f"{capture.url}: no dcat:Dataset and no dcat:Catalog in this answer")
    triples = tuple(f"{q.subject} {q.predicate} {q.object} ." for q in feed.quads)
    fields = {"triples": triples, "datasets": tuple(str(d) for d in datasets)}
    yield Part(kind="feed", key=capture.url, fields=fields, capture=ref(capture))
    links = list(_links(index, capture))
    most = options(manifest).most_pages
    for link in links:
        yield from paging.following(capture, link, manifest.name, is_empty=not datasets, most=most)
    if capture.page.kind == "sparql":
        yield from _onwards(capture, len(datasets), manifest)
    elif options(manifest).follow and not links:
        yield from _named(index, catalogs, capture)


def _links(index: Index, capture: Capture) -> Iterator[str]:
    """Yield the addresses of the next page: of the page itself where it says so, else of any."""
    views = [
        v
        for kind in ("PagedCollection", "PartialCollectionView", "Collection")
        for v in index.subjects(f"hydra:{kind}")
    ]
    views += index.subjects("as:CollectionPage", "as:OrderedCollectionPage")
    here = {urldefrag(u)[0] for u in (capture.url, capture.final_url)}
    own = [v for v in views if isinstance(v, ox.NamedNode) and urldefrag(v.value)[0] in here]
    found = [w for v in own or views for w in index.words(v, *NEXT)]
    found += LINK.findall(capture.headers.get("link", ""))
    seen = {urljoin(capture.final_url, w) for w in found}
    yield from sorted(seen - {capture.url, capture.final_url})


def _onwards(capture: Capture, count: int, manifest: Manifest) -> Iterator[Page | Finding]:
    """Yield the next question to an endpoint, as long as answers are full."""
    found = options(manifest)
    offset = int(capture.page.data.get("offset", "0")) + found.page_size
    if count >= found.page_size:
        pairs = [p for p in urlsplit(capture.url).query.split("&") if not p.startswith("query=")]
        endpoint = capture.url.partition("?")[0] + (f"?{'&'.join(pairs)}" if pairs else "")
        yield from paging.following(
            capture, question(endpoint, offset, found), manifest.name,
            data={"offset": str(offset)}, most=found.most_pages,
        )  # fmt: skip


def _named(index: Index, catalogs: Iterable[object], capture: Capture) -> Iterator[Page]:
    """Yield the datasets of this host that a catalogue names and does not describe."""
    host = urlsplit(capture.final_url).hostname
    for catalog in catalogs:
        for value in index.values(catalog, "dcat:dataset", "dcat:catalog"):
            if isinstance(value, ox.NamedNode) and not index.has(value):
                url = urldefrag(value.value)[0]
                if urlsplit(url).hostname == host and url != capture.url:
                    yield Page(url=url, kind="named", optional=True)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Join the pages to one graph, and give each dataset and service that it describes."""
    captures: dict[str, list[CaptureRef]] = defaultdict(list)
    for part in things.parts:
        for subject in part.fields["datasets"]:
            captures[subject] += [part.capture] if part.capture else []
    lines = dict.fromkeys(line for part in things.parts for line in part.fields["triples"])
    text = "\n".join([*lines, ""])
    index = Index(ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True))
    reader = Reader(index, manifest)
    records: list[Dataset] = []
    for subject in index.subjects("dcat:Dataset", "dcat:DatasetSeries"):
        if index.size(subject) > 1:
            found = tuple(dict.fromkeys(captures[str(subject)]))
            records.append(msgspec.structs.replace(reader.dataset(subject), captures=found))
    yield from (service(s, reader) for s in reader.used_services())
    for record in _keyed(records, reader):
        yield record
        yield from lacks(record)
    yield from reader.findings


def _keyed(records: list[Dataset], reader: Reader) -> Iterator[Dataset]:
    """Yield records with keys of their own: where two share an identifier, the address is it."""
    shared: dict[str, int] = defaultdict(int)
    for record in records:
        shared[record.key] += 1
    for record in records:
        if shared[record.key] > 1:
            key = re.sub(r"^https?://", "", record.identifier or record.landing_page or record.key)
            reader.report(
                "several-values", record.key, field="identifier", value=record.key, kept=key
            )
            yield msgspec.structs.replace(record, key=key)
        else:
            yield record
