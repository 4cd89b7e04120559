"""One StatLine table as a dataset; where OData 3 and 4 both state a value, that of 4 wins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dcat_harvest.model import CaptureRef, Contact, Dataset, Distribution, Link, Origin
from dcat_harvest.read import Finding, Manifest, dates, found, periods
from dcat_harvest.sources.cbs_statline import texts
from dcat_harvest.sources.cbs_statline.selection import Row, fill

HVD = re.compile(r"High[- ]Value[- ]Data\s?sets?\b", re.I)
STOPPED = re.compile(r"^(?:stopgezet|discontinued)$", re.I)
ENDED = re.compile(r"^(?:gediscontinueerd|vervallen|discontinued|withdrawn)$", re.I)
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
EDUCATION = Origin(kind="assumed", because="the table stands under an education theme of StatLine")


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table: of OData 3, of OData 4, and the themes that it stands under."""

    v3: Mapping[str, Any]
    v4: Mapping[str, Any]
    themes: tuple[str, ...] = ()
    is_education: bool = False
    captures: tuple[CaptureRef, ...] = ()

    def text(self, v4: str, v3: str = "") -> str | None:
        """Return a field of OData 4, else a field of OData 3; None where blank."""
        for row, name in ((self.v4, v4), (self.v3, v3 or v4)):
            if value := (row.get(name) or "").strip():
                return str(value)
        return None


def dataset(table: Table, manifest: Manifest) -> Dataset:
    """Return the dataset of a table."""
    key = (table.v3 or table.v4)["Identifier"].strip()
    catalog = (table.v3 or table.v4).get("Catalog", "")
    language = table.text("Language") or ""
    description = _description(table)
    modified, remade = _moment(table.text("Modified")), _moment(table.v3.get("MetaDataModified"))
    is_new = table.v3.get("ReasonDelivery") == "Nieuw" and not table.v4.get("Modified")
    return Dataset(
        source=manifest.name,
        key=key,
        **_titles(table),
        **_names(table, key, catalog, language, manifest),
        description=description,
        text_language=language[:2].lower() or "nl",
        keywords=table.themes,
        themes=(*table.themes, "EDUC") if table.is_education else table.themes,
        frequency=table.text("Frequency"),
        period=periods.period(table.text("TemporalCoverage", "Period")),
        issued=modified if is_new else None,
        modified=modified,
        metadata_modified=remade,
        version=table.text("Version"),
        version_notes=texts.clean(table.v4.get("VersionNotes"))
        or texts.sections(description).get("changes"),
        licence=table.text("License"),
        language=language or None,
        status=_status(table),
        hvd=bool(HVD.search(table.text("Summary") or "")),
        contact=_contact(table, manifest),
        distributions=tuple(_distributions(table, key, catalog, manifest)),
        annotations=tuple(
            texts.annotations(
                description,
                texts.clean(table.v4.get("LongDescription")),
                table.text("Source"),
                tuple(manifest.options.get("own_sources", ())),
            )
        ),
        links=tuple(_links(table)),
        origins=_origins(table, is_new and modified),
        captures=table.captures,
    )


def _titles(table: Table) -> dict[str, Any]:
    raw = table.text("Title")
    title = texts.title(raw)
    others = (texts.title(table.v3.get(name)) for name in ("Title", "ShortTitle"))
    seen = {(title or "").casefold()}
    alternatives = []
    for other in others:
        if other and other.casefold() not in seen:
            seen.add(other.casefold())
            alternatives.append(other)
    served = (table.v4 if table.v4.get("Title") else table.v3).get("Title")
    return {
        "title": title,
        "raw_title": served if served != title and title else None,
        "alternatives": tuple(alternatives),
    }


def _names(
    table: Table, key: str, catalog: str, language: str, manifest: Manifest
) -> dict[str, Any]:
    """Return identifiers and landing page: those of OData 3 where it has the table."""
    v4_key = table.v4.get("Identifier", "").strip()
    v4_address = fill("v4_address", manifest, v4_key, catalog) if v4_key else None
    identifier = fill("v3_identifier", manifest, key) if table.v3 else v4_address
    others = dict.fromkeys((key, v4_key, v4_address or "", table.v3.get("ApiUrl", "").strip()))
    page = "v3_landing_page" if table.v3 else "v4_landing_page"
    return {
        "identifier": identifier,
        "other_identifiers": tuple(name for name in others if name and name != identifier),
        "landing_page": fill(page, manifest, key, catalog, language or "nl"),
    }


def _description(table: Table) -> str | None:
    given = (table.v4.get("Description"), *map(table.v3.get, ("ShortDescription", "Summary")))
    return next(
        (said for said in map(texts.clean, (*given, table.v4.get("Summary"))) if said), None
    )


def _moment(text: str | None) -> str | None:
    """Return a time with an offset: OData 3 gives local times without (design, decision 18)."""
    return dates.local(text.strip()) if text and text.strip() else None


def _status(table: Table) -> str | None:
    """Return the status word; `Regulier`, an ordinary table, is none."""
    word = table.text("Status", "OutputStatus")
    return None if word == "Regulier" else word


def _contact(table: Table, manifest: Manifest) -> Contact | None:
    said = table.v4.get("ContactPoint", "").strip()
    if "@" in said and " " not in said:
        return Contact(name=manifest.publisher.name, email=said.removeprefix("mailto:"))
    return Contact(name=manifest.publisher.name, url=said) if ADDRESS.fullmatch(said) else None


def _origins(table: Table, issued: object) -> dict[str, Origin]:
    origins = {"themes": EDUCATION} if table.is_education else {}
    if issued:
        origins["issued"] = Origin(kind="interpreted", text="ReasonDelivery: Nieuw")
    return origins


def _distributions(
    table: Table, key: str, catalog: str, manifest: Manifest
) -> Iterator[Distribution]:
    documented = Origin(kind="interpreted", seen_at=manifest.api_terms)
    v3 = (("FeedUrl", "atom", "odata3-feed"), ("ApiUrl", "json", "odata3-api"))
    for name, word, service in v3:
        if url := table.v3.get(name, "").strip():
            yield Distribution(
                access_url=url, format=word, service=service, origins={"format": documented}
            )
    if not table.v4:
        return
    address = fill("v4_address", manifest, table.v4["Identifier"].strip(), catalog)
    listed = {row.get("Format", "").lower(): row for row in table.v4.get("Distributions", ())}
    for word, row in listed.items():
        if word != "odata":
            yield from _file(word, row)
    given = (listed.get("odata") or {}).get("DownloadUrl") or address
    yield Distribution(access_url=given, format="odata", service="odata4")


def _file(word: str, row: Row) -> Iterator[Distribution]:
    """Yield a file that OData 4 lists; its CSV is a ZIP of several files."""
    download = ADDRESS.fullmatch((row.get("DownloadUrl") or "").strip())
    access = ADDRESS.fullmatch((row.get("AccessUrl") or "").strip()) or download
    if access:
        yield Distribution(
            access_url=access[0],
            download_url=download[0] if download else None,
            format=word or None,
            package_media_type="application/zip" if word == "csv" else None,
            language=row.get("Language") or None,
        )


def _links(table: Table) -> Iterator[Link]:
    """Provenance and related sources; some addresses carry the rest of an HTML tag (2026)."""
    for name, is_source in (("Provenance", True), ("RelatedSources", False)):
        seen = set()
        for row in table.v4.get(name, ()):
            url = ADDRESS.match((row.get("Url") or "").strip()) if isinstance(row, dict) else None
            if url and url[0] not in seen:
                seen.add(url[0])
                title = texts.title(row.get("Title"))
                yield Link(url=url[0], title=title, role="source" if is_source else "relation")


def remarks(table: Table, record: Dataset, manifest: Manifest) -> Iterator[Finding]:
    """Yield what is lacking or odd in one table."""
    served = (row.get("Title", "") for row in (table.v3, table.v4))
    untidy = next((title for title in served if title != " ".join(title.split())), None)
    codes = {
        "no-title": record.title is None,
        "no-description": record.description is None,
        "no-modified": record.modified is None,
        "no-frequency": record.frequency is None,
        "untidy-title": untidy is not None,
        "discontinued": bool(
            STOPPED.match(record.frequency or "") or ENDED.match(record.status or "")
        ),
        "hvd": record.hvd,
    }
    # v4 lists no frequency: without Properties nothing is known of it.
    codes["no-frequency"] &= bool(table.v3)
    where = record.landing_page or ""
    for code, holds in codes.items():
        if holds:
            value = untidy if code == "untidy-title" else record.status or record.frequency or ""
            yield found(code, source=manifest.name, key=record.key, where=where, value=value)
    said = record.period.text if record.period else None
    if said and record.period and not (record.period.start or record.period.end):
        yield found("unread-period", source=manifest.name, key=record.key, where=where, value=said)
