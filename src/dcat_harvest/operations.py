"""What an operator sees of runs that nobody watches: journal, metrics, status and notices."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.durable import sync
from dcat_harvest.errors import HarvestError
from dcat_harvest.run import Outcome

JOURNAL, METRICS = "journal.jsonl", "metrics.prom"
MOST_LINES = 5000
PATIENCE = 30.0
"""Seconds that a command or webhook may take."""


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One source in one run."""

    status: str
    datasets: int
    new: int = 0
    changed: int = 0
    gone: int = 0
    stale: int = 0
    error: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the journal: how one run ended."""

    at: str
    seconds: float
    exit_code: int
    release: str = ""
    fresh: bool = False
    datasets: int = 0
    findings: Mapping[str, int] = msgspec.field(default_factory=dict)
    sources: Mapping[str, SourceLine] = msgspec.field(default_factory=dict)
    error: str = ""
    """Why there is no release of this run, or why the store refused it."""


def run_of(outcome: Outcome, at: str, seconds: float, exit_code: int) -> Run:
    """The journal line of a run that ended well enough to have an outcome."""
    findings = {"violation": 0, "warning": 0, "info": 0}
    for f in outcome.data.findings:
        findings[f.severity.value] += f.count
    sources = {
        name: SourceLine(**msgspec.to_builtins(s), error=outcome.errors.get(name, ""))
        for name, s in sorted(outcome.data.sources.items())
    }
    return Run(
        at=at,
        seconds=round(seconds, 1),
        exit_code=exit_code,
        release=outcome.name,
        fresh=outcome.fresh,
        datasets=sum(s.datasets for s in sources.values()),
        findings=findings,
        sources=sources,
        error=outcome.store_error,
    )


def failed_run(error: Exception, at: str, seconds: float) -> Run:
    """The journal line of a run that stopped with an error."""
    code = error.exit_code if isinstance(error, HarvestError) else 5
    return Run(at=at, seconds=round(seconds, 1), exit_code=code, error=str(error)[:1000])


def note(output: Path, one: Run) -> list[str]:
    """Write a run into journal and metrics; gives what went wrong, and never raises for it."""
    wrong: list[str] = []
    for name, write in ((JOURNAL, _append), (METRICS, _measure)):
        try:
            write(output / name, one)
        except OSError as error:
            wrong.append(f"{output / name}: cannot be written ({error.strerror})")
    return wrong


def _append(path: Path, one: Run) -> None:
    """Add a line in one write; the oldest go when there are many."""
    line = msgspec.json.encode(one) + b"\n"
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    if len(lines) >= MOST_LINES or (lines and not lines[-1].endswith(b"\n")):
        whole = [x for x in lines[-MOST_LINES // 2 :] if x.endswith(b"\n")]
        _replace(path, b"".join([*whole, line]))
        return
    with path.open("ab", buffering=0) as file:
        file.write(line)
        os.fsync(file.fileno())


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        partial.write_bytes(data)
        sync(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def journal(output: Path) -> list[Run]:
    """The runs of an output folder, the oldest first; a line cut by a kill is passed over."""
    path = output / JOURNAL
    found: list[Run] = []
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            found.append(msgspec.json.decode(line, type=Run))
        except msgspec.MsgspecError:
            continue
    return found


def _measure(path: Path, one: Run) -> None:
    """Replace the metrics file; what a failed run does not know stays out."""
    _replace(path, ("\n".join(metrics(one)) + "\n").encode())


def metrics(one: Run) -> Iterator[str]:
    """A run in the text format of Prometheus, for the textfile collector."""
    at = int(datetime.fromisoformat(one.at).timestamp())
    yield from _gauge("last_run_timestamp_seconds", "When the last run was.", {"": at})
    yield from _gauge("last_run_duration_seconds", "How long it took.", {"": one.seconds})
    yield from _gauge("last_run_exit_code", "How it ended; 0 is fine.", {"": one.exit_code})
    if not one.release:
        return
    yield from _gauge("datasets", "Datasets in the catalogue.", {"": one.datasets})
    found = {f'severity="{name}"': count for name, count in one.findings.items()}
    yield from _gauge("findings", "Findings by severity.", found)
    for field, text in (
        ("datasets", "Datasets of a source."),
        ("new", "New ones in the last run."),
        ("changed", "Changed ones in the last run."),
        ("gone", "Ones that went in the last run."),
        ("stale", "Ones kept from an earlier run."),
    ):
        values = {f'source="{_label(n)}"': getattr(s, field) for n, s in one.sources.items()}
        yield from _gauge(f"source_{field}", text, values)
    values = {f'source="{_label(n)}"': int(s.status == "ok") for n, s in one.sources.items()}
    yield from _gauge("source_ok", "1 where a source was read and no guard fired.", values)


def _gauge(name: str, text: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP dcat_harvest_{name} {text}"
    yield f"# TYPE dcat_harvest_{name} gauge"
    for labels, value in values.items():
        yield (
            f"dcat_harvest_{name}{'{' + labels + '}' if labels else ''} {value:g}"
            if (value < 1e6)
            else f"dcat_harvest_{name}{'{' + labels + '}' if labels else ''} {value:.0f}"
        )


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def notify(one: Run, command: str = "", url: str = "") -> list[str]:
    """Tell a command (on standard input) and a webhook how a run ended; gives what went wrong.

    The address of a webhook is often a secret: it is never in what is said here.
    """
    body = msgspec.json.encode(one)
    wrong: list[str] = []
    if command:
        wrong += _tell_command(command, body)
    if url:
        wrong += _tell_webhook(url, body)
    return wrong


def _tell_command(command: str, body: bytes) -> list[str]:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
            shlex.split(command), input=body, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, ValueError) as error:
        return [f"notify_command could not be run ({type(error).__name__})"]
    except subprocess.TimeoutExpired:
        return [f"notify_command took longer than {PATIENCE:g} s and was stopped"]
    return [f"notify_command ended with {done.returncode}"] if done.returncode else []


def _tell_webhook(url: str, body: bytes) -> list[str]:
    import requests

    headers = {"Content-Type": "application/json"}
    try:
        answer = requests.post(
            url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False, stream=True
        )
        answer.close()
    except (requests.RequestException, ValueError) as error:
        return [f"notify_url could not be told ({type(error).__name__})"]
    return [] if answer.ok else [f"notify_url answered {answer.status_code}"]


class SourceNow(msgspec.Struct, frozen=True, kw_only=True):
    """How a source stands: its last run, and when it was last read well."""

    source: str
    status: str
    datasets: int
    stale: int
    last_good: str
    """Empty where the journal knows of no good run."""
    age_days: int | None
    guard: str
    next: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What `dcat-harvest status` tells."""

    release: str
    last_run: str
    exit_code: int | None
    error: str
    sources: tuple[SourceNow, ...]
    next: str


def status(output: Path, now: datetime) -> Status:
    """How each source of an output folder stands, and what to do next."""
    from dcat_harvest.publish.release import current

    runs, release = journal(output), current(output)
    last = runs[-1] if runs else None
    said = _manifest(release)
    sources = tuple(
        _source_now(name, msgspec.convert(known, SourceLine), runs, now, said)
        for name, known in sorted(said.get("sources", {}).items())
    )
    return Status(
        release=release.name if release else "",
        last_run=last.at if last else str(said.get("generated", "")),
        exit_code=last.exit_code if last else None,
        error=last.error if last else "",
        sources=sources,
        next=_next(last, sources, release is not None),
    )


def _manifest(release: Path | None) -> dict[str, Any]:
    if release is None:
        return {}
    return dict(json.loads((release / "manifest.json").read_text(encoding="utf-8")))


def _source_now(
    name: str, known: SourceLine, runs: list[Run], now: datetime, said: Mapping[str, Any]
) -> SourceNow:
    line = next((r.sources[name] for r in reversed(runs) if name in r.sources), known)
    good = [r.at for r in runs if name in r.sources and r.sources[name].status == "ok"]
    at = good[-1] if good else str(said["generated"]) if line.status == "ok" else ""
    age = (now - datetime.fromisoformat(at)).days if at else None
    return SourceNow(
        source=name,
        status=line.status,
        datasets=line.datasets,
        stale=line.stale,
        last_good=at,
        age_days=age,
        guard=line.error,
        next=_advice(name, line),
    )


def _advice(name: str, line: SourceLine) -> str:
    match line.status:
        case "ok":
            return ""
        case "shrunk":
            return f"look whether the datasets are really gone; then --accept-shrink {name}"
        case _ if "--accept-shrink" in line.error:
            return f"look at the page named and adapt the reader, or --accept-shrink {name}"
        case _:
            return "look whether its start address still answers; the next run tries again"


def _next(last: Run | None, sources: tuple[SourceNow, ...], has_release: bool) -> str:
    if not has_release:
        return "dcat-harvest run"
    if last and last.error:
        return f"mend what the last run says: {last.error}"
    ill = [s.source for s in sources if s.next]
    return f"see {', '.join(ill)}" if ill else "nothing to do"
