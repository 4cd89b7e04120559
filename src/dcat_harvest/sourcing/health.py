"""How each source did at the last harvest: counts, fill rates, unknown words, changed pages."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest import records
from dcat_harvest.model import Dataset
from dcat_harvest.publish.release import current
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.sources import Source

FIELDS = (
    "title", "description", "identifier", "landing_page", "publisher", "creators", "contact",
    "keywords", "themes", "frequency", "period", "issued", "modified", "licence", "access",
    "language", "spatial", "version", "distributions", "documents",
)  # fmt: skip


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one source in the current release."""

    source: str
    harvested: str = ""
    """Time of the newest page it was made from; empty where it never was."""
    status: str = "never"
    error: str = ""
    datasets: int = 0
    expected: tuple[int, int] | None = None
    as_expected: bool = True
    fill: Mapping[str, float] = msgspec.field(default_factory=dict)
    """Field to the part of the datasets that state it; assumed values do not count."""
    low: tuple[str, ...] = ()
    """Fields under the rate that the manifest expects."""
    unknown_words: Mapping[str, int] = msgspec.field(default_factory=dict)
    changed_pages: tuple[str, ...] = ()


def check(sources: Sequence[Source], output: Path) -> Iterator[Health]:
    """Yield the health of each source, by the current release of an output folder."""
    release = current(output)
    manifest = _json(release / "manifest.json") if release else {}
    found = list(_findings(release)) if release else []
    for source in sources:
        status = manifest.get("sources", {}).get(source.name)
        if release is None or status is None:
            yield Health(source=source.name, expected=source.manifest.expect.datasets)
            continue
        datasets, _ = records.read(release / "records", source.name)
        mine = [f for f in found if f.get("source") == source.name]
        yield _health(source.manifest, status, datasets, mine)


def _health(
    manifest: Manifest, status: Mapping[str, Any], datasets: list[Dataset],
    findings: list[dict[str, Any]],
) -> Health:  # fmt: skip
    bounds = manifest.expect.datasets
    fill = {field: _rate(datasets, field) for field in FIELDS}
    whole = {f: sum(bool(getattr(d, f, None)) for d in datasets) for f in manifest.expect.fill}
    low = [f for f, r in manifest.expect.fill.items() if datasets and whole[f] < r * len(datasets)]
    words = Counter(str(f["value"]) for f in findings if f["code"] == "unknown-word")
    pages = [str(f["where"]) for f in findings if f["code"] in ("page-changed", "reader-failed")]
    times = [c.time for d in datasets for c in d.captures]
    return Health(
        source=manifest.name,
        harvested=max(times, default=""),
        status=str(status.get("status", "")),
        error=str(status.get("error", "")),
        datasets=len(datasets),
        expected=bounds,
        as_expected=bounds is None or bounds[0] <= len(datasets) <= bounds[1],
        fill=fill,
        low=tuple(low),
        unknown_words=dict(words.most_common()),
        changed_pages=tuple(dict.fromkeys(pages)),
    )


def _rate(datasets: list[Dataset], field: str) -> float:
    """Return the part of the datasets of which the source itself states a field."""
    if not datasets:
        return 0.0
    stated = 0
    for one in datasets:
        origin = one.origins.get(field)
        stated += bool(getattr(one, field)) and (origin is None or origin.kind != "assumed")
    return round(stated / len(datasets), 3)


def _findings(release: Path) -> Iterator[dict[str, Any]]:
    file = release / "quality" / "findings.jsonl"
    if file.is_file():
        with file.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
