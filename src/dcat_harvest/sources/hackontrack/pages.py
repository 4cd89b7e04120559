"""A page with a table of datasets: Titel, Format, Systeem, Niveau, Bron, Beschrijving."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from dcat_harvest.model import Agent, Capture, DataService, Dataset, Distribution, Page, ref
from dcat_harvest.read import Finding, Manifest, found, html
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.things import Things

COLUMNS = ("titel", "format", "systeem", "niveau", "bron", "beschrijving")


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the page."""
    return tuple(Page(url=url, kind="portal") for url in manifest.start)


def read(capture: Capture, manifest: Manifest) -> Iterator[Dataset | Finding]:
    """Read each row of the table; PageChanged where no table has its columns."""
    root, told = html.parse(capture, manifest.name)
    yield from told
    where = capture.final_url
    tables = [line.rows for line in html.content(root, where) if line.rows]
    heads = [tuple(cell.text.casefold() for cell in rows[0]) for rows in tables]
    mine = [rows for rows, head in zip(tables, heads, strict=True) if set(COLUMNS) <= set(head)]
    rows = html.one(mine, "a table of datasets", where)
    at = {name: [c.text.casefold() for c in rows[0]].index(name) for name in COLUMNS}
    for row in rows[1:]:
        cells = {name: row[index] for name, index in at.items() if index < len(row)}
        if len(cells) == len(COLUMNS) and cells["titel"].text:
            yield from _dataset(cells, capture, manifest)


def _dataset(
    cells: dict[str, html.Cell], capture: Capture, manifest: Manifest
) -> Iterator[Dataset | Finding]:
    title = cells["titel"].text
    by = manifest.options.get("publishers", {}).get(cells["bron"].text)
    slug = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    links = [a for cell in cells.values() for a in cell.anchors]
    if by is None:
        value = cells["bron"].text
        yield found(
            "unknown-word", source=manifest.name, key=title, where=capture.url, field="bron",
            value=value,
        )  # fmt: skip
    yield Dataset(
        source=manifest.name,
        key=title,
        title=title,
        description=cells["beschrijving"].text or None,
        identifier=f"{capture.final_url}#{slug}",
        landing_page=links[0].url if links else capture.final_url,
        publisher=msgspec.convert(by, Agent) if by else None,
        keywords=tuple(c for c in (cells["systeem"].text, cells["niveau"].text) if c),
        distributions=tuple(
            Distribution(access_url=a.url, title=a.text, format=cells["format"].text or None)
            for a in links
        ),
        captures=(ref(capture),),
    )


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Give each title once: two rows of one title are one dataset in two formats."""
    known: dict[str, Dataset] = {}
    for one in things.datasets:
        first = known.setdefault(one.key, one)
        if first is not one:
            files = dict.fromkeys((*first.distributions, *one.distributions))
            texts = dict.fromkeys(t for t in (first.description, one.description) if t)
            known[one.key] = msgspec.structs.replace(
                first, distributions=tuple(files), description="\n\n".join(texts) or None
            )
    for one in known.values():
        yield one
        yield from lacks(one, ignore=("no-frequency",))
