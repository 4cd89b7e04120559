"""What a record lacks that its publisher could have said: the same findings for every type."""

from collections.abc import Iterator

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset

CODES = {
    "no-title": "title",
    "no-description": "description",
    "no-licence": "licence",
    "no-distribution": "distributions",
    "no-frequency": "frequency",
}


def lacks(dataset: Dataset, *, ignore: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield a finding for each of the fields that is absent, but for the codes to ignore."""
    where = dataset.landing_page or dataset.identifier or dataset.key
    for code, field in CODES.items():
        present = bool(getattr(dataset, field))
        if field == "licence":
            present = present or any(d.licence for d in dataset.distributions)
        if not present and code not in ignore:
            yield finding(code, source=dataset.source, key=dataset.key, where=where, value="")
