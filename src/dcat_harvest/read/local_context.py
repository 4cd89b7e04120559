"""JSON-LD whose context stands elsewhere, read with our own: nothing is fetched for a page."""

import json
from functools import cache
from typing import Any

from dcat_harvest import resources

MAX_DEPTH = 60
CLASSES = {
    "dcat": ("Catalog", "CatalogRecord", "DataService", "Dataset", "DatasetSeries", "Distribution"),
    "foaf": ("Agent", "Document", "Organization"),
    "vcard": ("Kind", "Organization"),
    "dct": ("PeriodOfTime", "RightsStatement", "Location", "ProvenanceStatement"),
    "spdx": ("Checksum",),
}


def with_own_context(text: str) -> str | None:
    """Return the document with our context for each that is only an address; None without one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    changed: list[str] = []
    own = _replaced(value, changed, 0)
    return json.dumps(own) if changed else None


@cache
def context() -> dict[str, Any]:
    """The context that we write with, and the names of classes as DCAT-AP has them."""
    own: dict[str, Any] = json.loads(resources.text("vocab/context.jsonld"))["@context"]
    classes = {name: f"{prefix}:{name}" for prefix, names in CLASSES.items() for name in names}
    return {**classes, **own, "id": "@id", "type": "@type"}


def _replaced(value: Any, changed: list[str], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_replaced(item, changed, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _context(inner, changed) if key == "@context" else _replaced(inner, changed, depth + 1)
        for key, inner in value.items()
    }


def _context(given: Any, changed: list[str]) -> Any:
    if isinstance(given, list):
        return [_context(item, changed) for item in given]
    if isinstance(given, str):
        changed.append(given)
        return context()
    return given
