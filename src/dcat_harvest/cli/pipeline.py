"""`run` and its stages `fetch`, `read`, `build`, `publish`, `load`."""

from pathlib import Path
from typing import Any

import click

from dcat_harvest.cli.options import common, settings_from, warn_base

FAIL_ON = click.Choice(["never", "violation", "warning", "info"])
base_option = click.option("--base", metavar="IRI", help="Base of all our IRIs; ends in '/'.")
now_option = click.option("--now", metavar="TIME", help="The clock as a value (ISO 8601).")
set_option = click.option(
    "--set", "set_", multiple=True, metavar="SOURCE.KEY=VALUE", help="An option of a source."
)
replay_option = click.option(
    "--replay",
    multiple=True,
    type=click.Path(),
    metavar="WARC",
    help="Answer every request from this WARC file; no network. Repeatable.",
)


@click.command()
@click.argument("source", nargs=-1)
@replay_option
@base_option
@now_option
@set_option
@click.option("--fail-on", type=FAIL_ON, help="Exit 1 on findings at or above this severity.")
@click.option("--workers", type=int, metavar="N", help="Processes that check.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler that checks.")
@click.option("--shapes", type=click.Path(), metavar="DIR", help="Folder of official shapes.")
@click.option("--engine", type=click.Choice(["shacl", "pyshacl", "both"]), help="SHACL engine.")
@click.option("--endpoint", metavar="URL", help="Also load this SPARQL 1.1 server.")
@click.option("--accept-shrink", multiple=True, metavar="SOURCE", help="Believe a smaller source.")
@common
def run(
    source: tuple[str, ...],
    replay: tuple[str, ...],
    set_: tuple[str, ...],
    accept_shrink: tuple[str, ...],
    config: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Harvest, check, publish and load SOURCES (all where none is named)."""
    from dcat_harvest import run as pipeline
    from dcat_harvest import sources
    from dcat_harvest.cli.terminal import Terminal, summary
    from dcat_harvest.publish.release import check_writable
    from dcat_harvest.settings import clock

    loaded = settings_from(config, set=set_, **options)
    settings = loaded.settings
    now = clock(settings)
    output = Path(settings.output)
    chosen = sources.load(source, settings.sources)
    check_writable(output)
    fetches = open_fetches(replay, output, settings, now)
    warn_base(loaded, quiet)
    with Terminal(quiet=quiet) as terminal:
        outcome = pipeline.run(
            chosen,
            fetches,
            output,
            settings,
            now,
            progress=terminal.progress,
            say=terminal.stage,
            accept_shrink=accept_shrink,
        )
    close = getattr(fetches, "close", None)
    if close:
        close()
    if not quiet:
        summary(outcome, output, settings.language)
    raise SystemExit(exit_code(outcome, settings.fail_on))


def exit_code(outcome: Any, fail_on: str) -> int:
    """Exit code of a run: 4 or 3 where those hold, else 1 by `--fail-on`, else 0."""
    if outcome.exit_code:
        return int(outcome.exit_code)
    if fail_on != "never":
        from dcat_harvest.findings import Severity

        bound = Severity(fail_on).rank
        return int(any(f.severity.rank >= bound for f in outcome.data.findings))
    return 0


def open_fetches(replay: tuple[str, ...], output: Path, settings: Any, now: Any) -> Any:
    """What answers pages: the WARC files of `--replay`, else the live fetcher."""
    from dcat_harvest.archive import Replay

    if replay:
        return Replay(replay)
    from dcat_harvest.live import open_live

    return open_live(output, settings, now)
