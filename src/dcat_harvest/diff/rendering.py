"""A comparison as text, JSON or an HTML page."""

from html import escape
from typing import TYPE_CHECKING

import msgspec

from dcat_harvest.diff.datasets import Change, FieldChange

if TYPE_CHECKING:
    from dcat_harvest.diff import Diff

_MARKS = {"new": "+", "gone": "-", "changed": "~", "shared": "·"}
_CSS = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #767676;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "del{background:#fde8e8;color:#8a0000}ins{background:#e3f5e3;color:#0b4d0b}"
)


def headline(found: "Diff") -> str:
    """The counts in one line."""
    return (
        f"{len(found.new)} datasets new, {len(found.gone)} gone, {len(found.changed)} changed; "
        f"{len(found.shared)} shared nodes changed; "
        f"{len(found.added)} statements added, {len(found.removed)} removed"
    )


def text(found: "Diff") -> str:
    """For the terminal."""
    if found.is_empty:
        return "no difference\n"
    rows = [headline(found)]
    for change in (*found.new, *found.gone, *found.changed, *found.shared):
        rows.append(f"{_MARKS[change.kind]} {change.iri}  {change.title}".rstrip())
        rows += [f"    {_field(f)}" for f in change.fields]
    return "\n".join(rows) + "\n"


def _field(change: FieldChange) -> str:
    part = f"[{change.part}] " if change.part else ""
    return f"{part}{change.field}: {_values(change.old)} -> {_values(change.new)}"


def _values(values: tuple[str, ...]) -> str:
    return " | ".join(" ".join(v.split()) for v in values) or "(none)"


def json(found: "Diff") -> str:
    """For programs: `new`, `gone`, `changed`, `shared`, `added`, `removed`."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def html(found: "Diff") -> str:
    """A page of its own, without scripts."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Changes</title>',
        f"<style>{_CSS}</style></head><body><main><h1>Changes</h1><p>{headline(found)}.</p>",
    ]
    parts += _list("New", found.new) + _list("Gone", found.gone)
    for change in (*found.changed, *found.shared):
        parts += _table(change)
    return "\n".join([*parts, "</main></body></html>", ""])


def _list(name: str, changes: tuple[Change, ...]) -> list[str]:
    if not changes:
        return []
    rows = [f"<li>{escape(c.title or c.iri)} <code>{escape(c.iri)}</code></li>" for c in changes]
    return [f"<h2>{name}</h2>", "<ul>", *rows, "</ul>"]


def _table(change: Change) -> list[str]:
    rows = [
        f"<tr><td>{escape(f.part)}</td><td>{escape(f.field)}</td>"
        f"<td><del>{escape(_values(f.old))}</del></td>"
        f"<td><ins>{escape(_values(f.new))}</ins></td></tr>"
        for f in change.fields
    ]
    return [
        f"<h2>{escape(change.title or change.iri)}</h2><p><code>{escape(change.iri)}</code></p>",
        "<table><thead><tr><th>Part</th><th>Field</th><th>Old</th><th>New</th></tr></thead><tbody>",
        *rows,
        "</tbody></table>",
    ]
