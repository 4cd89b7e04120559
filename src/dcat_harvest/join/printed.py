"""Printed cells (Niveau, Systeem) beside what columns, dimensions and titles say."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from dcat_harvest.join.asking import REGIONS
from dcat_harvest.join.catalogue import Item
from dcat_harvest.join.pairs import SCHOOLS
from dcat_harvest.levels.words import cell

SYSTEMS = {
    "school": SCHOOLS,
    "omgeving": frozenset(REGIONS),
    "persoon": frozenset({"persoon"}),
}
_UNITS = {"persoon": {"leerling", "student", "schoolverlater", "persoon", "personeel"}}


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """One printed cell that says otherwise than the dataset does. Neither is taken over."""

    row: str
    dataset: str
    field: str
    printed: str
    ours: str
    """Levels with their certainty, or the unit; empty where the dataset says nothing."""


def disagreements(
    rows: Iterable[Mapping[str, str]], found: Iterable[Item]
) -> Iterator[Disagreement]:
    """Cells of an inventory that differ from what its candidate datasets say."""
    by_key: dict[str, list[Item]] = {}
    for item in found:
        by_key.setdefault(item.record.key.casefold(), []).append(item)
    for row in rows:
        for name in row["candidate_id"].split("|"):
            for item in by_key.get(name.strip().casefold(), ()):
                yield from _of(row, item)


def _of(row: Mapping[str, str], item: Item) -> Iterator[Disagreement]:
    levels = {x.level for x in item.said.levels}
    ours = ", ".join(f"{x.level} ({x.certainty})" for x in item.said.levels)
    printed = row["niveau"].strip()
    wanted = printed_levels(printed)
    if wanted and levels.isdisjoint(wanted):
        yield Disagreement(
            row=row["id"], dataset=item.name, field="Niveau", printed=printed, ours=ours
        )
    system = row["systeem"].strip()
    wanted = SYSTEMS.get(system.casefold(), frozenset())
    by_unit = item.said.unit in _UNITS.get(system.casefold(), ())
    if wanted and levels.isdisjoint(wanted) and not by_unit:
        unit = f"; {item.said.unit}" if item.said.unit else ""
        yield Disagreement(
            row=row["id"], dataset=item.name, field="Systeem", printed=system, ours=ours + unit
        )


def printed_levels(text: str) -> frozenset[str]:
    """The levels that a printed cell can mean: `Regio` any region, `Postcode` either length."""
    plain = re.sub(r"s?niveau\b", "", text.casefold())
    plain = re.sub(r"\b(po|vo|mbo|hbo|per schoolvak)\b", "", plain)
    if re.fullmatch(r"\s*regio\s*", plain):
        return frozenset(REGIONS)
    if "postcode" in plain:
        return frozenset({"pc4", "pc6"})
    return frozenset(cell(plain))


def table(found: Iterable[Disagreement]) -> str:
    """The disagreements as a table in Markdown."""
    lines = ["| row | dataset | cell | printed | ours |", "|---|---|---|---|---|"]
    lines += [
        f"| {x.row} | {x.dataset} | {x.field} | {x.printed} | {x.ours or 'says nothing'} |"
        for x in found
    ]
    return "\n".join(lines)
