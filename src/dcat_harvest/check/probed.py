"""Checks of the criteria that need a probe: they can turn a pass into a fail."""

from collections.abc import Iterator

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.context import CodeCheck, Context, Seen
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe
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
    """c1-some-dead."""
    dead = [x for x in _probed(context, dataset) if x[1].is_dead]
    if dead:
        yield _seen(dead)


def payment(context: Context, dataset: str) -> Iterator[Seen]:
    """c2-payment."""
    asked = [x for x in _probed(context, dataset) if x[1].status == 402]
    if asked:
        yield _seen(asked)


def login(context: Context, dataset: str) -> Iterator[Seen]:
    """c4-login."""
    closed = [x for x in _probed(context, dataset) if x[1].login]
    if closed:
        yield _seen(closed)


def content(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-content: every file that was looked into is something else than stated."""
    judged = [
        (x, promise)
        for x in _probed(context, dataset)
        if (promise := _keeps_promise(context.index, x)) is not None
    ]
    wrong = [x for x, kept in judged if not kept]
    if wrong and len(wrong) == len(judged):
        yield _seen(wrong)


def some_content(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-some-content."""
    wrong = [x for x in _probed(context, dataset) if _keeps_promise(context.index, x) is False]
    if wrong:
        yield _seen(wrong)


def lost(context: Context, dataset: str) -> Iterator[Seen]:
    """c8-reachable: the landing page, or every address, is dead."""
    for page in context.index.objects(dataset, v.LANDING_PAGE):
        probe = context.probes.get(text(page))
        if probe is not None and probe.is_dead:
            yield Seen(_told(probe), statement=page)
            return
    yield from unreachable(context, dataset)


Found = tuple[str, Probe]


def _probed(context: Context, dataset: str) -> Iterator[Found]:
    if context.probes:
        for distribution, address in addresses(context.index, dataset):
            probe = context.probes.get(text(address))
            if probe is not None:
                yield distribution, probe


def _seen(found: list[Found]) -> Seen:
    distribution, probe = found[0]
    return Seen(_told(probe), distribution, f"<{probe.url}>", count=len(found))


def _told(probe: Probe) -> str:
    why = probe.refused or probe.certificate or probe.error or str(probe.status)
    kind = f", {probe.kind}" if probe.kind else ""
    return f"{probe.url} ({why}{kind})"


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
    "c2-payment": payment,
    "c4-login": login,
    "c5-content": content,
    "c5-some-content": some_content,
    "c8-reachable": lost,
}
