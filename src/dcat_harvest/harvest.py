"""The loop: pages in, records and findings out; one source's failure stays its own."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

import msgspec

from dcat_harvest import columns
from dcat_harvest.errors import BrokenInvariant, FetchError, PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read.assume import assume, assume_service
from dcat_harvest.read.limits import bounded
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things
from dcat_harvest.sources import Source

MAX_PAGES = 50_000
MOST_DATASETS = 5_000
"""Of one source, unless its manifest expects more."""
ROOM = 8_000
"""Bytes of records a dataset, on the average; those of DUO, the largest we know, have 3,400."""
NODES = 3
"""Datasets and files together a dataset that we take: each takes 20 kB while a run lasts."""
MOST_PARTS = 8
"""Parts that one dataset may be joined from, on the average."""
MOST_BYTES = 2 * 2**30
"""Of all pages of one source together, decoded."""
MOST_FINDINGS = 20_000
"""Of one code about one source."""
# What a reader may run into on a page that nobody foresaw: the page is lost, the source goes on.
READER_ERRORS = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError
)  # fmt: skip
# One source reads at a time, the others fetch: reading is work of one core anyhow, and two threads
# that make msgspec learn the same type at once crash the interpreter (0.22).
_READING = Lock()
Progress = Callable[[str, int, int], None]


class Fetches(Protocol):
    """Live or from an archive: anything that answers a page with a capture."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """The capture of a page; raises FetchError."""


class Harvested(msgspec.Struct, kw_only=True):
    """What one source gave. `failed` says why it is not whole, empty where it is."""

    source: str
    datasets: list[Dataset] = msgspec.field(default_factory=list)
    services: list[DataService] = msgspec.field(default_factory=list)
    findings: list[Finding] = msgspec.field(default_factory=list)
    pages: int = 0
    failed: str = ""
    missed: dict[str, int] = msgspec.field(default_factory=dict)
    """Address of a page that could not be read -> its status, 0 where it gave none."""
    bytes: int = 0
    """Of its pages, decoded."""
    held: int = 0
    """Bytes of what its reader gave, as JSON."""
    nodes: int = 0
    """Datasets, their records and files, before parts are joined."""
    told: Counter[str] = msgspec.field(default_factory=Counter)
    """How many findings of a code its reader gave."""


def harvest(
    sources: Iterable[Source],
    fetches: Fetches,
    *,
    progress: Progress | None = None,
    max_pages: int = MAX_PAGES,
) -> list[Harvested]:
    """Harvest sources side by side; the results stand in the order of the sources."""
    chosen = list(sources)
    with ThreadPoolExecutor(max_workers=max(1, min(8, len(chosen)))) as pool:
        running = [pool.submit(harvest_one, s, fetches, progress, max_pages) for s in chosen]
        return [r.result() for r in running]


def harvest_one(
    source: Source,
    fetches: Fetches,
    progress: Progress | None = None,
    max_pages: int = MAX_PAGES,
) -> Harvested:
    """Harvest one source: start pages, then what they lead to, each address once."""
    manifest, out, things = source.manifest, Harvested(source=source.name), Things()
    with _READING:
        queue = deque((page, True) for page in source.reader.start(manifest))
    seen = {(page.method, page.url) for page, _ in queue}
    while queue:
        if out.pages >= max_pages:
            at = queue[0][0].url
            out.findings.append(
                finding("too-many-pages", source=source.name, where=at, count=max_pages)
            )
            break
        page, is_start = queue.popleft()
        out.pages += 1
        for new in _read_page(source, page, is_start, fetches, things, out):
            if (new.method, new.url) not in seen:
                seen.add((new.method, new.url))
                queue.append((new, False))
        if over := _over(out, things, manifest):
            out.findings.append(_too_large(source.name, page.url, over))
            break
        if progress:
            progress(source.name, out.pages, len(queue))
    with _READING:
        _finish(source, things, out)
    if columns.are_wanted(manifest):
        out.datasets, found = columns.complete(out.datasets, fetches, manifest)
        out.findings.extend(found)
    return out


def _most(manifest: Manifest) -> int:
    expected = manifest.expect.datasets
    return max(MOST_DATASETS, expected[1] if expected else 0)


def _over(out: Harvested, things: Things, manifest: Manifest) -> str:
    """What a source has given more of than we take; empty where it may go on."""
    most = _most(manifest)
    if len(things.datasets) >= most or len(things.parts) >= MOST_PARTS * most:
        return f"{most} datasets"
    if out.nodes >= NODES * most:
        return f"{out.nodes} datasets and files"
    if out.held >= ROOM * most:
        return f"{ROOM * most // 10**6} MB of records"
    return f"{MOST_BYTES // 2**20} MB" if out.bytes >= MOST_BYTES else ""


def _too_large(source: str, where: str, value: str) -> Finding:
    return finding("source-too-large", source=source, where=where, value=value)


def _read_page(
    source: Source, page: Page, is_start: bool, fetches: Fetches, things: Things, out: Harvested
) -> list[Page]:
    """Fetch and read one page; gives the pages it leads to."""
    found: list[Page] = []
    try:
        capture = fetches.fetch(page, source.manifest)
        if not 200 <= capture.status < 300:
            raise FetchError(page.url, f"HTTP {capture.status}", status=capture.status)
        out.bytes += len(capture.body)
        with _READING:
            for thing in source.reader.read(capture, source.manifest):
                _sort(source, thing, found, things, out)
                if _over(out, things, source.manifest):
                    break
    except FetchError as error:
        _report_fetch(source, page, is_start, error, out)
    except PageChanged as error:
        _fail_start(out, is_start, f"{page.url}: {error}")
        out.missed[page.url] = 0
        out.findings.append(_page_finding("page-changed", source, page, str(error)))
    except READER_ERRORS as error:
        _fail_start(out, is_start, f"{page.url}: {error!r}")
        out.missed[page.url] = 0
        out.findings.append(_page_finding("reader-failed", source, page, repr(error)[:300]))
    return found


def _sort(source: Source, thing: object, found: list[Page], things: Things, out: Harvested) -> None:
    """Put what a reader gave in its place."""
    match thing:
        case Page():
            found.append(thing)
        case Dataset():
            things.datasets.append(thing)
            out.held += _size(thing)
            out.nodes += _nodes(thing)
        case DataService():
            things.services.append(thing)
            out.held += _size(thing)
        case Part():
            things.parts.append(thing)
            out.held += _size(thing)
        case Finding():
            out.told[thing.code] += 1
            if out.told[thing.code] <= MOST_FINDINGS:
                out.findings.append(thing)
        case _:
            raise BrokenInvariant(f"{source.name}: a reader gave {type(thing)}")


def _nodes(dataset: Dataset) -> int:
    return 2 + len(dataset.distributions)


def _size(thing: Dataset | DataService | Part) -> int:
    """Bytes of what a reader gave, as JSON."""
    return len(msgspec.json.encode(thing, enc_hook=repr))


def _report_fetch(
    source: Source, page: Page, is_start: bool, error: FetchError, out: Harvested
) -> None:
    if page.method == "GET":
        out.missed[page.url] = error.status or 0
    if page.optional and error.status in (404, 410):
        return
    _fail_start(out, is_start and not page.optional, str(error))
    code = "dead-file" if page.method == "HEAD" else "fetch-error"
    out.findings.append(_page_finding(code, source, page, error.reason))


def _page_finding(code: str, source: Source, page: Page, reason: str) -> Finding:
    key = page.data.get("key", "")
    return finding(code, source=source.name, key=key, where=page.url, reason=reason)


def _fail_start(out: Harvested, is_start: bool, reason: str) -> None:
    if is_start and not out.failed:
        out.failed = reason


def _finish(source: Source, things: Things, out: Harvested) -> None:
    """Join the parts, drop second records of one key, fill in what the manifest states."""
    keys: set[str] = set()
    most, nodes = _most(source.manifest), 0
    try:
        for thing in source.finish(things):
            if len(keys) >= most or nodes >= NODES * most:
                value = f"{most} datasets" if len(keys) >= most else f"{nodes} datasets and files"
                out.findings.append(_too_large(source.name, source.name, value))
                break
            match thing:
                case Finding():
                    out.findings.append(thing)
                case DataService():
                    out.services.append(assume_service(thing, source.manifest))
                case Dataset() if thing.key in keys:
                    out.findings.append(_duplicate(source, thing))
                case Dataset():
                    keys.add(thing.key)
                    record, told = bounded(thing)
                    out.findings.extend(told)
                    out.datasets.append(assume(record, source.manifest))
                    nodes += _nodes(record)
    except READER_ERRORS as error:
        out.failed = f"joining its pages failed: {error!r}"
        first = source.manifest.start[0] if source.manifest.start else source.name
        out.findings.append(
            finding("reader-failed", source=source.name, where=first, reason=repr(error)[:300])
        )
    for code, count in out.told.items():
        if count > MOST_FINDINGS:
            left = count - MOST_FINDINGS
            out.findings.append(
                finding(
                    "findings-left-out", source=source.name, where=source.name, value=code,
                    count=left,
                )
            )  # fmt: skip
    out.datasets.sort(key=lambda d: d.key)
    out.services.sort(key=lambda s: s.key)
    out.findings.extend(expectations(source.manifest, out.datasets))
    if not out.datasets and not out.failed:
        out.failed = "no dataset was found"


def _duplicate(source: Source, dataset: Dataset) -> Finding:
    where = dataset.landing_page or dataset.identifier or source.name
    return finding("duplicate-key", source=source.name, key=dataset.key, where=where)


def expectations(manifest: Manifest, datasets: list[Dataset]) -> Iterable[Finding]:
    """Findings where the count or a fill rate is not what the manifest expects."""
    bounds = manifest.expect.datasets
    where = manifest.start[0] if manifest.start else manifest.name
    if bounds and not bounds[0] <= len(datasets) <= bounds[1]:
        yield finding(
            "unexpected-count",
            source=manifest.name,
            where=where,
            value=len(datasets),
            low=bounds[0],
            high=bounds[1],
        )
    for field, rate in manifest.expect.fill.items():
        filled = sum(bool(getattr(d, field, None)) for d in datasets)
        if datasets and filled / len(datasets) < rate:
            yield finding(
                "low-fill-rate",
                source=manifest.name,
                where=where,
                field=field,
                value=f"{filled / len(datasets):.0%}",
                rate=f"{rate:.0%}",
            )
