"""Gets the official shape files into the user's cache, pinned by digest, and lists them."""

import hashlib
import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from dcat_harvest import resources
from dcat_harvest.errors import FetchError

Get = Callable[[str], bytes]
State = Literal["there", "missing", "changed"]


class Official(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One official file: name below the folder, digest, addresses to try in turn."""

    name: str
    sha256: str
    addresses: tuple[str, ...]


def files() -> tuple[Official, ...]:
    """Every official file that `shapes/official.toml` pins."""
    known = tomllib.loads(resources.text("shapes/official.toml"))
    return msgspec.convert(known["file"], tuple[Official, ...])


def cache() -> Path:
    """The folder of fetched shapes: `dcat-harvest/shapes` in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "dcat-harvest" / "shapes"


def states(folder: Path | None = None) -> list[tuple[Official, State]]:
    """Each official file, and whether it is there with the right bytes."""
    return [(one, _state(one, folder or cache())) for one in files()]


def fetch(
    folder: Path | None = None,
    *,
    wanted: Sequence[Official] | None = None,
    get: Get | None = None,
) -> list[Path]:
    """Fetch what is not there yet; gives the paths written. Raises FetchError.

    A file is written only when its digest is right, and whole: never half.
    """
    target = folder or cache()
    written = []
    for one in wanted if wanted is not None else files():
        if _state(one, target) == "there":
            continue
        path = target / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(_first_right(one, get or _get))
        part.replace(path)
        written.append(path)
    return written


def _first_right(one: Official, get: Get) -> bytes:
    reasons = []
    for address in one.addresses:
        try:
            data = get(address)
        except FetchError as error:
            reasons.append(str(error))
            continue
        digest = hashlib.sha256(data).hexdigest()
        if digest == one.sha256:
            return data
        reasons.append(f"{address}: the digest is {digest}, not {one.sha256}")
    raise FetchError(one.name, "; ".join(reasons) or "no address is known")


def _state(one: Official, folder: Path) -> State:
    path = folder / one.name
    if not path.is_file():
        return "missing"
    right = hashlib.sha256(path.read_bytes()).hexdigest() == one.sha256
    return "there" if right else "changed"


def _get(url: str) -> bytes:
    from dcat_harvest.check.reading import Limits, Reading
    from dcat_harvest.check.web import Web

    return Web(url, Reading(Limits(size=2**24, seconds=60.0))).get(url, "text/turtle, */*")[2]
