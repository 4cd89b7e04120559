"""`status`, and what a run tells its operator: log lines, journal, metrics, notices."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from dcat_harvest.cli.options import common, settings_from

log_option = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Progress and log on stderr: for people, or one JSON object a line.",
)


class JsonLog(AbstractContextManager["JsonLog"]):
    """The log of a run as JSON lines on stderr; takes the place of the terminal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not isinstance(error, SystemExit):
            self.event("run-failed", level="error", error=str(error))

    def event(self, event: str, *, level: str = "info", **values: Any) -> None:
        """Write one line."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = json.dumps({"time": at, "level": level, "event": event, **values}, default=str)
        with self._lock:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def progress(self, source: str, done: int, waiting: int) -> None:
        """One page of a source was read; said every hundred pages and at the end."""
        if waiting == 0 or done % 100 == 0:
            self.event("pages", source=source, done=done, waiting=waiting)

    def stage(self, name: str) -> None:
        """A stage begins."""
        self.event("stage", stage=name)

    def summary(self, outcome: Any) -> None:
        """How each source fared, and the release."""
        for name, s in sorted(outcome.data.sources.items()):
            level = "info" if s.status == "ok" else "error"
            values = {f: getattr(s, f) for f in s.__struct_fields__}
            self.event("source", level=level, source=name, **values,
                       error=outcome.errors.get(name, ""))  # fmt: skip
        self.event(
            "release", release=outcome.name, fresh=outcome.fresh, exit_code=outcome.exit_code,
            level="error" if outcome.exit_code else "info", store_error=outcome.store_error,
        )  # fmt: skip


class Noted:
    """A run that is being watched; `ended` gives it its outcome."""

    def __init__(self) -> None:
        self.outcome: Any = None
        self.exit_code = 0

    def ended(self, outcome: Any, exit_code: int) -> None:
        """Keep the outcome for the journal."""
        self.outcome, self.exit_code = outcome, exit_code


@contextmanager
def noted(output: Path, settings: Any, now: datetime) -> Iterator[Noted]:
    """Write journal and metrics when the block is done, however it ends, and tell the operator."""
    from dcat_harvest import operations
    from dcat_harvest.settings import iso

    watched, begun = Noted(), time.monotonic()
    try:
        yield watched
    except Exception as error:
        one = operations.failed_run(error, iso(now), time.monotonic() - begun)
        _tell(output, settings, one)
        raise
    if watched.outcome is not None:
        seconds = time.monotonic() - begun
        one = operations.run_of(watched.outcome, iso(now), seconds, watched.exit_code)
        _tell(output, settings, one)


def _tell(output: Path, settings: Any, one: Any) -> None:
    from dcat_harvest import operations

    wrong = operations.note(output, one)
    wrong += operations.notify(one, settings.notify_command, settings.notify_url)
    for text in wrong:
        click.echo(f"note: {text}", err=True)


@click.command()
@click.option("--now", metavar="TIME", help="The clock as a value (ISO 8601).")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@common
def status(config: str | None, quiet: bool, format_: str, **options: Any) -> None:
    """Tell how each source fares: last good run, age, guards, and what to do next."""
    import msgspec

    from dcat_harvest import operations
    from dcat_harvest.settings import clock

    settings = settings_from(config, **options).settings
    found = operations.status(Path(settings.output), clock(settings))
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        _print(found)
    raise SystemExit(3 if any(s.status != "ok" for s in found.sources) else 0)


def _print(found: Any) -> None:
    click.echo(f"release   {found.release or 'none yet'}")
    code = "" if found.exit_code is None else f", ended with {found.exit_code}"
    click.echo(f"last run  {found.last_run or 'none'}{code}")
    if found.error:
        click.echo(f"error     {found.error}")
    for s in found.sources:
        age = "never" if s.age_days is None else f"{s.age_days} d"
        click.echo(f"  {s.source:<16} {s.status:<7} {s.datasets:>6} datasets  last good {age}")
        if s.guard:
            click.echo(f"    {s.guard}")
        if s.next:
            click.echo(f"    next: {s.next}")
    click.echo(f"next      {found.next}")
