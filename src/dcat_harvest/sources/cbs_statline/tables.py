"""Joins what OData 3 and 4 say of StatLine's tables to one dataset a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from dcat_harvest.model import CaptureRef, DataService, Dataset, Part
from dcat_harvest.read import Finding, Manifest, found
from dcat_harvest.sources.cbs_statline import selection
from dcat_harvest.sources.cbs_statline.dataset import Table, dataset, remarks
from dcat_harvest.sources.cbs_statline.selection import Row


class Themed(NamedTuple):
    """The themes that a table stands under."""

    titles: tuple[str, ...] = ()
    is_education: bool = False
    captures: tuple[CaptureRef, ...] = ()


def records(parts: list[Part], manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Yield the selected datasets, the services that give access to them, and findings."""
    found_tables, doubles = _tables(parts, manifest)
    yield from doubles
    used: dict[str, bool] = defaultdict(bool)
    without_theme, has_education = 0, False
    for table in found_tables:
        record = dataset(table, manifest)
        yield record
        yield from remarks(table, record, manifest)
        for distribution in record.distributions:
            if distribution.service:
                used[distribution.service] |= record.hvd
        without_theme += not record.themes
        has_education |= table.is_education
    yield from _services(used, has_education, manifest)
    if without_theme:
        where = manifest.start[0]
        yield found("no-theme", source=manifest.name, where=where, count=without_theme)


def _tables(parts: list[Part], manifest: Manifest) -> tuple[list[Table], list[Finding]]:
    """Return the selected tables, matched on identifier without regard to case."""
    rows: dict[str, dict[str, Part]] = defaultdict(dict)
    doubles = []
    for part in parts:
        if part.kind in {"tables", "datasets", "properties"}:
            mine = rows[part.key.strip().casefold()]
            if part.kind in mine and part.kind != "properties":
                where = part.capture.url if part.capture else ""
                doubles.append(
                    found("duplicate-table", source=manifest.name, key=part.key, where=where)
                )
            mine.setdefault(part.kind, part)
    themed = _themed(parts, rows, manifest)
    wanted = {name.casefold() for name in selection.names("identifiers", manifest)}
    takes_all = manifest.options.get("select", "education") == "all"
    chosen = [
        _table(mine, themed.get(name, Themed()))
        for name, mine in rows.items()
        if takes_all or name in wanted or themed.get(name, Themed()).is_education
    ]
    return chosen, doubles


def _table(mine: Mapping[str, Part], themed: Themed) -> Table:
    captures = [mine[kind].capture for kind in ("tables", "datasets", "properties") if kind in mine]
    listed = mine["datasets"].fields if "datasets" in mine else {}
    stated = mine["properties"].fields if "properties" in mine else {}
    return Table(
        v3=mine["tables"].fields if "tables" in mine else {},
        v4={**listed, **stated},
        themes=themed.titles,
        is_education=themed.is_education,
        captures=tuple(dict.fromkeys(c for c in (*captures, *themed.captures) if c)),
    )


def _themed(
    parts: Iterable[Part], rows: Mapping[str, Mapping[str, Part]], manifest: Manifest
) -> dict[str, Themed]:
    """Return the themes by table; rows without TableIdentifier (2015) are joined on TableID."""
    themes: dict[int, Row] = {}
    links: dict[str, list[int]] = defaultdict(list)
    by_id = {
        part["tables"].fields.get("ID"): name for name, part in rows.items() if "tables" in part
    }
    captures = []
    for part in parts:
        if part.kind == "themes":
            themes |= {row["ID"]: row for row in part.fields["rows"]}
            captures.append(part.capture)
        elif part.kind == "tables_themes":
            captures.append(part.capture)
            for row in part.fields["rows"]:
                named = row.get("TableIdentifier", "").strip().casefold()
                if name := named or by_id.get(row.get("TableID")):
                    links[name].append(row["ThemeID"])
    chosen = selection.education(
        ((n, row.get("ParentID"), row.get("Title", "")) for n, row in themes.items()), manifest
    )
    refs = tuple(capture for capture in captures if capture)
    return {
        name: Themed(_titles(numbers, themes), not chosen.isdisjoint(numbers), refs)
        for name, numbers in links.items()
    }


def _titles(numbers: list[int], themes: Mapping[int, Row]) -> tuple[str, ...]:
    """Return the titles of themes; the same title at two places, in any case, counts once."""
    titles = (" ".join(themes[n].get("Title", "").split()) for n in numbers if n in themes)
    return tuple({title.casefold(): title for title in sorted(titles) if title}.values())


def _services(
    used: Mapping[str, bool], has_education: bool, manifest: Manifest
) -> Iterator[DataService]:
    for key, fields in manifest.options.get("services", {}).items():
        if key in used:
            given = {**fields, "source": manifest.name, "key": key, "hvd": used[key]}
            given.setdefault("identifier", fields["endpoint_url"])
            given["themes"] = ["EDUC"] if has_education else []
            given["language"] = "nl"
            yield msgspec.convert(given, DataService)
