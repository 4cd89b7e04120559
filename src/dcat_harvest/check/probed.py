"""Checks of the criteria that need a probe: they can turn a pass into a fail."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.context import CodeCheck, Context, Seen
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe, head_counts
from dcat_harvest.check.statements import Index, term, text

# What the first bytes can tell, and the formats that they may stand for.
HOLDS = {
    "html": frozenset(("HTML", "XHTML", "HTML5")),
    "pdf": frozenset(("PDF", "PDFA1A", "PDFA1B", "PDFA2A", "PDFX")),
    "xlsx": frozenset(("XLSX", "XLSM", "OOXML", "ZIP")),
    "xls": frozenset(("XLS", "DOC", "MDB")),
    "ods": frozenset(("ODS", "ODT", "ZIP")),
    "zip": frozenset(("ZIP", "KMZ", "XLSX", "ODS", "SHP", "DOCX", "ODT", "OOXML")),
    "csv": frozenset(("CSV", "TSV", "TXT")),
    "gzip": frozenset(("GZIP", "TAR_GZ")),
    "json": frozenset(("JSON", "JSON_LD", "GEOJSON", "ODATA", "REST")),
    "xml": frozenset(
        (
            *("XML", "RDF", "RDF_XML", "ATOM", "RSS", "GML", "KML", "ETSI_XML", "SKOS_XML"),
            *("ODATA", "WMS_SRVC", "WFS_SRVC", "HTML", "XHTML"),
        )
    ),
    "image": frozenset(("PNG", "JPEG", "GIF", "TIFF", "BMP")),
}


def unreachable(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-reachable: every probed address is dead."""
    probed = list(_probed(context, dataset))
    dead = [x for x in probed if x[1].is_dead]
    if dead and len(dead) == len(probed):
        yield _seen(dead)


def some_dead(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-some-dead: those with a bad certificate aside, which have a check of their own."""
    yield from _those(context, dataset, lambda x: x.is_dead and not x.certificate)


def certificate(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-certificate."""
    yield from _those(context, dataset, lambda x: bool(x.certificate))


def certificate_ends(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-certificate-ends: it holds, but not much longer."""
    most = v.table("probe.toml")["certificate_days"]
    today = datetime.combine(context.today, time.min, UTC)
    ending = [
        (days, x)
        for x in _probed(context, dataset)
        if (days := x[1].certificate_days(today)) is not None and days < most
    ]
    if ending:
        days, first = min(ending, key=lambda x: x[0])
        words = {"days": str(max(days, 0)), "date": first[1].certificate_end[:10]}
        yield _seen([first, *(x for _, x in ending if x != first)], **words)


def head(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-head: HEAD is refused, and GET answers."""

    def refused(probe: Probe) -> bool:
        fine = probe.status is not None and probe.status < 400
        return fine and not head_counts(probe)

    yield from _those(context, dataset, refused)


def payment(context: Context, dataset: str) -> Iterator[Seen]:
    """c2-payment."""
    yield from _those(context, dataset, lambda x: x.status == 402)


def login(context: Context, dataset: str) -> Iterator[Seen]:
    """c4-login."""
    yield from _those(context, dataset, lambda x: x.login)


def content(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-content: every file that was looked into is something else than stated."""
    judged = [
        (x, promise)
        for x in _probed(context, dataset)
        if (promise := _keeps_promise(context.index, x)) is not None
    ]
    wrong = [x for x, kept in judged if not kept]
    if wrong and len(wrong) == len(judged):
        yield _promised(context, wrong)


def some_content(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-some-content."""
    wrong = [x for x in _probed(context, dataset) if _keeps_promise(context.index, x) is False]
    if wrong:
        yield _promised(context, wrong)


def lost(context: Context, dataset: str) -> Iterator[Seen]:
    """c8-reachable: the landing page, or every address, is dead."""
    for page in context.index.objects(dataset, v.LANDING_PAGE):
        probe = context.probes.get(text(page))
        if probe is not None and probe.is_dead:
            yield Seen(probe.url, statement=page, words=_why(probe))
            return
    yield from unreachable(context, dataset)


Found = tuple[str, Probe]


def _probed(context: Context, dataset: str) -> Iterator[Found]:
    if context.probes:
        for distribution, address in addresses(context.index, dataset):
            probe = context.probes.get(text(address))
            if probe is not None:
                yield distribution, probe


def _those(context: Context, dataset: str, wanted: Callable[[Probe], bool]) -> Iterator[Seen]:
    found = [x for x in _probed(context, dataset) if wanted(x[1])]
    if found:
        yield _seen(found)


def _seen(found: list[Found], **words: str) -> Seen:
    distribution, probe = found[0]
    words = {**_why(probe), **words}
    return Seen(probe.url, distribution, f"<{probe.url}>", words, count=len(found))


def _promised(context: Context, found: list[Found]) -> Seen:
    distribution, probe = found[0]
    stated = [v.code(text(x)) for x in context.index.objects(distribution, v.FORMAT)]
    return _seen(found, format=", ".join(stated), kind=probe.kind)


def _why(probe: Probe) -> dict[str, str]:
    """What is the matter, in both languages, as words of a text."""
    met = "refused" if probe.refused else probe.certificate or probe.error
    told = v.table("probe.toml")["why"].get(met)
    if told is None:
        place = f" → {probe.final_url}" if probe.final_url else ""
        told = dict.fromkeys(("nl", "en"), f"status {probe.status}{place}")
    return {"why_nl": told["nl"], "why_en": told["en"]}


def _keeps_promise(index: Index, found: Found) -> bool | None:
    """Whether the first bytes are of the stated format; None where one of both is not known."""
    distribution, probe = found
    node = index.node(distribution)
    codes = {v.code(text(x)) for x in node.get(v.FORMAT, ())}
    files = node.get(v.DOWNLOAD_URL, ())
    if files and term(probe.url) not in files:
        return None  # an access address beside a download is a page about the file
    if node.get(v.PACKAGE_FORMAT) or node.get(v.COMPRESS_FORMAT):
        codes |= HOLDS["zip"] | HOLDS["gzip"]
    holds = HOLDS.get(probe.kind)
    if not codes or not probe.is_alive or holds is None or probe.login:
        return None
    known = frozenset[str]().union(*HOLDS.values())
    return bool(codes & holds) if codes & known else None


CHECKS: dict[str, CodeCheck] = {
    "c1-reachable": unreachable,
    "c1-some-dead": some_dead,
    "c1-certificate": certificate,
    "c1-certificate-ends": certificate_ends,
    "c1-head": head,
    "c2-payment": payment,
    "c4-login": login,
    "c5-content": content,
    "c5-some-content": some_content,
    "c8-reachable": lost,
}
