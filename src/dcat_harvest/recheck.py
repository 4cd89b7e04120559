"""Whether the web still answers as it did for the last run: then there is nothing to read.

The same answers, read by the same code with the same rules, give the same release. So a run first
asks again, source by source and in the same order, what the last one asked, and does nothing more
where all is the same. Where it is not, the harvest gets what was answered here: no page is asked
twice.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Literal

import msgspec

from dcat_harvest.errors import FetchError
from dcat_harvest.harvest import READER_ERRORS, Fetches, Progress
from dcat_harvest.iri import digest
from dcat_harvest.model import Capture, Page
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.sources import Source

FILE = "asked.json"
ERRORS = (FetchError, *READER_ERRORS)
"""What a harvest takes for the loss of one page."""
READ_HEADERS = ("content-type", "content-length", "link")
"""The headers that readers look at; what the others say may differ each time."""

Key = tuple[Literal["GET", "HEAD"], str, int]
"""Method, address, and how many bytes of its beginning (0: all)."""
Answers = Mapping[str, Sequence[tuple[Key, str]]]
"""Source -> what was asked, in that order, and a sum of what came back."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the last run was made from, and the release that came of it."""

    inputs: str
    """A sum of everything but the web: code, rules, settings."""
    release: str
    answers: Answers


class Rechecked:
    """Asks `fetches`, and notes what came back; `held` gives a capture its body again."""

    def __init__(self, fetches: Fetches, held: Callable[[Capture], Capture | None]) -> None:
        self._fetches = fetches
        self._held = held
        self._known: dict[tuple[str, Key], Capture | Exception] = {}
        # One thread at a time asks for a source.
        self._answers: dict[str, dict[Key, str]] = {}
        self._is_other = Event()

    @property
    def answers(self) -> Answers:
        """What the harvest asked, and sums of what came back."""
        return {name: list(said.items()) for name, said in sorted(self._answers.items())}

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """Answer a page, with what is known of it already. Raises FetchError."""
        said = self._answers.setdefault(manifest.name, {})
        try:
            capture = self._kept(page, manifest) or self._fetches.fetch(page, manifest)
        except ERRORS as error:
            said[_key(page)] = _said(error)
            raise
        said[_key(page)] = _said(capture)
        return capture

    def _kept(self, page: Page, manifest: Manifest) -> Capture | None:
        known = self._known.pop((manifest.name, _key(page)), None)
        if isinstance(known, Exception):
            raise known
        whole = known if known is None or known.body else self._held(known)
        return whole and msgspec.structs.replace(whole, page=page)

    def is_same(self, sources: Sequence[Source], answers: Answers, progress: Progress) -> bool:
        """Ask everything again; False with the first answer that is another."""
        ask = partial(self._is_source_same, answers, progress)
        with ThreadPoolExecutor(max_workers=max(1, min(8, len(sources)))) as pool:
            if not all(list(pool.map(ask, sources))):
                return False
        for source in sources:
            progress(source.name, len(answers.get(source.name, ())), 0)
        return True

    def _is_source_same(self, answers: Answers, progress: Progress, source: Source) -> bool:
        asked = answers.get(source.name, ())
        for number, (key, said) in enumerate(asked, start=1):
            if self._is_other.is_set() or not self._is_page_same(key, said, source.manifest):
                self._is_other.set()
                return False
            progress(source.name, number, len(asked) - number + 1)  # 0: the source is done
        return True

    def _is_page_same(self, key: Key, said: str, manifest: Manifest) -> bool:
        method, url, first = key
        page = Page(url=url, kind="", method=method, first_bytes=first)
        try:
            found: Capture | Exception = self._fetches.fetch(page, manifest)
        except ERRORS as error:
            found = error
        is_same = _said(found) == said
        if is_same and isinstance(found, Capture):  # the archive has its body
            found = msgspec.structs.replace(found, body=b"")
        self._known[manifest.name, key] = found
        return is_same

    def close(self) -> None:
        """Close what answers."""
        close = getattr(self._fetches, "close", None)
        if close:
            close()


def _key(page: Page) -> Key:
    return page.method, page.url, page.first_bytes


def _said(found: Capture | Exception) -> str:
    """A sum of what a reader is told of an answer."""
    if isinstance(found, Exception):
        return digest(f"{getattr(found, 'status', None)} {found}", 16)
    headers = [found.headers.get(name, "") for name in READ_HEADERS]
    return digest("\n".join([str(found.status), found.final_url, found.digest, *headers]), 16)


def is_same(
    output: Path,
    inputs: str,
    release: str,
    fetches: Fetches,
    sources: Sequence[Source],
    progress: Progress | None,
) -> bool:
    """Whether a run would have nothing but what made the current release.

    Where the answers are not asked for but replayed, `inputs` says what they are.
    """
    last = _read(output / FILE)
    if last is None or (last.inputs, last.release) != (inputs, release):
        return False
    if not isinstance(fetches, Rechecked):
        return True
    return fetches.is_same(sources, last.answers, progress or _silent)


def note(output: Path, inputs: str, release: str, fetches: Fetches) -> None:
    """Write down what a release was made from, for the next run."""
    answers = fetches.answers if isinstance(fetches, Rechecked) else {}
    aside = output / f".{FILE}"
    data = msgspec.json.encode(Asked(inputs=inputs, release=release, answers=answers))
    with suppress(OSError):  # the release stands; the next run does everything
        aside.write_bytes(data)
        aside.replace(output / FILE)


def _read(path: Path) -> Asked | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Asked)
    except (OSError, msgspec.MsgspecError):
        return None  # no such run, or by another version of ours: everything is done


def _silent(source: str, done: int, waiting: int) -> None:
    """Tell nobody."""
