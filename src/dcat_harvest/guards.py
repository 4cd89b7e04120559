"""Guards: whether what a source gave today may take the place of what it gave before."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from dcat_harvest.errors import SourceError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.harvest import Harvested
from dcat_harvest.model import Dataset

SHRINK = 0.1
DRIFT = 0.1
FEWEST = 2
"""One dataset that lost a value is a change of that dataset, not of its source."""
FEWEST_EQUAL = 4
SAME_EVERYWHERE = ("issued", "modified", "description", "title")
SHAPED = ("identifier", "landing_page", "issued", "modified", "reference_date", "licence")
SHAPED_FILES = ("format", "media_type", "issued", "modified", "reference_date", "licence")
# Fields of the machinery, of an option (columns), or of our own cleaning: no drift in those.
UNWATCHED = frozenset(
    {"source", "key", "kind", "raw_title", "same_as", "text_language", "levels", "hvd", "columns"}
    | {"dimensions", "services", "metadata_modified", "other_identifiers", "origins", "captures"}
)
WATCHED = tuple(f for f in Dataset.__struct_fields__ if f not in UNWATCHED)
WATCHED_FILES = ("download_url", "title", "format", "media_type", "bytes", *SHAPED_FILES[2:])
GONE = (404, 410)


class ClockError(SourceError):
    """The clock of this run is before the last release: a guard, so exit code 3."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What to publish of a source, and why where that is not what was read today."""

    status: str
    reason: str = ""
    is_kept: bool = False
    """The whole source stays as it was."""
    findings: tuple[Finding, ...] = ()
    unsure: tuple[Dataset, ...] = ()
    """Kept ones of a source that is fine: today nobody could tell whether they are still there."""


def judge(one: Harvested, before: Sequence[Dataset], *, accepted: bool = False) -> Verdict:
    """Compare what was read with the last good records of the same source.

    `accepted`: a person said that the source is right as it is (`--accept-shrink`).
    """
    if one.failed:
        return _keep(one, before, "failed", one.failed, "source-failed")
    unsure = tuple(_unsure(one, before))
    if accepted or not before:
        return Verdict(status="ok", unsure=() if accepted else unsure)
    if reason := _shrunk(one, before, len(unsure)):
        return _keep(one, before, "shrunk", reason, "source-shrunk")
    found = [*_drifts(one, before), *_anomalies(one, before)]
    if found:
        reason = f"{found[0].message_en} {_accept(one.source)}"
        return _keep(one, before, "stale", reason, "source-quarantined", found)
    said = [_kept_page(one, d) for d in unsure]
    return Verdict(status="ok", unsure=unsure, findings=tuple(said))


def check_clock(generated: str, now: str, *, full: bool) -> None:
    """Raises ClockError where the last release is of a later moment, unless `full`."""
    if generated and now < generated and not full:
        raise ClockError(
            f"the clock says {now}, the current release is of {generated}; nothing was changed; "
            "set the clock of this machine (or --now) right, or give --full to go on"
        )


def _keep(
    one: Harvested,
    before: Sequence[Dataset],
    status: str,
    reason: str,
    code: str,
    found: Sequence[Finding] = (),
) -> Verdict:
    if before and status == "failed":
        status = "stale"
    said = finding(
        code, source=one.source, where=one.source, reason=reason, kept=len(before),
        count=max(1, len(before)),
    )  # fmt: skip
    return Verdict(status=status, reason=reason, is_kept=bool(before), findings=(said, *found))


def _accept(source: str) -> str:
    return f"The last good ones are kept; if that is right: --accept-shrink {source}"


def _shrunk(one: Harvested, before: Sequence[Dataset], unsure: int) -> str:
    """Why a source suddenly is too small, empty where it is not.

    A dataset whose own page says 404 or 410 is gone by its publisher's word: one such, or a tenth
    of the source, is no sudden loss.
    """
    now = {d.key for d in one.datasets}
    told = sum(_is_told_gone(one, d) for d in before if d.key not in now)
    allowed = min(told, max(1, int(SHRINK * len(before))))
    if len(one.datasets) + unsure + allowed >= len(before) * (1 - SHRINK):
        return ""
    return f"{len(one.datasets)} datasets, was {len(before)}; {_accept(one.source)}"


def _is_told_gone(one: Harvested, d: Dataset) -> bool:
    return any(one.missed.get(url) in GONE for url in _addresses(d))


def _addresses(d: Dataset) -> set[str]:
    return {*(c.url for c in d.captures), d.landing_page or ""}


def _unsure(one: Harvested, before: Sequence[Dataset]) -> Iterator[Dataset]:
    """Datasets that are not there today because a page could not be read, not because they went.

    Where a page that we know of fails (but not with 404 or 410), nothing is gone that its own
    page does not say to be gone: the page may have led to it.
    """
    failed = {url for url, status in one.missed.items() if status not in GONE}
    if not failed:
        return
    known = any(c.url in failed for d in before for c in d.captures)
    now = {d.key for d in one.datasets}
    for d in before:
        if d.key not in now and known and not _is_told_gone(one, d):
            yield d


def _kept_page(one: Harvested, d: Dataset) -> Finding:
    where = next((url for url in sorted(_addresses(d)) if url in one.missed), one.source)
    return finding("dataset-kept", source=one.source, key=d.key, where=where)


def _drifts(one: Harvested, before: Sequence[Dataset]) -> Iterator[Finding]:
    """Fields that lost their values, or whose values have another shape, in the same datasets."""
    old = {d.key: d for d in before}
    pairs = [(old[d.key], d) for d in one.datasets if d.key in old and d.kind == old[d.key].kind]
    differing = _differing(pairs)
    for field in WATCHED:
        yield from _drift(one, field, pairs, differing, partial(_stated, field=field))
        if field in SHAPED:
            yield from _reshaped(one, field, pairs, differing, partial(_stated, field=field))
    filed = [(a, b) for a, b in pairs if a.distributions and b.distributions]
    differing = [(a, b) for a, b in differing if a.distributions and b.distributions]
    for field in WATCHED_FILES:
        name = f"distributions.{field}"
        yield from _drift(one, name, filed, differing, partial(_of_files, field=field))
        if field in SHAPED_FILES:
            yield from _reshaped(one, name, filed, differing, partial(_of_files, field=field))


Pairs = Sequence[tuple[Dataset, Dataset]]
Get = Callable[[Dataset], Any]


def _stated(d: Any, field: str) -> Any:
    """A value that the source gives; what the manifest or a person supplied tells nothing."""
    origin = d.origins.get(field)
    return None if origin and origin.kind in ("assumed", "amended") else getattr(d, field)


def _of_files(d: Dataset, field: str) -> Any:
    return next((v for x in d.distributions if (v := _stated(x, field)) not in (None, "")), None)


def _differing(pairs: Pairs) -> Pairs:
    """The pairs that do not say the same; when they were captured is no matter."""
    return [(a, b) for a, b in pairs if a != msgspec.structs.replace(b, captures=a.captures)]


def _drift(
    one: Harvested, field: str, pairs: Pairs, differing: Pairs, get: Get
) -> Iterator[Finding]:
    lost = [b for a, b in differing if get(a) and not get(b)]
    if len(lost) < FEWEST:
        return
    had = sum(bool(get(a)) for a, _ in pairs)
    has = sum(bool(get(b)) for _, b in pairs)
    if had - has <= DRIFT * len(pairs):
        return
    where = _page(lost[0])
    yield finding(
        "field-drift", source=one.source, where=where, field=field, count=len(lost),
        value=f"{had / len(pairs):.0%}", now=f"{has / len(pairs):.0%}",
        label=_moved(one, lost) or "?",
    )  # fmt: skip


def _page(d: Dataset) -> str:
    """The page that a dataset was read from."""
    return d.captures[0].url if d.captures else d.landing_page or d.source


def _moved(one: Harvested, lost: Sequence[Dataset]) -> str:
    """Labels on the pages of these datasets that their reader does not know: where it went."""
    pages, keys = {c.url for d in lost for c in d.captures}, {d.key for d in lost}
    codes = ("unread-field", "page-changed", "odd-value")
    said = [
        f.value or f.message_en
        for f in one.findings
        if f.code in codes and (f.where in pages or f.key in keys)
    ]
    return ", ".join(x[:80] for x, _ in Counter(said).most_common(2))


def _reshaped(
    one: Harvested, field: str, pairs: Pairs, differing: Pairs, get: Get
) -> Iterator[Finding]:
    both = [(str(get(a)), str(get(b)), b) for a, b in differing if get(a) and get(b)]
    other = [(x, y, d) for x, y, d in both if shape(x) != shape(y)]
    if len(other) < FEWEST or len(other) * 2 <= sum(bool(get(a) and get(b)) for a, b in pairs):
        return
    first = other[0]
    yield finding(
        "field-shape", source=one.source, where=_page(first[2]), field=field,
        value=first[0][:80], now=first[1][:80], count=len(other),
    )  # fmt: skip


_SHAPES: Mapping[str, re.Pattern[str]] = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-\d\d"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT.*"),
    "number": re.compile(r"[\d.,]+"),
    "address": re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE),
    "word": re.compile(r"\S+"),
}


def shape(value: str) -> str:
    """What kind of thing a value is: a year, a date, a number, an address, a word or words."""
    return next((name for name, form in _SHAPES.items() if form.fullmatch(value)), "words")


def _anomalies(one: Harvested, before: Sequence[Dataset]) -> Iterator[Finding]:
    """A field that suddenly says the same for every dataset of the source."""
    for field in SAME_EVERYWHERE:
        was = [v for d in before if (v := _stated(d, field))]
        now = [v for d in one.datasets if (v := _stated(d, field))]
        if len(now) >= FEWEST_EQUAL and len(set(now)) == 1 and len(set(was)) > 1:
            yield finding(
                "all-values-equal", source=one.source, where=_page(one.datasets[0]),
                field=field, value=str(now[0])[:80], count=len(now),
            )  # fmt: skip
