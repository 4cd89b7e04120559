"""Records between the stages: JSON Lines, one dataset or service a line, and their dates."""

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from dcat_harvest.iri import digest
from dcat_harvest.model import DataService, Dataset
from dcat_harvest.remap import Dates

Records = tuple[list[Dataset], list[DataService]]
GONE = "gone"
"""Folder within `records/` of what was last known of datasets that are gone."""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `records/<source>.jsonl`."""

    dataset: Dataset | None = None
    service: DataService | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier release knows of a dataset: its record's dates, sum and title."""

    issued: str
    modified: str
    sum: str
    title: str = ""
    kind: str = "dataset"


class State(msgspec.Struct, kw_only=True):
    """`records/state.json`: source -> key -> what is known; and the ones that are gone."""

    known: dict[str, dict[str, Known]] = msgspec.field(default_factory=dict)
    gone: dict[str, dict[str, Known]] = msgspec.field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    """Source -> key that a dataset has there now -> the key that it keeps here (renames)."""


def write(folder: Path, source: str, records: Records) -> None:
    """Write `records/<source>.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    datasets, services = records
    with (folder / f"{source}.jsonl").open("wb") as file:
        for d in datasets:
            file.write(msgspec.json.encode(Line(dataset=d)) + b"\n")
        for s in services:
            file.write(msgspec.json.encode(Line(service=s)) + b"\n")


def read(folder: Path, source: str) -> Records:
    """Read `records/<source>.jsonl`; two empty lists where there is none."""
    datasets: list[Dataset] = []
    services: list[DataService] = []
    path = folder / f"{source}.jsonl"
    if path.is_file():
        decoder = msgspec.json.Decoder(Line)
        with path.open("rb") as file:
            for text in file:
                one = decoder.decode(text)
                if one.dataset:
                    datasets.append(one.dataset)
                if one.service:
                    services.append(one.service)
    return datasets, services


def sources_in(folder: Path) -> list[str]:
    """The sources that have records here."""
    return sorted(p.stem for p in folder.glob("*.jsonl")) if folder.is_dir() else []


def content_sum(d: Dataset) -> str:
    """A sum of what a record says, without the captures (which are of the clock)."""
    bare = msgspec.structs.replace(d, captures=())
    return digest(msgspec.json.encode(bare).decode(), 20)


def read_state(folder: Path | None) -> State:
    """The state in the `records/` folder of a release; an empty one where there is none."""
    path = folder / "state.json" if folder else None
    if path is None or not path.is_file():
        return State()
    return msgspec.json.decode(path.read_bytes(), type=State)


def write_state(folder: Path, state: State) -> None:
    """Write `records/state.json`."""
    text = json.dumps(msgspec.to_builtins(state), ensure_ascii=False, indent=0, sort_keys=True)
    (folder / "state.json").write_text(text + "\n", encoding="utf-8")


def advance(
    old: State, records: Mapping[str, Records], now: str
) -> tuple[State, dict[str, dict[str, list[str]]]]:
    """The next state, and per source what is `new`, `changed`, `gone` or `back` (keys, sorted)."""
    state = State()
    changes: dict[str, dict[str, list[str]]] = {}
    for source, (datasets, _) in records.items():
        before, tombs = old.known.get(source, {}), dict(old.gone.get(source, {}))
        now_known: dict[str, Known] = {}
        kinds: dict[str, list[str]] = {"new": [], "changed": [], "gone": [], "back": []}
        for d in datasets:
            summed = content_sum(d)
            was = before.get(d.key) or tombs.pop(d.key, None)
            if was is None:
                kinds["new"].append(d.key)
            elif d.key not in before:
                kinds["back"].append(d.key)
            elif was.sum != summed:
                kinds["changed"].append(d.key)
            same = was is not None and was.sum == summed and d.key in before
            now_known[d.key] = Known(
                issued=was.issued if was else now,
                modified=was.modified if was and same else now,
                sum=summed,
                title=d.title or d.key,
                kind=d.kind,
            )
        for key, was in before.items():
            if key not in now_known:
                kinds["gone"].append(key)
                tombs[key] = msgspec.structs.replace(was, modified=now)
        state.known[source], state.gone[source] = now_known, tombs
        changes[source] = kinds
    for source, known in old.known.items():
        state.known.setdefault(source, known)
    for source, tombs in old.gone.items():
        state.gone.setdefault(source, tombs)
    return state, changes


def leave(
    state: State,
    changes: Mapping[str, dict[str, list[str]]],
    old: State,
    kept: Mapping[str, set[str]],
) -> None:
    """What was kept and not read has not changed, whatever was put into it since (amendments)."""
    for source, keys in kept.items():
        was = old.known.get(source, {})
        state.known[source] |= {key: was[key] for key in keys if key in was}
        for kind, named in changes[source].items():
            changes[source][kind] = [key for key in named if key not in keys or key not in was]


def dates(state: State, d: Dataset) -> Dates:
    """The record dates of a dataset."""
    known = state.known[d.source][d.key]
    return Dates(issued=known.issued, modified=known.modified)
