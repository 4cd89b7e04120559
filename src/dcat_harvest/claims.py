"""Catalogue records claim the application profile where their dataset conforms to it."""

from collections.abc import Iterable

import msgspec

from dcat_harvest import jsonld
from dcat_harvest.build import Built, Entry
from dcat_harvest.check.criteria import OFFICIAL
from dcat_harvest.check.profiles import profile
from dcat_harvest.findings import Finding
from dcat_harvest.iri import part
from dcat_harvest.model import Score

CHECK = "c6-record"


def conforming(scores: Iterable[Score]) -> set[str]:
    """The datasets without a violation of the profile that criterion 6 counts."""
    return {s.dataset for s in scores if s.conforms.get(OFFICIAL)}


def answered(findings: Iterable[Finding], scores: Iterable[Score]) -> list[Finding]:
    """The findings without the wish for a claim that `claim` fulfils."""
    fine = conforming(scores)
    return [f for f in findings if f.code != CHECK or f.subject not in fine]


def claim(built: Built, scores: Iterable[Score]) -> None:
    """Add `dct:conformsTo` to the records of conforming datasets.

    It can break no rule that was checked: a record may have any number of standards, and the
    profile is typed as one.
    """
    fine = conforming(scores)
    if not fine:
        return
    standard = profile(OFFICIAL).standard
    node = jsonld.tidy({"@id": standard, "@type": "dct:Standard"})
    built.hub.append(node)
    built.lines["catalog"] = sorted({*built.lines["catalog"], *jsonld.lines([node])})
    for source, group in built.entries.items():
        before = {text for e in group if e.iri in fine for text in e.lines}
        group[:] = [_claiming(e, standard) if e.iri in fine else e for e in group]
        after = {text for e in group if e.iri in fine for text in e.lines}
        built.lines[source] = sorted([*built.lines[source], *(after - before)])


def _claiming(entry: Entry, standard: str) -> Entry:
    record = part(entry.iri, "record")
    nodes = [
        jsonld.tidy({**n, "conformsTo": [standard]}) if n["@id"] == record else n
        for n in entry.nodes
    ]
    return msgspec.structs.replace(
        entry, packed=msgspec.json.encode(nodes), lines=sorted(set(jsonld.lines(nodes)))
    )
