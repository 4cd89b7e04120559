"""Delivering the current release of an output folder."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.deliver import Delivery, Done, deliver, unsure_sources
from dcat_harvest.errors import FetchError, PageChanged, StoreError
from dcat_harvest.graph import Graph
from dcat_harvest.reconcile import Fetches, Match, catalogue, elsewhere, reconcile
from dcat_harvest.store.release import current_of, read_graph

OWMS = "http://standaarden.overheid.nl/owms/terms/"


def deliver_release(
    output: Path,
    *,
    to: str,
    fetches: Fetches | None,
    dry_run: bool = False,
    publish: bool = True,
    target: str = "data-overheid-nl",
    included: Iterable[str] = (),
    left_out: Iterable[str] = (),
    progress: Callable[[Done], None] = lambda _: None,
    **options: Any,
) -> Delivery:
    """Deliver the current release: `dcat-harvest deliver`.

    `fetches` answers the portal's CKAN API, to see what it has from elsewhere; None leaves that
    to the Aanlever API alone. What was delivered is kept in `deliveries/journal.jsonl`.
    """
    release = current_of(output)
    manifest = msgspec.json.decode((release / "manifest.json").read_bytes(), type=dict[str, Any])
    base = str(manifest["base"])
    graph = read_graph(release / "catalog.nt")
    there: dict[str, str] = {}
    if fetches is not None:
        skipped = frozenset(left_out) - frozenset(included)
        for match in reconcile_release(graph, fetches, base=base, skipped=skipped):
            there |= elsewhere([match])
    return deliver(
        graph,
        to=to,
        base=base,
        journal=output / "deliveries" / "journal.jsonl",
        dry_run=dry_run,
        publish=publish,
        target=target,
        included=included,
        left_out=left_out,
        elsewhere=there,
        unsure=unsure_sources(manifest),
        progress=progress,
        **options,
    )


def reconcile_release(
    graph: Graph,
    fetches: Fetches,
    *,
    base: str,
    publishers: Iterable[str] = (),
    skipped: frozenset[str] = frozenset(),
) -> tuple[Match, ...]:
    """What the portal has of our publishers (all with an OWMS IRI, where none is named).

    `skipped`: sources of which the portal is not asked.
    """
    wanted = tuple(publishers) or sorted(
        {
            own.publisher
            for own in catalogue(graph, base=base)
            if own.publisher.startswith(OWMS) and own.source not in skipped
        }
    )
    found: list[Match] = []
    for authority in wanted:
        try:
            found += reconcile(graph, fetches, authority, base=base)
        except (FetchError, PageChanged) as problem:
            raise StoreError(
                f"what the portal has of {authority} could not be looked up: {problem}; "
                "nothing is created before that"
            ) from None
    return tuple(found)
