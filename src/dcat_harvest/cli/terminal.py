"""What a person sees: progress while it works, then a summary; all on stderr but results."""

import sys
import threading
import time
import tomllib
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from dcat_harvest import resources

VERDICTS = ("pass", "partly", "fail", "unknown")
COLOURS = {"failed": "red", "stale": "yellow", "shrunk": "yellow"}


@cache
def words(language: str) -> dict[str, str]:
    """The texts of `vocab/terminal.toml` in a language, `nl` or `en`."""
    return dict(tomllib.loads(resources.text("vocab/terminal.toml"))[language])


class Terminal(AbstractContextManager["Terminal"]):
    """Progress per source and per stage on stderr; one line each where it is no terminal."""

    def __init__(self, *, quiet: bool, language: str = "nl") -> None:
        self.quiet = quiet
        self.words = words(language)
        self.live = sys.stderr.isatty() and not quiet
        self._pages: dict[str, int] = {}
        self._drawn = 0.0
        self._lock = threading.Lock()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wipe()

    def progress(self, source: str, done: int, waiting: int) -> None:
        """One page of a source was read; `waiting` are still to fetch."""
        with self._lock:
            self._pages[source] = done
            if self.live and time.monotonic() - self._drawn > 0.1:
                self._drawn = time.monotonic()
                text = "  ".join(f"{name} {count}" for name, count in self._pages.items())
                sys.stderr.write(f"\r\x1b[K  {text[:110]}")
                sys.stderr.flush()
            elif not self.live and not self.quiet and waiting == 0:
                sys.stderr.write(f"  {source}: {done} {self.words['pages']}\n")

    def stage(self, name: str) -> None:
        """A stage begins."""
        if not self.quiet:
            self._wipe()
            sys.stderr.write(f"{self.words.get(name, name)} …\n")
            sys.stderr.flush()

    def _wipe(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")


def summary(outcome: Any, output: Path, language: str) -> None:
    """Datasets per source, findings, the eight criteria, where the files are, what to do next."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    said = words(language)
    _sources_table(console, outcome, said)
    _criteria_table(console, outcome, said)
    _where(console, outcome, output, said)


def _sources_table(console: Any, outcome: Any, said: dict[str, str]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("source", "datasets", "new", "changed", "gone", "state"):
        table.add_column(said[name], justify="left" if name in ("source", "state") else "right")
    for name, s in sorted(outcome.data.sources.items()):
        colour = COLOURS.get(s.status)
        state = f"[{colour}]{said[s.status]}[/]" if colour else said[s.status]
        counts = (s.datasets, s.new, s.changed, s.gone)
        shown = (f"{n:,}".replace(",", said["thousands"]) for n in counts)
        table.add_row(escape(name), *shown, state)
    console.print()
    console.print(table)
    for name, reason in sorted(outcome.errors.items()):
        console.print(f"[red]{escape(name)}[/]: {escape(reason)}")


def _criteria_table(console: Any, outcome: Any, said: dict[str, str]) -> None:
    from rich.table import Table

    counts = dict.fromkeys(("violation", "warning", "info"), 0)
    for f in outcome.data.findings:
        counts[f.severity.value] += f.count
    console.print()
    console.print(said["findings"].format_map(counts))
    if not outcome.data.scores:
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(said["criterion"])
    for name in VERDICTS:
        table.add_column(said[name], justify="right")
    for number in map(str, range(1, 9)):
        verdicts = [s.criteria.get(number, "unknown") for s in outcome.data.scores]
        table.add_row(f"{number} {said[f'c{number}']}", *(str(verdicts.count(v)) for v in VERDICTS))
    console.print()
    console.print(table)


def _where(console: Any, outcome: Any, output: Path, said: dict[str, str]) -> None:
    from rich.markup import escape

    current = output / "current"
    console.print()
    console.print(f"{said['fresh' if outcome.fresh else 'unchanged']}: {outcome.name}")
    for label, path in (
        ("catalogue", current / "catalog.ttl"),
        ("report", current / "quality" / "report.html"),
        ("site", current / "index.html"),
    ):
        console.print(f"  {said[label]:<10} {escape(str(path))}", soft_wrap=True)
    if outcome.store_error:
        console.print(f"[red]store[/]: {escape(outcome.store_error)}")
    console.print(said["next"])
    console.print(f"  dcat-harvest report                 {said['next_report']}")
    console.print(f"  dcat-harvest query 'SELECT …'       {said['next_query']}")
