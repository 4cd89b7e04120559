"""How much one record may hold: what is more is left out, and said so."""

import msgspec

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset

MOST_FILES = 2000
MOST_WORDS = 1000


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
    return msgspec.structs.replace(record, **changes), tuple(findings)
