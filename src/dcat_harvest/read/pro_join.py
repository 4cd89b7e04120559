"""Documents joined with the pages that list them: series, terms, sizes; and what is lacking."""

from collections.abc import Iterator, Mapping

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Annotation, Dataset, Distribution, Origin, Part
from dcat_harvest.read.files import agrees
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.pro_records import options
from dcat_harvest.read.things import Things


def join(things: Things, manifest: Manifest) -> Iterator[Dataset | Finding]:
    """Yield each dataset once, with its series, the terms of the page that lists it, and sizes."""
    listings = [part for part in things.parts if part.kind == "listing"]
    lengths = {part.key: int(part.fields["bytes"]) for part in things.parts if part.kind == "size"}
    sizes = {part.key: str(part.fields["stated"]) for part in things.parts if part.kind == "stated"}
    kinds = {dataset.key: dataset.kind for dataset in things.datasets}
    for dataset in _once(things.datasets):
        if dataset.kind == "series":
            yield _with_years(dataset, listings)
            continue
        joined = _listed(dataset, listings, kinds)
        files = tuple(_sized(x, lengths, sizes) for x in joined.distributions)
        yield msgspec.structs.replace(joined, distributions=files)
    yield from _lacking(things, listings, manifest)


def _once(datasets: list[Dataset]) -> Iterator[Dataset]:
    """Keep a document once that is linked in two forms of address: the older one names it."""
    found: dict[str, Dataset] = {}
    for dataset in datasets:
        other = found.get(dataset.key)
        if other is None:
            found[dataset.key] = dataset
            continue
        old, new = sorted((dataset, other), key=lambda d: d.identifier == d.landing_page)
        known = (*old.other_identifiers, new.identifier or "", *new.other_identifiers)
        others = tuple(x for x in dict.fromkeys(known) if x and x != old.identifier)
        found[dataset.key] = msgspec.structs.replace(old, other_identifiers=others)
    return iter(found.values())


def _listed(dataset: Dataset, listings: list[Part], kinds: Mapping[str, str]) -> Dataset:
    at = [part for part in listings if dataset.key in part.fields["documents"]]
    series = [str(x.fields["topic"]) for x in at if kinds.get(str(x.fields["topic"])) == "series"]
    if series and dataset.in_series is None:
        dataset = msgspec.structs.replace(dataset, in_series=series[0])
    if dataset.in_series and kinds.get(dataset.in_series) != "series":
        dataset = msgspec.structs.replace(dataset, in_series=None)
    stated = next((part for part in at if part.fields["licence"]), None)
    if dataset.licence or stated is None:
        return dataset
    rights = str(stated.fields["rights"])
    origin = Origin(kind="interpreted", seen_at=stated.key, text=rights)
    return msgspec.structs.replace(
        dataset,
        licence=str(stated.fields["licence"]),
        rights=rights,
        origins={**dataset.origins, "licence": origin},
    )


def _with_years(series: Dataset, listings: list[Part]) -> Dataset:
    """Return a series with what its year pages say, as notes: they have no record of their own."""
    notes = tuple(
        Annotation(kind="note", text=str(x.fields["text"]), title=str(x.fields["year"]), url=x.key)
        for x in listings
        if x.fields["topic"] == series.key and x.fields["year"] and x.fields["text"]
    )
    return msgspec.structs.replace(series, annotations=(*series.annotations, *notes))


def _sized(file: Distribution, lengths: dict[str, int], sizes: dict[str, str]) -> Distribution:
    """Return a file with its length, where the page states a size and both agree."""
    address = file.download_url or ""
    length, stated = lengths.get(address), sizes.get(address)
    if length is None or stated is None or not agrees(stated, length):
        return file
    return msgspec.structs.replace(file, bytes=length)


def _lacking(things: Things, listings: list[Part], manifest: Manifest) -> Iterator[Finding]:
    listed = {str(part.fields["topic"]) for part in listings if part.fields["documents"]} | {
        d.in_series or "" for d in things.datasets
    }
    licensed = {
        key for part in listings if part.fields["licence"] for key in part.fields["documents"]
    }
    for dataset in _once(things.datasets):
        codes = {
            "no-document": dataset.kind == "series" and dataset.key not in listed,
            "no-distribution": dataset.kind == "dataset" and not dataset.distributions,
            "no-description": dataset.description is None,
            "no-licence": dataset.licence is None and dataset.key not in licensed,
        }
        for code in (code for code, lacks in codes.items() if lacks):
            yield finding(
                code, source=manifest.name, key=dataset.key, where=dataset.landing_page or ""
            )
    found = {dataset.key for dataset in things.datasets}
    for topic in options(manifest).known_topics:
        if topic not in found:
            yield finding("known-page-gone", source=manifest.name, key=topic, value=topic)
