"""Which findings count: only these, not those (with a reason that is printed), at most so many."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.report.rules import rule_id

FAIL_ON = ("never", "violation", "warning", "info")


class Ignored(msgspec.Struct, frozen=True):
    """What is left out of the report, and why."""

    pattern: str
    reason: str


def ignored(texts: Iterable[str]) -> tuple[Ignored, ...]:
    """`CODE=REASON` or `criterion-7=REASON` as given with `--ignore`; a reason is required."""
    found = []
    for text in texts:
        pattern, _, reason = text.partition("=")
        if not pattern.strip() or not reason.strip():
            raise UsageError(
                f"--ignore {text!r} lacks its reason; write --ignore 'CODE=why it may stay'"
            )
        found.append(Ignored(pattern.strip(), reason.strip()))
    return tuple(found)


def choose(
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    ignore: Sequence[Ignored] = (),
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings that count, and sentences that say what was left out and why.

    A pattern is a code (`c7-stale`, `c7-*`), a rule of the CI formats, or a criterion
    (`criterion-7`, or just `7`).
    """
    kept, notes = list(findings), []
    if only:
        kept = [f for f in kept if any(_matches(f, x) for x in only)]
        notes.append(f"only {', '.join(only)}: {len(kept)} of {len(findings)} findings")
    for one in ignore:
        left = [f for f in kept if not _matches(f, one.pattern)]
        notes.append(f"ignored {one.pattern}: {len(kept) - len(left)} findings ({one.reason})")
        kept = left
    return tuple(kept), tuple(notes)


def worst(findings: Iterable[Finding], most: int) -> tuple[Finding, ...]:
    """The first so many, the most severe first; their order stays otherwise."""
    return tuple(sorted(findings, key=lambda f: -f.severity.rank)[:most])


def failing(findings: Iterable[Finding], fail_on: str) -> bool:
    """Whether a run fails: a finding at or above the severity `fail_on`."""
    if fail_on not in FAIL_ON:
        raise UsageError(f"--fail-on {fail_on!r}: choose one of {', '.join(FAIL_ON)}")
    if fail_on == "never":
        return False
    least = Severity(fail_on).rank
    return any(f.severity.rank >= least for f in findings)


def _matches(finding: Finding, pattern: str) -> bool:
    criterion = pattern.removeprefix("criterion-")
    if criterion.isdigit():
        return finding.criterion == criterion
    return fnmatchcase(finding.code, pattern) or fnmatchcase(rule_id(finding), pattern)
