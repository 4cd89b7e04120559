"""What data.overheid.nl has of a publisher, beside what the publisher's own place has now."""

from collections.abc import Iterable, Iterator

from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Graph
from dcat_harvest.reconcile.matching import STATES, Match, State, compare
from dcat_harvest.reconcile.sides import (
    Fetches,
    Own,
    Row,
    catalogue,
    does_answer,
    portal_manifest,
    portal_rows,
    read_rows,
)

_CODES = {
    "stale": "portal-stale",
    "gone-at-source": "portal-gone",
    "dead": "portal-dead",
    "lacking": "portal-lacking",
}


def reconcile(
    graph: Graph,
    fetches: Fetches,
    authority: str,
    *,
    base: str,
    sources: Iterable[str] = (),
) -> tuple[Match, ...]:
    """Compare the portal's rows of a publisher (OWMS IRI) with our catalogue.

    `sources` limits what of ours is compared; without it, all datasets of that publisher.
    """
    manifest = portal_manifest()
    rows = tuple(portal_rows(fetches, authority, manifest))
    wanted = frozenset(sources)
    ours = [
        own
        for own in catalogue(graph, base=base)
        if (own.source in wanted if wanted else own.publisher == authority)
    ]
    return compare(rows, ours, answers=lambda url: does_answer(fetches, url, manifest))


def elsewhere(matches: Iterable[Match]) -> dict[str, str]:
    """Dataset IRI to the portal's row of it: what must not be created again."""
    found = {}
    for match in matches:
        if match.iri and match.name:
            where = f"https://data.overheid.nl/dataset/{match.name}"
            found[match.iri] = f"{where} (matched by {match.how})"
            found |= dict.fromkeys(match.members, f"{where} (its series)")
    return found


def findings(matches: Iterable[Match]) -> Iterator[Finding]:
    """What is not in step, as findings."""
    for match in matches:
        if match.state in _CODES:
            said = match.name or match.key
            value = f"{said}: {'; '.join(match.why)}" if match.why else said
            yield finding(
                _CODES[match.state], source=match.source, key=match.key, subject=match.iri,
                where=match.landing_page, value=value,
            )  # fmt: skip


def text(matches: Iterable[Match]) -> str:
    """The comparison for the terminal."""
    listed = tuple(matches)
    rows = []
    for state in STATES:
        part = [m for m in listed if m.state == state]
        rows.append(f"{state}: {len(part)}")
        rows += [
            f"  {m.name or m.key}  {'; '.join(m.why)}".rstrip() for m in part if state != "there"
        ]
    return "\n".join(rows) + "\n"


__all__ = [
    "Fetches",
    "Match",
    "Own",
    "Row",
    "State",
    "catalogue",
    "compare",
    "elsewhere",
    "findings",
    "portal_manifest",
    "portal_rows",
    "read_rows",
    "reconcile",
    "text",
]
