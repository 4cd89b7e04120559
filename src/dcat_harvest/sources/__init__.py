"""The sources: one folder each, and those that a user configures or another package adds."""

import importlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

Thing = Page | Dataset | DataService | Part | Finding
FOLDER = Path(__file__).parent


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


@cache
def built_in() -> Mapping[str, Path]:
    """Name to folder of every source that comes with this package or another one."""
    folders = [p.parent for p in sorted(FOLDER.glob("*/source.toml"))]
    for entry in entry_points(group="dcat_harvest.sources"):
        module = importlib.import_module(entry.value)
        folders.append(Path(str(module.__file__)).parent)
    return {tomllib.loads((f / "source.toml").read_text("utf-8"))["name"]: f for f in folders}


def load(
    names: Iterable[str] = (), configured: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Source]:
    """The sources of these names (all that are switched on where none is named), in order.

    `configured` is `[sources.NAME]` of the settings: `type`, `start`, `publisher` and options for
    a new source, options for a built-in one; `enabled = false` leaves it out of a plain run.
    Raises UsageError for an unknown name or type, or a bad value, naming it.
    """
    configured = configured or {}
    wanted = list(names)
    known = [*built_in(), *(n for n in configured if n not in built_in())]
    unknown = [n for n in wanted if n not in known]
    if unknown:
        raise UsageError(
            f"no source named {', '.join(unknown)}; there are {', '.join(known)}; "
            "see `dcat-harvest sources list`"
        )
    chosen = wanted or [n for n in known if configured.get(n, {}).get("enabled", _default_on(n))]
    return [_load(name, configured.get(name, {})) for name in chosen]


def _default_on(name: str) -> bool:
    if name not in built_in():
        return True
    return bool(_table(built_in()[name]).get("enabled", True))


def _table(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))


def _load(name: str, given: Mapping[str, Any]) -> Source:
    kind = given.get("type", name)
    folder = built_in().get(kind)
    if folder is None:
        raise UsageError(f"[sources.{name}]: no type {kind!r}; types are {', '.join(built_in())}")
    base = _table(folder)
    base.pop("enabled", None)
    if name != base["name"]:
        # Another publisher's place: what the built-in source assumes does not hold there.
        base = {"robots": base.get("robots", "obey"), "options": base.get("options", {})}
        base |= {"type": kind, "title": given.get("title", name), "publisher": None, "start": ()}
    try:
        manifest = msgspec.convert({**base, "name": name, **_settings(name, given, base)}, Manifest)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {name}: {error}; see {folder / 'source.toml'}") from error
    package = f"{__name__}.{folder.name}" if folder.parent == FOLDER else folder.name
    return Source(manifest=manifest, reader=importlib.import_module(f"{package}.pages"))


def _settings(name: str, given: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the user as manifest fields; what is no field is an option of the type."""
    fields = set(Manifest.__struct_fields__)
    out: dict[str, Any] = {}
    options = dict(base.get("options", {}))
    for key, value in given.items():
        if key in ("type", "enabled"):
            continue
        if key == "publisher":
            out[key] = _publisher(name, value)
        elif key == "start":
            out[key] = (value,) if isinstance(value, str) else value
        elif key == "options":
            options |= value
        elif key in fields:
            out[key] = value
        else:
            options[key] = value
    if "publisher" in out and "stated_for_all" not in given and name not in built_in():
        out["stated_for_all"] = {
            "publisher": {**out["publisher"], "because": "stated in the configuration"}
        }
    return {**out, "options": options, "type": given.get("type", base.get("type", name))}


def _publisher(name: str, value: Any) -> dict[str, Any]:
    """`publisher` of a configured source: an IRI, a name, or a table with both."""
    if isinstance(value, Mapping):
        return dict(value)
    text = str(value)
    if "://" in text:
        last = text.rstrip("/").rsplit("/", 1)[-1]
        return {"name": last.replace("_", " "), "iri": text}
    return {"name": text}
