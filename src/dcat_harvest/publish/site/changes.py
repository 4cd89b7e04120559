"""What changed, release by release: the page, the Atom feed, and the log that carries it on."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import msgspec

from dcat_harvest.publish.site.words import plain, table
from dcat_harvest.report.data import Change

KINDS = ("new", "changed", "gone")
KEPT_STEPS = 50
KEPT_ROWS = 200
FEED_ENTRIES = 200


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """How many datasets, and the first of them: local path without suffix, IRI, title."""

    total: int
    rows: tuple[tuple[str, str, str], ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one release changed."""

    release: str
    time: str
    kinds: Mapping[str, Group]


def steps(
    before: Path | None,
    release: str,
    time: str,
    changes: tuple[Change, ...],
    locals_: Mapping[str, str],
) -> list[Step]:
    """The step of a release and those of earlier ones, newest first."""
    path = before / "changes.json" if before else None
    old = msgspec.json.decode(path.read_bytes(), type=list[Step]) if path and path.is_file() else []
    kinds = {
        kind: _group([c for c in changes if c.kind == kind], locals_)
        for kind in KINDS
        if any(c.kind == kind for c in changes)
    }
    new = [Step(release=release, time=time, kinds=kinds)] if kinds else []
    return [*new, *(s for s in old if s.release != release or not new)][:KEPT_STEPS]


def _group(changes: list[Change], locals_: Mapping[str, str]) -> Group:
    rows = tuple(
        (locals_.get(c.dataset, ""), c.dataset, plain(c.title, 200)) for c in changes[:KEPT_ROWS]
    )
    return Group(total=len(changes), rows=rows)


def shown(found: list[Step], there: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """The values of the page; only what is still there has a link."""
    for step in found:
        yield {
            "time": step.time,
            "release": step.release,
            "kinds": [
                (kind, group.total, [_row(row, there) for row in group.rows])
                for kind, group in step.kinds.items()
            ],
        }


def _row(row: tuple[str, str, str], there: Mapping[str, str]) -> tuple[str, str]:
    local, iri, title = row
    return (local.replace("%", "%25") + ".html" if local and iri in there else "", title)


def atom(found: list[Step], *, base: str, title: str, author: str, time: str) -> bytes:
    """The Atom feed (RFC 4287): an entry per dataset that came, changed or went."""
    rows = [
        (step, kind, row)
        for step in found
        for kind, group in step.kinds.items()
        for row in group.rows
    ][:FEED_ENTRIES]
    updated = found[0].time if found else time
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">',
        f"<id>{escape(base)}changes.atom</id>",
        f"<title>{escape(title)}</title>",
        f"<updated>{escape(updated)}</updated>",
        f"<author><name>{escape(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{escape(base)}changes.atom"/>',
        f'<link rel="alternate" type="text/html" href="{escape(base)}changes.html"/>',
        *(_entry(*row) for row in rows),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(step: Step, kind: str, row: tuple[str, str, str]) -> str:
    _, iri, title = row
    word = table()[f"change-{kind}"]["nl"]
    return (
        f"<entry><id>{escape(iri)}#{kind}-{escape(step.release)}</id>"
        f"<title>{word}: {escape(title)}</title><updated>{escape(step.time)}</updated>"
        f'<link rel="alternate" href="{escape(iri)}"/><category term="{kind}"/>'
        f"<summary>{word}: {escape(title)}</summary></entry>"
    )
