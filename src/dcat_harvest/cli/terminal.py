"""What a person sees: progress while it works, then a summary; all on stderr but results."""

import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

STAGES = {
    "harvest": "Lezen van de bronnen",
    "build": "Catalogus opbouwen",
    "check": "Controleren",
    "publish": "Publiceren",
    "load": "Laden in de SPARQL-store",
}


class Terminal:
    """Progress per source and per stage on stderr; one line each where it is no terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.live = sys.stderr.isatty() and not quiet
        self._pages: dict[str, int] = {}
        self._drawn = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

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
                sys.stderr.write(f"  {source}: {done} pagina's\n")

    def stage(self, name: str) -> None:
        """A stage begins."""
        if not self.quiet:
            self._wipe()
            sys.stderr.write(f"{STAGES.get(name, name)} …\n")
            sys.stderr.flush()

    def _wipe(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")


def summary(outcome: Any, output: Path, language: str) -> None:
    """Datasets per source, findings, the eight criteria, where the files are, what to do next."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    _sources_table(console, outcome)
    _criteria_table(console, outcome)
    _where(console, outcome, output)


def _sources_table(console: Any, outcome: Any) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title_justify="left")
    for name in ("bron", "datasets", "nieuw", "gewijzigd", "weg", "stand"):
        table.add_column(name, justify="left" if name in ("bron", "stand") else "right")
    for name, s in sorted(outcome.data.sources.items()):
        state = {
            "ok": "in orde",
            "failed": "[red]mislukt[/]",
            "stale": "[yellow]van vorige keer[/]",
        }
        counts = (s.datasets, s.new, s.changed, s.gone)
        table.add_row(
            name,
            *(f"{n:,}".replace(",", ".") for n in counts),
            state.get(s.status, "[yellow]gekrompen[/]"),
        )
    console.print()
    console.print(table)
    for name, reason in sorted(outcome.errors.items()):
        console.print(f"[red]{name}[/]: {reason}", markup=True)


def _criteria_table(console: Any, outcome: Any) -> None:
    from rich.table import Table

    counts = dict.fromkeys(("violation", "warning", "info"), 0)
    for f in outcome.data.findings:
        counts[f.severity.value] += f.count
    console.print()
    console.print(
        f"Bevindingen: {counts['violation']} overtredingen, {counts['warning']} waarschuwingen, "
        f"{counts['info']} opmerkingen"
    )
    if not outcome.data.scores:
        return
    table = Table(box=None, pad_edge=False)
    for name in ("criterium", "voldoet", "deels", "voldoet niet", "onbekend"):
        table.add_column(name, justify="left" if name == "criterium" else "right")
    for number, label in CRITERIA.items():
        verdicts = [s.criteria.get(number, "unknown") for s in outcome.data.scores]
        table.add_row(
            f"{number} {label}",
            *(str(verdicts.count(v)) for v in ("pass", "partly", "fail", "unknown")),
        )
    console.print()
    console.print(table)


CRITERIA = {
    "1": "openbaar",
    "2": "gratis",
    "3": "vrij van rechten",
    "4": "anoniem te gebruiken",
    "5": "met computer verwerkbaar",
    "6": "met metadata",
    "7": "volledig en onbewerkt",
    "8": "vindbaar en begrijpelijk",
}


def _where(console: Any, outcome: Any, output: Path) -> None:
    current = output / "current"
    word = "Nieuwe versie" if outcome.fresh else "Niets veranderd; de versie blijft"
    console.print()
    console.print(f"{word}: {outcome.name}")
    for label, path in (
        ("catalogus", current / "catalog.ttl"),
        ("rapport", current / "quality" / "report.html"),
        ("site", current / "index.html"),
    ):
        console.print(f"  {label:<10} {path}", soft_wrap=True)
    if outcome.store_error:
        console.print(f"[red]store[/]: {outcome.store_error}")
    console.print("Verder:")
    console.print("  dcat-harvest report                 wat het eerst te verbeteren")
    console.print("  dcat-harvest query 'SELECT …'       vragen stellen in SPARQL")
