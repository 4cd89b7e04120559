"""What a list of datasets and sources finds in the catalogue: row by row, and how it was matched.

A row is `present` only on evidence: an identifier, an address, or its very title with its
publisher. What merely looks alike is `ambiguous`, with the candidates; never a loose guess.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

import msgspec

from dcat_harvest import resources
from dcat_harvest.inventory import Row
from dcat_harvest.lookup import Catalogue, plain, publisher_names, same_publisher
from dcat_harvest.model import Dataset
from dcat_harvest.read.register import Entry

Status = Literal["present", "by-hand", "ambiguous", "not-recorded", "missing"]
STATUSES: tuple[Status, ...] = ("present", "by-hand", "ambiguous", "not-recorded", "missing")
SHOWN = 8
WHOLE = frozenset({"cbs-statline", "cbs-derden", "duo-ckan"})
"""Sources that list all they have, so that titles may be compared with the whole."""
BY_HAND = frozenset({"dashboard", "document", "closed holding", "portal", "tool", "holding"})
"""Kinds of rows that a dataset of the same title does not answer."""


class Found(msgspec.Struct, frozen=True):
    """What became of one row. `dataset` is an IRI; of an ambiguous row its candidates, by ` | `."""

    id: str
    status: Status
    dataset: str = ""
    how: str = ""


def coverage(
    rows: Sequence[Row], catalogue: Catalogue, registers: Mapping[str, Iterable[Entry]]
) -> list[Found]:
    """Match every row of a list with the catalogue and the registers, in the order of the list.

    `registers`: name of a source of type `register` -> its entries.
    """
    entries = [(source, e) for source, group in registers.items() for e in group]
    by_id = {row.id: row for row in rows}
    made: dict[str, Found] = {}
    for row in rows:
        first = _first(row, by_id)
        if first.id not in made:
            made[first.id] = _match(first, catalogue, entries)
        if first is not row:
            one = made[first.id]
            how = f"the same as {first.id}: {one.how}"
            made[row.id] = msgspec.structs.replace(one, id=row.id, how=how)
    return [made[row.id] for row in rows]


def _first(row: Row, by_id: Mapping[str, Row]) -> Row:
    """Follow `same_as` to the first mention; a circle or an unknown id ends it."""
    seen = {row.id}
    while row.same_as in by_id and row.same_as not in seen:
        row = by_id[row.same_as]
        seen.add(row.id)
    return row


def _match(row: Row, catalogue: Catalogue, register: list[tuple[str, Entry]]) -> Found:
    """Try evidence from strong to weak; what only looks alike comes last."""
    return (
        _by_address(row, catalogue)
        or _by_candidate(row, catalogue)
        or _by_register(row, catalogue, register)
        or _by_title(row, catalogue)
        or _alike(row, catalogue)
        or _absent(row, catalogue)
    )


def _by_address(row: Row, catalogue: Catalogue) -> Found | None:
    if "://" not in row.link:
        return None
    found = catalogue.by_address(row.link)
    return _one_or_more(row, found, catalogue, f"address {row.link}")


def _by_candidate(row: Row, catalogue: Catalogue) -> Found | None:
    """Match by the identifiers that the list proposes, as far as it is sure of them itself."""
    sources = routes(row.route)
    named = {catalogue.iri(d): d for c in row.candidates for d in catalogue.by_identifier(c)}
    found = [d for d in named.values() if not sources or d.source in sources]
    kept = [d for d in found if d.source == sources[0]] if sources else found
    kept = kept or found
    if row.confidence in ("", "high"):
        fitting = [d for d in kept if same_publisher(row.publisher, d)]
        if len(fitting) == 1:
            return _present(row, fitting[0], catalogue, f"identifier {_name(fitting[0], row)}")
    titled = [d for d in found if plain(d.title) == plain(row.title)]
    if len(titled) == 1:
        return _present(row, titled[0], catalogue, f"identifier {titled[0].key} and title")
    why = f"identifiers that the list is less sure of ({row.confidence or 'several'})"
    return _ambiguous(row, [*found, *_titled(row, catalogue)], catalogue, why) if found else None


def _name(d: Dataset, row: Row) -> str:
    return next((c for c in row.candidates if c.casefold() == d.key.casefold()), d.key)


def _by_register(row: Row, catalogue: Catalogue, register: list[tuple[str, Entry]]) -> Found | None:
    """Match an entry that names the row, or has its title, publisher and kind."""
    entries = [(s, e) for s, e in register if row.id in e.covers and _fits(row, e)]
    how = f"row {row.id}"
    if not entries:
        entries = [(s, e) for s, e in register if _is_titled(row, e)]
        how = "title and publisher"
    if len(entries) != 1:
        return None
    ((source, entry),) = entries
    iri = catalogue.names.dataset(source, entry.id)
    read = [f"{s} ({n})" for s in entry.harvested_by if (n := catalogue.count(s))]
    inside = catalogue.has(source, entry.id)
    if read and inside:
        how = f"a portal; what it offers is harvested: {', '.join(read)}"
        return Found(id=row.id, status="present", dataset=iri, how=how)
    how += "" if inside else f"; not in this release: dcat-harvest run {source}"
    return Found(id=row.id, status="by-hand", dataset=iri, how=f"{source}, by {how}")


def _fits(row: Row, entry: Entry) -> bool:
    """Hold that a row of this id is the row that the entry means, not one of another list."""
    mine, theirs = set(plain(entry.title).split()), set(plain(row.title).split())
    return len(mine & theirs) >= min(2, len(mine), len(theirs)) or len(entry.covers) > 1


def _is_titled(row: Row, entry: Entry) -> bool:
    dataset = row.kind.startswith("dataset") or not row.kind
    return (
        plain(entry.title) == plain(row.title)
        and dataset == (entry.kind == "dataset")
        and bool(publisher_names(row.publisher) & publisher_names(entry.publisher))
    )


def _titled(row: Row, catalogue: Catalogue) -> list[Dataset]:
    """Find the datasets with the very title of a row; a dashboard's title finds none."""
    if row.kind in BY_HAND:
        return []
    found = [d for d in catalogue.by_title(row.title) if same_publisher(row.publisher, d)]
    sources = routes(row.route)
    first = [d for d in found if sources and d.source == sources[0]]
    return first if len(first) == 1 else found


def _by_title(row: Row, catalogue: Catalogue) -> Found | None:
    found = _titled(row, catalogue)
    if found and row.candidates:
        why = f"title and publisher; the list proposes {', '.join(row.candidates)}, not here"
        return _ambiguous(row, found, catalogue, why)
    return _one_or_more(row, found, catalogue, "title and publisher")


def _alike(row: Row, catalogue: Catalogue) -> Found | None:
    """Give as candidates the datasets of its publisher whose title has every word of the row's."""
    if row.kind in BY_HAND or not row.publisher:
        return None
    found = [d for d in catalogue.alike(row.title) if same_publisher(row.publisher, d)]
    if found:
        return _ambiguous(row, found, catalogue, "every word of the title")
    source = next(iter(routes(row.route)), "")
    found = catalogue.closest(row.title, source) if source in WHOLE and not row.candidates else []
    return _ambiguous(row, found, catalogue, "most words of the title") if found else None


def _absent(row: Row, catalogue: Catalogue) -> Found:
    sources = routes(row.route)
    if not sources or sources == ("register",):
        how = "no source harvests it and the register does not have it"
        return Found(id=row.id, status="missing", how=how)
    source = sources[0]
    count, named = catalogue.count(source), ", ".join(row.candidates)
    what = f"{named} is not among" if named else "none with this title among"
    where = "what it has was listed whole" if source in WHOLE else "its page was not recorded"
    how = f"{what} the {count} of {source} here: {where} in the archives used"
    if not count:
        how = f"nothing of {source} is in this release: dcat-harvest run {source}"
    return Found(id=row.id, status="not-recorded", how=how)


def _one_or_more(row: Row, found: list[Dataset], catalogue: Catalogue, how: str) -> Found | None:
    if len(found) > 1:
        return _ambiguous(row, found, catalogue, how)
    return _present(row, found[0], catalogue, how) if found else None


def _present(row: Row, d: Dataset, catalogue: Catalogue, how: str) -> Found:
    return Found(id=row.id, status="present", dataset=catalogue.iri(d), how=how)


def _ambiguous(row: Row, found: list[Dataset], catalogue: Catalogue, how: str) -> Found:
    iris = list(dict.fromkeys(catalogue.iri(d) for d in found))
    how = f"{len(iris)} candidates by {how}" if len(iris) != 1 else f"one candidate by {how}"
    return Found(id=row.id, status="ambiguous", dataset=" | ".join(iris[:SHOWN]), how=how)


@cache
def _routes() -> Mapping[str, tuple[str, ...]]:
    table = tomllib.loads(resources.text("vocab/routes.toml"))
    return {word: tuple(sources) for word, sources in table.items()}


def routes(word: str) -> tuple[str, ...]:
    """Name the sources that a list's word for a route means, the likeliest first."""
    from dcat_harvest import sources

    known = _routes().get(word.strip().casefold())
    return known or ((word,) if word in sources.names() else ())


def show(found: Sequence[Found], rows: Sequence[Row], format_: str) -> str:
    """Print the result as text with a summary, as CSV, or as JSON."""
    if format_ == "json":
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n"
    if format_ == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Found.__struct_fields__)
        writer.writerows(msgspec.structs.astuple(one) for one in found)
        return out.getvalue()
    titles = {row.id: row.title for row in rows}
    lines: list[str] = []
    for status in STATUSES:
        group = [one for one in found if one.status == status]
        lines += [f"{status} ({len(group)})"] if group else []
        for one in group:
            lines.append(f"  {one.id}  {titles[one.id]}")
            lines += [f"      {iri}" for iri in one.dataset.split(" | ") if iri]
            lines.append(f"      {one.how}")
    counts = ", ".join(f"{sum(f.status == s for f in found)} {s}" for s in STATUSES)
    return "\n".join([*lines, f"{len(found)} rows: {counts}", ""])
