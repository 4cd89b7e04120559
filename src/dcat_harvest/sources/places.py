"""Where sources and types stand: in this package, in another one, or in a user's folder."""

import importlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

from dcat_harvest.errors import UsageError

FOLDER = Path(__file__).parent
GROUP = "dcat_harvest.sources"
"""Entry-point group: each entry names a package with a `source.toml` or a `type.toml`."""


class Place(NamedTuple):
    """A folder with a `source.toml` or `type.toml`, and a `pages.py` where it has its own."""

    file: Path
    package: str
    table: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """The folder."""
        return self.file.parent

    @property
    def has_reader(self) -> bool:
        """Whether it reads pages itself; else its type does."""
        return (self.folder / "pages.py").is_file()


@cache
def built_in() -> Mapping[str, Place]:
    """Find every source that comes with this package or another one, by name."""
    ours = (_place(file, f"{__package__}.{file.parent.name}") for file in _files("*/source.toml"))
    return {str(p.table["name"]): p for p in (*ours, *_of_others("source.toml"))}


@cache
def kinds() -> Mapping[str, Place]:
    """Find every type that a source can have, beside the names of built-in sources."""
    ours = (
        _place(file, f"{__package__}.types.{file.parent.name}")
        for file in _files("types/*/type.toml")
    )
    return {str(p.table["name"]): p for p in (*ours, *_of_others("type.toml"))}


@cache
def others() -> tuple[Mapping[str, Path], tuple[str, ...]]:
    """Find the folders of other packages that add sources, and why some could not be had."""
    folders: dict[str, Path] = {}
    problems: list[str] = []
    for entry in entry_points(group=GROUP):
        try:
            module = importlib.import_module(entry.value.partition(":")[0])
            folders[module.__name__] = Path(str(module.__file__)).parent
        except Exception as error:  # whatever another package does on import
            problems.append(f"entry point {entry.name} ({entry.value}): {error!r}")
    return folders, tuple(problems)


def manifest_file(name: str, given: object) -> Place:
    """Read the source of a user's own `source.toml`; UsageError where there is none."""
    file = Path(str(given))
    file = file / "source.toml" if file.is_dir() else file
    if not file.is_file():
        raise UsageError(f"[sources.{name}]: no manifest {file}; see `dcat-harvest sources new`")
    try:
        found = _place(file, "")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error
    if "type" not in found.table:
        raise UsageError(f"{file}: write type = …, one of {', '.join(kinds())}")
    return found


def _files(pattern: str) -> list[Path]:
    return sorted(FOLDER.glob(pattern))


def _place(file: Path, package: str) -> Place:
    return Place(file, package, tomllib.loads(file.read_text(encoding="utf-8")))


def _of_others(file: str) -> Iterator[Place]:
    folders, _ = others()
    for package, folder in folders.items():
        if (folder / file).is_file():
            yield _place(folder / file, package)
