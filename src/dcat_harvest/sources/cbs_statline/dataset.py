"""One StatLine table as a dataset; where OData 3 and 4 both state a value, that of 4 wins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dcat_harvest.model import CaptureRef, Contact, Dataset, Distribution, Link, Origin
from dcat_harvest.read import Finding, Manifest, dates, found, periods
from dcat_harvest.sources.cbs_statline import texts
from dcat_harvest.sources.cbs_statline.selection import Row, fill, names

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
            if value := said(row, name):
                return value
        return None


def said(row: Mapping[str, Any], name: str) -> str:
    """Return a text of a row, trimmed; empty where it is missing or no text."""
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def rows_of(row: Mapping[str, Any], name: str) -> Iterator[Row]:
    """Yield the rows of a list in a row."""
    yield from (item for item in row.get(name, ()) if isinstance(item, dict))


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
        text_language=language.lower() if re.fullmatch("[A-Za-z]{2}", language) else "nl",
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
                tuple(names("own_sources", manifest)),
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
    v4_key = said(table.v4, "Identifier")
    v4_address = fill("v4_address", manifest, v4_key, catalog) if v4_key else ""
    api = said(table.v3, "ApiUrl")
    identifier = (fill("v3_identifier", manifest, key) or api) if table.v3 else v4_address
    others = dict.fromkeys((key, v4_key, v4_address, api))
    page = "v3_landing_page" if table.v3 else "v4_landing_page"
    return {
        "identifier": identifier or None,
        "other_identifiers": tuple(name for name in others if name and name != identifier),
        "landing_page": fill(page, manifest, key, catalog, language or "nl") or None,
    }


def _known(service: str, manifest: Manifest) -> str | None:
    return service if service in manifest.options.get("services", {}) else None


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
    given = said(table.v4, "ContactPoint")
    if "@" in given and " " not in given:
        return Contact(name=manifest.publisher.name, email=given.removeprefix("mailto:"))
    return Contact(name=manifest.publisher.name, url=given) if ADDRESS.fullmatch(given) else None


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
        if url := ADDRESS.fullmatch(said(table.v3, name)):
            yield Distribution(
                access_url=url[0],
                format=word,
                service=_known(service, manifest),
                origins={"format": documented},
            )
    if not table.v4:
        return
    address = fill("v4_address", manifest, said(table.v4, "Identifier"), catalog)
    listed = {said(row, "Format").lower(): row for row in rows_of(table.v4, "Distributions")}
    for word, row in listed.items():
        if word != "odata":
            yield from _file(word, row)
    given = ADDRESS.fullmatch(said(listed.get("odata", {}), "DownloadUrl"))
    yield Distribution(
        access_url=given[0] if given else address,
        format="odata",
        service=_known("odata4", manifest),
    )


def _file(word: str, row: Row) -> Iterator[Distribution]:
    """Yield a file that OData 4 lists; its CSV is a ZIP of several files."""
    download = ADDRESS.fullmatch(said(row, "DownloadUrl"))
    access = ADDRESS.fullmatch(said(row, "AccessUrl")) or download
    if access:
        yield Distribution(
            access_url=access[0],
            download_url=download[0] if download else None,
            format=word or None,
            package_media_type="application/zip" if word == "csv" else None,
            language=said(row, "Language") or None,
        )


def _links(table: Table) -> Iterator[Link]:
    """Provenance and related sources; some addresses carry the rest of an HTML tag (2026)."""
    for name, is_source in (("Provenance", True), ("RelatedSources", False)):
        seen = set()
        for row in rows_of(table.v4, name):
            url = ADDRESS.match(said(row, "Url"))
            if url and url[0] not in seen:
                seen.add(url[0])
                title = texts.title(said(row, "Title"))
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
    at: dict[str, Any] = {
        "source": manifest.name,
        "key": record.key,
        "where": record.landing_page or record.key,
    }
    values = {"untidy-title": untidy, "discontinued": record.status or record.frequency}
    for code, holds in codes.items():
        if holds:
            yield found(code, **at, value=values.get(code) or "")
    for field in ("Modified", "MetaDataModified"):
        given = table.text(field)
        if given and _moment(given) is None:
            yield found("bad-date", **at, field=field, value=given)
    period = record.period
    if period and not (period.start or period.end):
        yield found("unread-period", **at, value=period.text)
