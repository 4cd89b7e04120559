"""Finds `shapes/`, `vocab/` and `queries/` in the wheel and in a checkout."""

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The folder that holds `shapes/`, `vocab/` and `queries/`."""
    packaged = Path(__file__).parent / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def path(name: str) -> Path:
    """The path of a resource, such as `vocab/context.jsonld`."""
    return root() / name


def text(name: str) -> str:
    """The text of a resource."""
    return path(name).read_text(encoding="utf-8")
