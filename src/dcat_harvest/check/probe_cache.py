"""Answers of earlier probes, kept for a time."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from dcat_harvest.check.probe import Probe


class Cache:
    """Answers of earlier probes, as JSON Lines; only answers are kept, no failures."""

    def __init__(self, path: Path | None, age: timedelta) -> None:
        self._path = path
        self._age = age
        self._lock = threading.Lock()

    def fresh(self, urls: Iterable[str], now: str) -> dict[str, Probe]:
        """The probes of these addresses that are not too old."""
        wanted, oldest = set(urls), _moment(now) - self._age
        return {x.url: x for x in self._read() if x.url in wanted and _moment(x.time) >= oldest}

    def add(self, probe: Probe) -> Probe:
        """Note one answer at once: who breaks off a long round does not begin anew."""
        if self._path is not None and probe.status is not None:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("ab") as file:
                    file.write(msgspec.json.encode(probe) + b"\n")
        return probe

    def keep(self, found: Mapping[str, Probe]) -> None:
        """Add what was found; the newest of each address stays."""
        if self._path is None:
            return
        kept = {x.url: x for x in self._read()} | {
            url: x for url, x in found.items() if x.status is not None
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        whole = b"".join(msgspec.json.encode(kept[url]) + b"\n" for url in sorted(kept))
        aside = self._path.with_suffix(".new")
        aside.write_bytes(whole)
        aside.replace(self._path)

    def _read(self) -> Iterator[Probe]:
        if self._path is None or not self._path.is_file():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                yield msgspec.json.decode(line, type=Probe)
            except msgspec.DecodeError:
                continue  # a cache of an older version: ask again


def _moment(time: str) -> datetime:
    moment = datetime.fromisoformat(time)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
