"""The datasets of a release with what they say of their levels."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from dcat_harvest import records, words
from dcat_harvest.errors import UsageError
from dcat_harvest.iri import Names
from dcat_harvest.levels import Described, describe
from dcat_harvest.model import Dataset

_CAVEATS = frozenset({"suppression", "provisional", "caveat"})
_DIVISION = re.compile(r"indeling\s*(\d{4})", re.IGNORECASE)
_PROVISIONAL = re.compile(r"voorlopig|provisional", re.IGNORECASE)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset, ready to be asked about."""

    dataset: str
    """Its IRI."""
    record: Dataset
    said: Described

    @property
    def name(self) -> str:
        """How it is named on the command line: `source/key`."""
        return f"{self.record.source}/{self.record.key}"

    @property
    def title(self) -> str:
        """Its title, or its key where it has none."""
        return self.record.title or self.record.key

    @property
    def period(self) -> tuple[str | None, str | None]:
        """First and last day; None where the source does not say."""
        found = self.record.period
        return (found.start, found.end) if found else (None, None)

    @property
    def licences(self) -> tuple[str, ...]:
        """The licences of its files, as canonical addresses; empty where none is known."""
        given = [x.licence or self.record.licence for x in self.record.distributions]
        known = (words.licence_of(w) for w in (given or [self.record.licence]) if w)
        return tuple(dict.fromkeys(k for k in known if k))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to mind when its figures are used, in the source's words where it has any."""
        d = self.record
        notes = [a for x in d.distributions for a in x.annotations] + list(d.annotations)
        found = [f"{a.kind}: {_short(a.text)}" for a in notes if a.kind in _CAVEATS]
        if any(x.status and _PROVISIONAL.search(x.status) for x in d.distributions):
            found.append("provisional: voorlopige cijfers")
        if match := _DIVISION.search(self.title):
            found.append(f"division: indeling {match[1]}")
        return tuple(dict.fromkeys(found))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 160 else plain[:157].rsplit(" ", 1)[0] + "…"


def items(datasets: Iterable[Dataset], names: Names) -> list[Item]:
    """Each dataset with what it says."""
    return items_of({names.dataset(d.source, d.key): d for d in datasets})


def items_of(records: Mapping[str, Dataset]) -> list[Item]:
    """Each dataset, by its IRI, with what it says."""
    return [
        Item(dataset=iri, record=d, said=describe(d))
        for iri, d in records.items()
        if d.kind != "resource"
    ]


def load(output: Path) -> list[Item]:
    """The datasets of the current release of an output folder."""
    release = output / "current"
    folder = release / "records"
    if not folder.is_dir():
        raise UsageError(f"{output}: no release here; run `dcat-harvest run` first")
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    every = (d for s in records.sources_in(folder) for d in records.read(folder, s)[0])
    return items(every, Names(str(manifest["base"])))


def one(found: list[Item], name: str) -> Item:
    """The dataset of a name: `source/key`, key, IRI or title."""
    folded = name.casefold()
    for says in (
        lambda i: name in (i.dataset, i.name),
        lambda i: i.record.key.casefold() == folded,
        lambda i: i.title.casefold() == folded,
    ):
        hits = [i for i in found if says(i)]
        if len(hits) == 1:
            return hits[0]
        if hits:
            named = ", ".join(i.name for i in hits[:5])
            raise UsageError(f"{name}: several datasets are named so: {named}")
    raise UsageError(f"{name}: no such dataset; name it as source/key, IRI or title")
