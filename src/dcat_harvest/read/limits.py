"""How much one record may hold: what is more is left out, and said so."""

from typing import Any

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset

MOST_FILES = 2000
MOST_WORDS = 1000
MOST_TEXT = 100_000
"""Characters of one text: the longest known has 6,000 (a description of StatLine)."""


def bounded(record: Dataset) -> tuple[Dataset, tuple[Finding, ...]]:
    """Return a record with no more files, documents and words than we publish of one dataset.

    The largest dataset known has 181 files: a ZIP for each week (UWV, seen 2026).
    """
    findings: list[Finding] = []
    changes: dict[str, tuple[object, ...]] = {}
    for field in ("distributions", "documents", "links", "keywords", "columns", "annotations"):
        most = MOST_WORDS if field in ("keywords", "annotations") else MOST_FILES
        given = getattr(record, field)
        if len(given) > most:
            changes[field] = given[:most]
            code = "too-many-distributions" if field == "distributions" else "several-values"
            findings.append(
                finding(
                    code,
                    source=record.source,
                    key=record.key,
                    where=record.landing_page or record.identifier or record.key,
                    field=field,
                    value=str(len(given)),
                    kept=most,
                )
            )
    short, long = _shortened(msgspec.structs.replace(record, **changes))
    where = record.captures[0].url if record.captures else record.source
    at: dict[str, Any] = {"source": record.source, "key": record.key, "where": where}
    value = f"more than {MOST_TEXT} characters"
    told = (finding("odd-value", **at, field=field, value=value) for field in long)
    return short, (*findings, *told)


def _shortened(record: Dataset) -> tuple[Dataset, list[str]]:
    """Return a record whose texts are not longer than we publish, and the fields that were."""
    if len(msgspec.json.encode(record)) <= MOST_TEXT:
        return record, []
    given = msgspec.to_builtins(record)
    short = {name: _cut(value) if name != "key" else value for name, value in given.items()}
    long = [name for name, value in given.items() if short[name] != value]
    return (msgspec.convert(short, Dataset) if long else record), long


def _cut(value: Any) -> Any:
    """Cut texts, but no addresses: half an address is another one."""
    match value:
        case str() if len(value) > MOST_TEXT and "://" not in value[:20]:
            return value[:MOST_TEXT]
        case list() | tuple():
            return [_cut(item) for item in value]
        case dict():
            return {name: _cut(item) for name, item in value.items()}
        case _:
            return value
