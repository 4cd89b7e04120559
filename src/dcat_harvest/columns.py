"""`--columns`: asks each file for its columns, each table for its dimensions, after the harvest."""

from collections import deque
from collections.abc import Iterable
from typing import Protocol

import msgspec

from dcat_harvest.errors import FetchError, PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.levels.pages import Told, completed, pages, told
from dcat_harvest.model import Capture, CaptureRef, Dataset, Page, ref
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.sources import Source

MOST_PAGES = 20_000
_NO = frozenset({"", "0", "no", "false", "never"})


class Fetches(Protocol):
    """What answers a page: live, or from an archive."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """The capture of a page; raises FetchError."""


def are_wanted(manifest: Manifest) -> bool:
    """Whether the columns of this source are to be read: its option `columns`."""
    return str(manifest.options.get("columns", "")).lower() not in _NO


def wanted(source: Source) -> Source:
    """The source, told to read columns."""
    options = {**source.manifest.options, "columns": True}
    manifest = msgspec.structs.replace(source.manifest, options=options)
    return msgspec.structs.replace(source, manifest=manifest)


def complete(
    datasets: Iterable[Dataset], fetches: Fetches, manifest: Manifest
) -> tuple[list[Dataset], list[Finding]]:
    """The datasets with the columns and dimensions that could be read; each address once."""
    done: list[Dataset] = []
    findings: list[Finding] = []
    known: dict[str, tuple[Told, CaptureRef | None]] = {}
    for d in datasets:
        answers, captures = [], list(d.captures)
        queue = deque(pages(d))
        while queue:
            page = queue.popleft()
            if page.url not in known and len(known) < MOST_PAGES:
                known[page.url] = _ask(page, fetches, manifest)
            said, capture = known.get(page.url, (Told(), None))
            answers.append((page.data, said))
            captures += [capture] if capture else []
            findings += said.findings
            queue.extend(said.more)
        one = completed(d, answers) if answers else d
        done.append(msgspec.structs.replace(one, captures=tuple(dict.fromkeys(captures))))
    return done, findings


def _ask(page: Page, fetches: Fetches, manifest: Manifest) -> tuple[Told, CaptureRef | None]:
    """Fetch and read one page; a 404 is ordinary, anything else is reported."""
    try:
        capture = fetches.fetch(page, manifest)
        if not 200 <= capture.status < 300:
            raise FetchError(page.url, f"HTTP {capture.status}", status=capture.status)
        said = told(capture, manifest.name)
        return said, ref(capture) if said.columns or said.dimensions else None
    except FetchError as error:
        reason = "" if error.status in (404, 410) else error.reason
    except (PageChanged, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = str(error)
    if not reason:
        return Told(), None
    key = page.data.get("key", "")
    report = finding(
        "columns-not-read", source=manifest.name, key=key, where=page.url, reason=reason[:300]
    )
    return Told(findings=(report,)), None
