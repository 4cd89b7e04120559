"""SDMX lists of dataflows (SDMX-ML 2.1 and 3.0) as dataset records."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Capture,
    DataService,
    Dataset,
    Distribution,
    Origin,
    Page,
    Part,
    Period,
    ref,
)
from dcat_harvest.read import dates, research, xml
from dcat_harvest.read.choice import Text, chosen, of_language
from dcat_harvest.read.dublin_core import whole
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

KIND = "dataflows"
ASKED = re.compile(r"/(?:structure/)?dataflow(?:/(?P<agency>[^/?#]+))?", re.IGNORECASE)
SERVICE = "sdmx"
# Where the data of a dataflow stand: SDMX REST 1.x (for 2.1) and 2.x (for 3.0).
OLDER, NEWER = "{agency},{id},{version}", "dataflow/{agency}/{id}/{version}"
URN = re.compile(r"=(?P<agency>[^:]+):(?P<id>[^(]+)\((?P<version>[^)]*)\)")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source of type `sdmx`. Addresses hold {base} {agency} {id} {version}."""

    agency: str = "all"
    """Whose dataflows, where a start address does not say."""
    data: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Format -> address of the data in it; none: the address that the standard gives."""
    landing_page: str = ""
    service: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Title, description and more of the data service, where it is to be described."""


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        return msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the lists of dataflows; a bare address is that of the service."""
    for url in manifest.start:
        is_list = ASKED.search(urlsplit(url).path)
        listed = url if is_list else f"{url.rstrip('/')}/dataflow/{options(manifest).agency}"
        yield Page(url=listed, kind=KIND)


def read(capture: Capture, manifest: Manifest) -> Iterator[Dataset | Part | Finding]:
    """Read a list of dataflows; PageChanged for anything else, an error message included."""
    root, told = xml.parse(capture, manifest.name)
    yield from told
    if xml.name(root) == "Error":
        raise PageChanged(f"{capture.url}: the service answers with an error: {xml.text(root)}")
    if xml.name(root) != "Structure":
        raise PageChanged(f"{capture.url}: SDMX was promised, the answer is {xml.name(root)!r}")
    flows = [f for f in xml.inside(root, "Dataflow") if xml.name(f.getparent()) == "Dataflows"]
    if not flows:
        raise PageChanged(f"{capture.url}: no dataflows in this answer")
    constraints = _constraints(root)
    strangers: set[str] = set()
    for flow in flows:
        known = _identity(flow)
        if known is None:
            yield finding(
                "odd-value", source=manifest.name, where=capture.url, field="Dataflow",
                value="no id or agencyID",
            )  # fmt: skip
            continue
        if not _is_asked(known["agency"], capture.url):
            strangers.add(known["agency"])
        record = _dataset(
            flow, known, constraints.get((known["agency"], known["id"])), capture, manifest
        )
        yield record
    asked = ASKED.search(urlsplit(capture.url).path)
    for stranger in sorted(strangers):
        yield finding(
            "answers-another", source=manifest.name, where=capture.url, value=stranger,
            expected=asked["agency"] if asked else "",
        )  # fmt: skip


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each dataflow once, in its newest version, and the service that serves them."""
    groups: dict[str, list[Dataset]] = defaultdict(list)
    for dataset in things.datasets:
        groups[dataset.key].append(dataset)
    for group in groups.values():
        newest = max(group, key=lambda d: _order(d.version or ""))
        yield newest
        yield from lacks(newest)
        versions = sorted({d.version or "" for d in group}, key=_order)
        if len(versions) > 1:
            yield finding(
                "several-values", source=manifest.name, key=newest.key, field="version",
                where=newest.landing_page or newest.key, value=", ".join(versions),
                kept=newest.version,
            )  # fmt: skip
    yield from _service(things, manifest)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d{1,9}", version))


def _identity(flow: xml.Element) -> dict[str, str] | None:
    """Return agency, id, version and URN of a dataflow, from its attributes or its URN."""
    urn = str(flow.get("urn") or "").strip()
    named = URN.search(urn)
    found = {
        "agency": flow.get("agencyID") or flow.get("agency") or (named["agency"] if named else ""),
        "id": flow.get("id") or (named["id"] if named else ""),
        "version": flow.get("version") or (named["version"] if named else ""),
        "urn": urn,
    }
    return (
        {k: str(v).strip() for k, v in found.items()} if found["agency"] and found["id"] else None
    )


def _is_asked(agency: str, url: str) -> bool:
    found = ASKED.search(urlsplit(url).path)
    asked = (found["agency"] or "all") if found else "all"
    wanted = re.split(r"[,+]", asked)
    return asked in ("all", "*") or any(
        agency == w or agency.startswith(f"{w}.") or w in ("all", "*") for w in wanted
    )


def _dataset(
    flow: xml.Element,
    known: dict[str, str],
    limits: Mapping[str, str] | None,
    capture: Capture,
    manifest: Manifest,
) -> Dataset:
    found, limits = options(manifest), limits or {}
    default = research.text_language(None, manifest)
    names = [Text(xml.text(e), xml.language(e)) for e in xml.children(flow, "Name")]
    title, others = chosen(names, default)
    tag = title.language if title else default
    texts = [Text(xml.text(e), xml.language(e)) for e in xml.children(flow, "Description")]
    text = of_language(texts, tag, default)
    page = _filled(found.landing_page, known, capture.url) or None
    start, end = limits.get("start"), limits.get("end")
    modified = dates.iso(limits.get("modified"))
    said = Origin(kind="interpreted", seen_at=capture.url, text="validFrom of the constraint")
    return Dataset(
        source=manifest.name,
        key=f"{known['agency']}:{known['id']}",
        title=title.text if title else None,
        alternatives=tuple(t.text for t in others),
        description=text.text if text else None,
        text_language=tag,
        identifier=known["urn"] or None,
        other_identifiers=(known["id"],),
        landing_page=page,
        period=Period(start=start, end=end) if start or end else None,
        modified=modified,
        version=known["version"] or None,
        distributions=tuple(_distributions(known, page, capture.url, found)),
        services=(SERVICE,) if found.service else (),
        origins={"modified": said} if modified else {},
        captures=(ref(capture),),
    )


def _distributions(
    known: dict[str, str], page: str | None, url: str, found: Options
) -> Iterator[Distribution]:
    """Yield the addresses of the data: SDMX REST gives one form for all services."""
    service = SERVICE if found.service else None
    is_newer = bool(re.search(r"/structure/dataflow", url, re.IGNORECASE))
    standard = _filled("{base}/data/" + (NEWER if is_newer else OLDER), known, url).rstrip(",/")
    if not found.data:
        yield Distribution(access_url=standard, service=service)
    for form, template in found.data.items():
        address = _filled(template, known, url).rstrip(",/")
        yield Distribution(
            access_url=page or standard, download_url=address, format=form, service=service
        )


def _filled(template: str, known: dict[str, str], url: str) -> str:
    if not template:
        return ""
    base = url[: m.start()] if (m := ASKED.search(url)) else url
    safe = {k: quote(v, safe="@.") for k, v in known.items()}
    return template.format(base=base, **safe)


def _constraints(root: xml.Element) -> dict[tuple[str, str], dict[str, str]]:
    """Return what constraints say of a dataflow: since when, and first and last period."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in xml.inside(root, "ContentConstraint", "DataConstraint"):
        for target in _targets(one):
            begin, end = (_bound(one, n) for n in ("StartPeriod", "EndPeriod"))
            mine = {"modified": str(one.get("validFrom") or "")}
            mine |= {"start": whole(begin, "01-01")} if begin else {}
            mine |= {"end": whole(end, "12-31")} if end else {}
            found.setdefault(target, mine)
    return found


def _targets(constraint: xml.Element) -> Iterator[tuple[str, str]]:
    attached = xml.child(constraint, "ConstraintAttachment")
    for flow in () if attached is None else xml.children(attached, "Dataflow"):
        reference = xml.child(flow, "Ref")
        if reference is not None:
            yield str(reference.get("agencyID")), str(reference.get("id"))
        elif named := URN.search(xml.text(flow)):
            yield named["agency"], named["id"]


def _bound(constraint: xml.Element, name: str) -> str | None:
    return dates.iso(next((xml.text(e)[:10] for e in xml.inside(constraint, name)), None))


def _service(things: Things, manifest: Manifest) -> Iterator[DataService]:
    given: dict[str, Any] = dict(options(manifest).service)
    if given and things.datasets:
        base = things.datasets[0].captures[0].url
        base = base[: m.start()] if (m := ASKED.search(base)) else base
        given = {"endpoint_url": base, "identifier": base, "endpoint_description": base} | given
        try:
            yield msgspec.convert({**given, "source": manifest.name, "key": SERVICE}, DataService)
        except msgspec.ValidationError as error:
            raise UsageError(f"source {manifest.name}: option service: {error}") from None
