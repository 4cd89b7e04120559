"""Which sources and types there are, and where each comes from."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.sources import built_in, is_on, kinds, load, names
from dcat_harvest.sources.places import others


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One source: whether a plain run harvests it, and where it is described."""

    name: str
    type: str
    title: str
    on: bool
    origin: str
    """`built in`, the package that adds it, or `configuration`."""
    start: tuple[str, ...]
    problem: str = ""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One type that a configured source can have."""

    name: str
    title: str


def entries(configured: Mapping[str, Mapping[str, Any]]) -> Iterator[Entry]:
    """Yield every source; one that does not load with the reason."""
    for name in names(configured):
        given = configured.get(name, {})
        place = built_in().get(name)
        ours = place is not None and place.package.startswith("dcat_harvest.")
        origin = "built in" if ours else place.package if place else "configuration"
        try:
            manifest = load([name], configured)[0].manifest
            yield Entry(
                name=name, type=manifest.type, title=manifest.title, on=is_on(name, given),
                origin=origin, start=manifest.start,
            )  # fmt: skip
        except UsageError as error:
            kind = str(given.get("type", ""))
            yield Entry(
                name=name, type=kind, title=name, on=False, origin=origin, start=(),
                problem=str(error),
            )  # fmt: skip
    for problem in others()[1]:
        yield Entry(
            name="", type="", title="", on=False, origin="another package", start=(),
            problem=problem,
        )  # fmt: skip


def kinds_of() -> Iterator[Kind]:
    """Yield the types: those made to be types, and the built-in sources."""
    for name, place in {**built_in(), **kinds()}.items():
        if place.has_reader:
            yield Kind(name=name, title=str(place.table.get("title", name)))
