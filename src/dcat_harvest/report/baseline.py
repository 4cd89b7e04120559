"""The baseline: what is known to be wrong, so that only new or worse findings fail a build."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.report.causes import SUMMARIES
from dcat_harvest.report.fingerprint import fingerprint

FORMAT = "dcat-harvest-baseline"
VERSION = 1


class Known(msgspec.Struct, frozen=True, array_like=True):
    """One finding of the baseline; the last three are there for people who read the file."""

    severity: Severity
    count: int
    code: str = ""
    subject: str = ""
    path: str = ""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline file."""

    format: str
    version: int
    profiles: tuple[str, ...]
    findings: dict[str, Known]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Findings against a baseline."""

    new: tuple[Finding, ...]
    worse: tuple[Finding, ...]
    """More severe than the baseline says, or more of them."""
    known: tuple[Finding, ...]
    fixed: tuple[Known, ...]

    @property
    def failing(self) -> tuple[Finding, ...]:
        """What may fail a build: new and worse."""
        return self.new + self.worse


def make(findings: Iterable[Finding], profiles: Sequence[str]) -> Baseline:
    """A baseline of everything that is wrong now."""
    known: dict[str, Known] = {}
    for name, group in _grouped(findings).items():
        worst = max(group, key=lambda f: f.severity.rank)
        count = sum(f.count for f in group)
        known[name] = Known(worst.severity, count, worst.code, worst.subject, worst.path)
    return Baseline(
        format=FORMAT,
        version=VERSION,
        profiles=tuple(sorted(profiles)),
        findings=dict(sorted(known.items(), key=lambda x: (x[1].subject, x[1].code, x[0]))),
    )


def write(path: Path, baseline: Baseline) -> None:
    """Write a baseline, one finding a line: a difference reads well in version control."""
    rows = [f"{_json(name)}:{_json(known)}" for name, known in baseline.findings.items()]
    text = (
        f'{{"format":{_json(FORMAT)},"version":{VERSION},"profiles":{_json(baseline.profiles)},'
        '"findings":{\n' + ",\n".join(rows) + "\n}}\n"
    )
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: the baseline cannot be written: {error.strerror}") from error


def read(path: Path, profiles: Sequence[str]) -> Baseline:
    """Read a baseline; raises UsageError where it is none, or is of other profiles."""
    again = f"make it again with `dcat-harvest check … --baseline {path} --update-baseline`"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise UsageError(f"{path}: no baseline there ({error.strerror}); {again}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no baseline: {error}; {again}") from error
    if found.format != FORMAT or found.version != VERSION:
        raise UsageError(f"{path} is a baseline of version {found.version}, not {VERSION}; {again}")
    if set(found.profiles) != set(profiles):
        raise UsageError(
            f"{path} is a baseline of {', '.join(found.profiles) or 'no profile'}, "
            f"but you check {', '.join(sorted(profiles)) or 'no profile'}; {again}"
        )
    return found


def compare(findings: Iterable[Finding], baseline: Baseline) -> Comparison:
    """Split findings in new, worse and known; and what the baseline has that is gone.

    What only adds up others of a dataset ("breaks the profile") fails with none of its own.
    """
    new: list[Finding] = []
    worse: list[Finding] = []
    known: list[Finding] = []
    groups = _grouped(findings)
    for name, group in groups.items():
        was = baseline.findings.get(name)
        if was is None:
            new += group
        elif _is_worse(group, was):
            worse += group
        else:
            known += group
    fixed = tuple(was for name, was in baseline.findings.items() if name not in groups)
    told = {f.subject for f in (*new, *worse) if f.component}
    failing = [
        [f for f in some if f.code not in SUMMARIES or f.subject not in told]
        for some in (new, worse)
    ]
    known += [f for f in (*new, *worse) if f.code in SUMMARIES and f.subject in told]
    return Comparison(
        new=tuple(failing[0]), worse=tuple(failing[1]), known=tuple(known), fixed=fixed
    )


def _is_worse(group: list[Finding], was: Known) -> bool:
    severer = max(f.severity.rank for f in group) > was.severity.rank
    return severer or sum(f.count for f in group) > was.count


def _grouped(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[fingerprint(finding)].append(finding)
    return groups


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
