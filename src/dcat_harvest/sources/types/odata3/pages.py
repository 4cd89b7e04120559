"""Any StatLine catalogue by OData 3: Tables, Themes and Tables_Themes, of several publishers."""

from collections.abc import Iterable, Iterator

import msgspec

from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read import Finding, Manifest
from dcat_harvest.read.things import Things
from dcat_harvest.sources.cbs_statline import catalogs, pages


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the lists of the catalogue, also where only its own address is given."""
    for page in pages.start(catalogs.with_lists(manifest)):
        is_ours = page.url not in manifest.start and page.kind != "tables"
        # A list that nobody named may be missing: not every service has themes.
        yield msgspec.structs.replace(page, optional=is_ours and page.kind != "datasets")


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Part | Finding]:
    """Read a page, with the addresses of an internal host written as those of this one."""
    whole = catalogs.with_lists(manifest)
    for item in pages.read(capture, whole):
        if isinstance(item, Part) and item.kind == "tables":
            yield from catalogs.reachable(item, capture, whole)
        else:
            yield item


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Join the pages; each table gets the publisher, licence and page of its catalogue."""
    whole = catalogs.with_lists(manifest)
    named = {p.key: p.fields.get("Catalog", "") for p in things.parts if p.kind == "tables"}
    for item in pages.finish(things, whole):
        if isinstance(item, Dataset):
            yield catalogs.of_catalog(item, named.get(item.key, ""), whole)
        else:
            yield item
