"""Reads StatLine's catalogue: Tables, Themes, Tables_Themes (OData 3), Datasets, Properties (4).

All but Tables are read as a chain, so that each page knows what it needs: Themes ->
Tables_Themes -> Datasets -> Properties. What they say is joined in `finish`.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dcat_harvest.model import Capture, DataService, Dataset, Page, Part, ref
from dcat_harvest.read import Finding, Manifest, PageChanged, odata
from dcat_harvest.read.things import Things
from dcat_harvest.sources.cbs_statline import selection, tables
from dcat_harvest.sources.cbs_statline.rows import FIELDS, kept


def start(manifest: Manifest) -> Iterable[Page]:
    """Yield the catalogue of tables, and the first page of the chain."""
    for url in manifest.start:
        if selection.kind_of(url) not in selection.CHAIN:
            yield Page(url=url, kind="tables")
    yield from selection.onwards("", manifest, {})


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Part | Finding]:
    """Yield what a page says as parts, and the pages that follow from it."""
    kind = capture.page.kind
    if kind == "properties":
        row, findings = odata.entity(capture, manifest.name)
        listed = odata.Listing([row], None, findings)
    else:
        try:
            listed = odata.listing(capture, manifest.name)
        except PageChanged:
            # The chain goes on without what this page would have said.
            yield from selection.onwards(kind, manifest, capture.page.data)
            raise
    rows, odd = kept(listed.rows, FIELDS[kind], capture.url, manifest.name)
    yield from (*listed.findings, *odd)
    if kind in {"themes", "tables_themes"}:
        yield Part(kind=kind, key=capture.url, fields={"rows": rows}, capture=ref(capture))
    else:
        for row in rows:
            yield Part(kind=kind, key=row["Identifier"], fields=row, capture=ref(capture))
    yield from _follow(capture, listed, rows, manifest)


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Join the pages: one dataset for each table, whichever version lists it."""
    yield from tables.records(things.parts, manifest)


def _follow(
    capture: Capture, listed: odata.Listing, rows: list[selection.Row], manifest: Manifest
) -> Iterator[Page | Finding]:
    kind = capture.page.kind
    known = selection.known(kind, rows, capture.page.data, manifest)
    is_last = True
    for item in odata.following(capture, listed, manifest.name):
        if isinstance(item, Page):
            is_last = False
            yield msgspec.structs.replace(item, data={**item.data, **known})
        else:
            yield item
    if kind == "datasets":
        yield from selection.properties(rows, capture.page.data, manifest, is_last=is_last)
    if is_last:
        yield from selection.onwards(kind, manifest, known)
