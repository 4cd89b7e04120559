"""The sources: one folder each, and those that a user configures or another package adds."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things
from dcat_harvest.sources.places import Place, built_in, kinds, manifest_file

Thing = Page | Dataset | DataService | Part | Finding
EVERY = "all"
"""The name that stands for all sources, those included that are off in a plain run."""


class Reader(Protocol):
    """What a source's `pages.py` offers; `finish` is optional."""

    start: Callable[[Manifest], Iterable[Page]]
    read: Callable[[Capture, Manifest], Iterator[Thing]]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source ready to harvest: its manifest and its reader."""

    manifest: Manifest
    reader: Any
    """The module `pages.py`, see Reader."""

    @property
    def name(self) -> str:
        """Its name, as in IRIs and on the command line."""
        return self.manifest.name

    def finish(self, things: Things) -> Iterator[Dataset | DataService | Finding]:
        """Join what the pages gave; without a `finish` of its own the records as they are."""
        join = getattr(self.reader, "finish", None)
        if join is None:
            yield from things.datasets
            yield from things.services
        else:
            yield from join(things, self.manifest)


def names(configured: Mapping[str, Mapping[str, Any]] | None = None) -> list[str]:
    """Name all sources: built in first, then those of the configuration."""
    return [*built_in(), *(name for name in configured or {} if name not in built_in())]


def load(
    wanted: Iterable[str] = (), configured: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Source]:
    """Load the sources of these names (all that are switched on where none is named), in order.

    `configured` is `[sources.NAME]` of the settings: `type`, `start`, `publisher` and options for
    a new source, options for a built-in one; `enabled` switches one on or off in a plain run.
    The name `all` stands for every source. Raises UsageError for an unknown name or type, or a
    bad value, naming it.
    """
    configured = configured or {}
    asked, known = list(wanted), names(configured)
    unknown = [name for name in asked if name not in known and name != EVERY]
    if unknown:
        raise UsageError(
            f"no source named {', '.join(unknown)}; there are {', '.join(known)}; "
            "see `dcat-harvest sources list`"
        )
    if EVERY in asked:
        asked = known
    chosen = asked or [name for name in known if is_on(name, configured.get(name, {}))]
    return [_load(name, configured.get(name, {})) for name in dict.fromkeys(chosen)]


def is_on(name: str, given: Mapping[str, Any]) -> bool:
    """Tell whether a plain run harvests a source; one with an address of the user, it does."""
    if "enabled" in given:
        return bool(given["enabled"])
    if name not in built_in() or given.keys() & {"type", "start", "manifest"}:
        return True
    return bool(built_in()[name].table.get("enabled", True))


def _load(name: str, given: Mapping[str, Any]) -> Source:
    own = manifest_file(name, given["manifest"]) if "manifest" in given else built_in().get(name)
    kind = str(given.get("type") or (own.table["type"] if own else ""))
    if own and given.get("type") in (None, name, own.table["type"]):
        # A source that exists: the settings change some of its options.
        reader = own if own.has_reader else _place(name, kind)
        base = _options_of(reader, own)
    else:
        reader = _place(name, kind)
        base = _of_type(name, kind, reader, given)
    try:
        manifest = msgspec.convert(
            {**base, "name": name, **_settings(given, base, is_new=own is None)}, Manifest
        )
    except msgspec.ValidationError as error:
        raise UsageError(f"source {name}: {error}; see {reader.file}") from error
    pages = f"{reader.package}.pages"
    try:
        return Source(manifest=manifest, reader=importlib.import_module(pages))
    except ImportError as error:
        raise UsageError(f"source {name}: its reader {pages} does not load: {error}") from error


def _place(name: str, kind: str) -> Place:
    """Find the reader of a type; the name of a built-in source is also a type."""
    found = kinds().get(kind) or built_in().get(kind)
    if found is None:
        there_are = ", ".join([*kinds(), *built_in()])
        said = f"no type {kind!r}" if kind else "no type is given"
        raise UsageError(f"[sources.{name}]: {said}; types are {there_are}")
    if found.has_reader:
        return found
    return _place(name, str(found.table["type"]))


def _options_of(reader: Place, own: Place) -> dict[str, Any]:
    """Give the manifest of a source, its options over those of its type."""
    base = {key: value for key, value in own.table.items() if key != "enabled"}
    if reader is not own:
        base = {
            k: reader.table[k] for k in ("robots", "api_terms", "accept") if k in reader.table
        } | base
        base["options"] = {**reader.table.get("options", {}), **base.get("options", {})}
    return base


def _of_type(name: str, kind: str, reader: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """Begin a new source: with nothing that another publisher's source assumes."""
    for key, example in (("start", '"https://…"'), ("publisher", '"IRI or name"')):
        if key not in given:
            raise UsageError(f"[sources.{name}]: give it {key} = {example} (type {kind})")
    table = kinds().get(kind) or built_in().get(kind) or reader
    base = {
        key: table.table[key] for key in ("robots", "api_terms", "accept") if key in table.table
    }
    options = {**reader.table.get("options", {}), **table.table.get("options", {})}
    return {**base, "options": options, "type": kind, "title": name}


def _settings(given: Mapping[str, Any], base: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    """Turn settings of the user into manifest fields; what is no field is an option of the type."""
    fields = set(Manifest.__struct_fields__) - {"name"}
    out: dict[str, Any] = {}
    options = dict(base.get("options", {}))
    for key, value in given.items():
        if key in ("type", "enabled", "manifest"):
            continue
        if key == "publisher":
            out[key] = _publisher(value)
        elif key == "start":
            out[key] = (value,) if isinstance(value, str) else value
        elif key == "options":
            options |= value
        elif key in fields:
            out[key] = value
        else:
            options[key] = value
    if "publisher" in out and is_new:
        said = {**out["publisher"], "because": "stated in the configuration"}
        out["stated_for_all"] = {"publisher": said, **out.get("stated_for_all", {})}
    return {**out, "options": options}


def _publisher(value: Any) -> dict[str, Any]:
    """Read `publisher` of a configured source: an IRI, a name, or a table with both."""
    if isinstance(value, Mapping):
        return dict(value)
    text = str(value)
    if "://" in text:
        last = text.rstrip("/").rsplit("/", 1)[-1]
        return {"name": last.replace("_", " "), "iri": text}
    return {"name": text}


__all__ = ["EVERY", "Reader", "Source", "built_in", "is_on", "kinds", "load", "names"]
