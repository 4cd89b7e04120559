"""What changed between two catalogues: datasets, their fields, and the statements."""

from collections.abc import Callable
from typing import Literal

import msgspec

from dcat_harvest.diff.datasets import Change, FieldChange, changes
from dcat_harvest.diff.labels import labelled
from dcat_harvest.diff.patch import apply_patch, patch
from dcat_harvest.diff.sides import as_stored, is_endpoint, read_side
from dcat_harvest.graph import Graph


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """Datasets new, gone and changed, and the statements added and removed."""

    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    changed: tuple[Change, ...]
    shared: tuple[Change, ...]
    """Nodes that are no dataset's own: agents, contacts, services, the catalogue."""
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """No statement differs."""
        return not self.added and not self.removed


def diff(old: str, new: str) -> Diff:
    """Compare two sides; each a release or output folder, an RDF file, or a SPARQL endpoint."""
    before, after = read_side(old), read_side(new)
    if is_endpoint(old) != is_endpoint(new):
        # A store rewrites literals (design, decision 10): compare what both would hold.
        before, after = as_stored(before), as_stored(after)
    return diff_graphs(before, after)


def diff_graphs(old: Graph, new: Graph) -> Diff:
    """Compare two graphs; blank nodes are matched by RDFC-1.0 and by what they say."""
    before, after = labelled(old), labelled(new)
    removed = sorted(set(before) - set(after))
    added = sorted(set(after) - set(before))
    found = changes(before, after) if removed or added else ()
    kinds: dict[Literal["new", "gone", "changed", "shared"], tuple[Change, ...]] = {
        kind: tuple(c for c in found if c.kind == kind)
        for kind in ("new", "gone", "changed", "shared")
    }
    return Diff(**kinds, added=tuple(added), removed=tuple(removed))


def render(found: Diff, format: Literal["text", "json", "html", "patch"] = "text") -> str:
    """A comparison as text for people, JSON, an HTML page, or an RDF patch."""
    from dcat_harvest.diff import rendering

    as_format: dict[str, Callable[[Diff], str]] = {
        "text": rendering.text,
        "json": rendering.json,
        "html": rendering.html,
        "patch": lambda d: patch(d.removed, d.added),
    }
    return as_format[format](found)


__all__ = [
    "Change",
    "Diff",
    "FieldChange",
    "apply_patch",
    "diff",
    "diff_graphs",
    "labelled",
    "patch",
    "render",
]
