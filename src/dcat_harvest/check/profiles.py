"""Profiles: manifests of `shapes/profiles/*.toml`, their shapes read and repaired."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.check import engine
from dcat_harvest.check.rules import Rule, index
from dcat_harvest.errors import UsageError
from dcat_harvest.graph import line

SH = engine.SH
DOCUMENTATION = frozenset(
    [
        *(SH + name for name in ("name", "description", "message", "order", "group")),
        "http://www.w3.org/2000/01/rdf-schema#seeAlso",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2000/01/rdf-schema#comment",
        "http://www.w3.org/2000/01/rdf-schema#member",
        "https://purl.eu/ns/shacl#message",
    ]
)
"""Left out of what the engine gets."""


class Official(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the official files are, below `--shapes DIR`."""

    folders: tuple[str, ...]
    """Names that the folder of this version may have; the files may also lie in DIR itself."""
    files: tuple[str, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that is questionable, and why: its findings carry `fault = "rule"`."""

    path: str
    component: str
    because_nl: str
    because_en: str
    unless_class: str = ""
    only_class: str = ""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One manifest: which shapes, what background, which results count."""

    name: str = ""
    title_nl: str
    title_en: str
    shapes: tuple[str, ...]
    """Our own files, relative to `shapes/`."""
    official: Official | None = None
    focus: Literal["subjects", "nodes"] = "nodes"
    """Results count for subjects of the data and blank nodes, or for every node in the data."""
    only: Literal["", "hvd"] = ""
    typed_as_resource: tuple[str, ...] = ()
    """Predicates whose objects are rdfs:Resource while we check; never published."""
    known: tuple[Known, ...] = ()
    standard: str = ""
    """Its own IRI, for what claims to conform to it."""
    verdicts: bool = False
    """Judged by criterion, with scores; the others are SHACL alone."""
    counts: tuple[str, ...] = ()
    """Profiles whose violations it counts."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A profile with its shapes in memory."""

    profile: Profile
    nt: tuple[str, ...]
    """N-Triples lines, repaired, without documentation."""
    rules: Mapping[str, Rule]
    """By source shape."""
    is_official: bool = False
    dropped: tuple[str, ...] = ()
    """Dangling `sh:property` references that were dropped."""


def names() -> tuple[str, ...]:
    """The profiles that there are, sorted."""
    return tuple(sorted(p.stem for p in resources.path("shapes/profiles").glob("*.toml")))


def profile(name: str) -> Profile:
    """The manifest of a profile; raises UsageError where there is none."""
    path = resources.path(f"shapes/profiles/{name}.toml")
    if name not in names():
        raise UsageError(f"no profile {name!r}; there are {', '.join(names())}")
    try:
        known = {"name": name, **tomllib.loads(path.read_text("utf-8"))}
        return msgspec.convert(known, Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}") from error


@cache
def load(name: str, shapes: Path | None = None) -> Loaded:
    """A profile with our own shapes, or with the official files below `shapes`."""
    known = profile(name)
    files = _official(known, shapes) if shapes and known.official else None
    paths = files or [resources.path(f"shapes/{file}") for file in known.shapes]
    triples = [t for path in paths for t in _parse(path)]
    dangling = _dangling(triples)
    kept = [t for t in triples if not (_is_property(t) and str(t.object) in dangling)]
    return Loaded(
        profile=known,
        nt=tuple(sorted({line(t) for t in kept if t.predicate.value not in DOCUMENTATION})),
        rules=index(kept),
        is_official=files is not None,
        dropped=tuple(sorted(x.strip("<>") for x in dangling)),
    )


def _official(known: Profile, shapes: Path) -> list[Path]:
    assert known.official is not None
    if not shapes.is_dir():
        raise UsageError(f"{shapes}: no such folder of shapes")
    for folder in (*(shapes / x for x in known.official.folders), shapes):
        found = [folder / file for file in known.official.files]
        if all(path.is_file() for path in found):
            return found
    wanted = " or ".join(f"{x}/" for x in known.official.folders)
    raise UsageError(
        f"{shapes}: the official files of {known.name} are not there; wanted {wanted} with "
        f"{', '.join(known.official.files)}. `dcat-harvest shapes fetch` gets them."
    )


def _parse(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except (SyntaxError, OSError) as error:
        raise UsageError(f"{path}: these shapes cannot be read: {error}") from error


def _is_property(triple: ox.Quad) -> bool:
    return triple.predicate.value == f"{SH}property"


def _dangling(triples: list[ox.Quad]) -> set[str]:
    """Property shapes referred to that have no path: strict engines refuse them."""
    with_path = {str(t.subject) for t in triples if t.predicate.value == f"{SH}path"}
    return {str(t.object) for t in triples if _is_property(t)} - with_path
