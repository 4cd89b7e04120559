"""What the pages of a CKAN portal give together: no package twice, none lost, changelogs linked."""

from collections.abc import Iterator

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import DataService, Dataset, Link
from dcat_harvest.read.ckan_options import Options, options
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things


def join(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Yield each dataset once, with its changelog, then the service and findings."""
    found = options(manifest)
    datasets = {dataset.key: dataset for dataset in things.datasets}
    yield from _missing(things, manifest)
    for key, dataset in datasets.items():
        yield _linked(key, dataset, datasets, found)
        if _documented(key, found) not in {None, *datasets}:
            yield finding(
                "changelog-alone", source=manifest.name, key=key, where=dataset.landing_page or "",
                value=_documented(key, found),
            )  # fmt: skip
    if found.datastore and any(d.services for d in datasets.values()):
        yield _datastore(manifest, found)


def _missing(things: Things, manifest: Manifest) -> Iterator[Finding]:
    """Report that the portal counted more packages than its pages gave."""
    listings = [part for part in things.parts if part.kind == "listing"]
    names = {name for part in listings for name in part.fields["names"]}
    counted = max((int(part.fields["count"]) for part in listings), default=0)
    shown = sum("package_show" in part.key for part in listings)
    if counted != len(names) and shown < len(listings):
        yield finding(
            "paging-incomplete", source=manifest.name, where=listings[0].key if listings else "",
            value=str(len(names)), expected=counted,
        )  # fmt: skip


def _documented(key: str, found: Options) -> str | None:
    """Return the name of the package that a changelog package documents."""
    suffix = found.changelog_suffix
    return key.removesuffix(suffix) if suffix and key.endswith(suffix) else None


def _linked(key: str, dataset: Dataset, datasets: dict[str, Dataset], found: Options) -> Dataset:
    documented = datasets.get(_documented(key, found) or "")
    changelog = datasets.get(f"{key}{found.changelog_suffix}") if found.changelog_suffix else None
    links = list(dataset.links)
    if documented and documented.landing_page:
        links.append(Link(url=documented.landing_page, role="relation"))
    if changelog and changelog.landing_page:
        links.append(Link(url=changelog.landing_page, role="changelog"))
    return msgspec.structs.replace(dataset, links=tuple(links))


def _datastore(manifest: Manifest, found: Options) -> DataService:
    service = found.datastore
    assert service is not None
    action = f"{found.portal}/api/3/action"
    return DataService(
        source=manifest.name,
        key=service.key,
        title=service.title,
        description=service.description,
        endpoint_url=f"{action}/datastore_search",
        endpoint_description=f"{action}/help_show?name=datastore_search",
        identifier=f"{action}/datastore_search",
        landing_page=found.portal,
        documentation=manifest.api_terms or None,
        formats=("JSON",),
    )
