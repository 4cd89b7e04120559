"""The journal of deliveries: one JSON line per event, on disk before the next request."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from dcat_harvest.deliver.records import Payload


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`begin`: about to send; `done`: the portal has it; `gone`: withdrawn; `seen`: found there."""

    event: Literal["begin", "done", "gone", "seen"]
    portal: str
    identifier: str
    id: str = ""
    digest: str = ""
    source: str = ""
    owner: str = ""
    status: str = ""


class Journal:
    """What was delivered to one portal, kept over runs. Holds no secrets."""

    def __init__(self, path: Path, portal: str) -> None:
        self.path, self.portal = path, portal
        self.known: dict[str, Entry] = {}
        self.begun: dict[str, Entry] = {}
        for entry in _read(path):
            if entry.portal == portal:
                self._take(entry)

    def write(self, entry: Entry) -> None:
        """Append an entry and wait until it is on disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            if file.tell() and not _ends_line(self.path):
                file.write(b"\n")  # a line that was cut short stays alone
            file.write(msgspec.json.encode(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._take(entry)

    def by_id(self) -> Mapping[str, Entry]:
        """The portal's id to what we last delivered under it."""
        return {entry.id: entry for entry in self.known.values() if entry.id}

    def _take(self, entry: Entry) -> None:
        if entry.event == "begin":
            self.begun[entry.identifier] = entry
            return
        self.begun.pop(entry.identifier, None)
        self.known[entry.identifier] = entry


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _read(path: Path) -> list[Entry]:
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            found.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError:
            # Cut short by a crash: what it told of is asked of the portal again.
            continue
    return found


def digest(payload: Payload) -> str:
    """A name for exactly this content, whatever the order of keys."""
    return hashlib.sha256(msgspec.json.encode(payload, order="sorted")).hexdigest()[:32]
