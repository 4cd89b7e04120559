"""What the manifest describes itself: a place that can be pointed at, and is not copied."""

from collections.abc import Iterable, Iterator

import msgspec

from dcat_harvest.model import Capture, DataService, Dataset, Page
from dcat_harvest.read import Finding, Manifest
from dcat_harvest.read.things import Things


def start(manifest: Manifest) -> Iterable[Page]:
    """Look whether the places still answer; they are not read."""
    return tuple(Page(url=url, kind="look", method="HEAD", optional=True) for url in manifest.start)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Finding]:
    """Read nothing: that it answers is all."""
    yield from ()


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give the datasets and services of the manifest; ValueError where one is wrong."""
    try:
        for one in manifest.options.get("datasets", ()):
            yield msgspec.convert({**one, "source": manifest.name}, Dataset)
        for one in manifest.options.get("services", ()):
            yield msgspec.convert({**one, "source": manifest.name}, DataService)
    except msgspec.ValidationError as error:
        raise ValueError(f"source {manifest.name}: {error}") from None
