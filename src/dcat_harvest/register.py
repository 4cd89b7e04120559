"""The register on disk: answered as pages without a network, and loaded as entries."""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from dcat_harvest import resources
from dcat_harvest.errors import FetchError, UsageError
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.register import Entry, Located, Problem, parse

SCHEME = "register:"


class Fetches(Protocol):
    """What answers all other pages."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """Answer a page with a capture; raises FetchError."""


class Local:
    """Answers the pages of sources of type `register` from disk, and hands on all others."""

    def __init__(self, others: Fetches, time: str) -> None:
        self.others = others
        self.time = time

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """Answer a folder with the list of its files, a file with its bytes."""
        if manifest.type != "register" or not page.url.startswith(SCHEME):
            return self.others.fetch(page, manifest)
        place = place_of(page.url)
        try:
            body, kind = _body(place, page.url)
        except OSError as error:
            raise FetchError(page.url, f"{place}: {error.strerror}") from error
        return Capture(
            url=page.url,
            final_url=page.url,
            status=200,
            headers={"content-type": kind},
            body=body,
            time=self.time,
            digest="sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode(),
            page=page,
        )

    def close(self) -> None:
        """Close what answers the other pages."""
        close = getattr(self.others, "close", None)
        if close:
            close()


def place_of(address: str) -> Path:
    """Find the folder or file of an address: `register:` is our own folder."""
    path = address.removeprefix(SCHEME)
    own = resources.path("register")
    if not path:
        return own
    return own / path if (own / path).is_file() else Path(path)


def _body(place: Path, address: str) -> tuple[bytes, str]:
    if not place.is_dir():
        return place.read_bytes(), "application/toml"
    folder = address if address == SCHEME else address.rstrip("/") + "/"
    names = [f"{folder}{p.name}" for p in sorted(place.glob("*.toml"))]
    return msgspec.json.encode(names), "application/json"


def load(folder: Path | None = None) -> list[Entry]:
    """Load all entries of a folder (our own where none is named).

    Raises UsageError that tells of every bad entry its file and line.
    """
    found, wrong = read_folder(folder or resources.path("register"))
    if wrong:
        raise UsageError("the register has mistakes:\n  " + "\n  ".join(map(str, wrong)))
    return [one.entry for one in found]


def all_of(configured: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Entry]]:
    """Load our own register and those that a configuration adds: source -> entries."""
    found = {"register": load()}
    for name, given in configured.items():
        if given.get("type", name) != "register" or "start" not in given:
            continue
        starts = given["start"]
        places = [starts] if isinstance(starts, str) else list(starts)
        found[name] = [e for place in places for e in load(place_of(str(place)))]
    return found


def read_folder(folder: Path) -> tuple[list[Located], list[Problem]]:
    """Read the entries of a folder, and what is wrong in it; ids are unique among its files."""
    found: dict[str, Located] = {}
    wrong: list[Problem] = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]:
        try:
            entries, problems = parse(path.read_text(encoding="utf-8"), str(path))
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            wrong.append(Problem(f"{path}:{line}", "this is not UTF-8"))
            continue
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error
        wrong += problems
        for one in entries:
            if first := found.get(one.entry.id):
                taken = f"{one.entry.id}: this id is taken at {first.where}"
                wrong.append(Problem(one.where, taken))
            else:
                found[one.entry.id] = one
    return list(found.values()), wrong
