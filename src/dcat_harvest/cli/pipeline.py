"""`run` and its stages `fetch`, `read`, `build`, `publish`, `load`."""

from pathlib import Path
from typing import Any

import click

from dcat_harvest.cli.operating import JsonLog, log_option, noted
from dcat_harvest.cli.options import common, settings_from, warn_base

FAIL_ON = click.Choice(["never", "violation", "warning", "info"])
base_option = click.option("--base", metavar="IRI", help="Base of all our IRIs; ends in '/'.")
now_option = click.option("--now", metavar="TIME", help="The clock as a value (ISO 8601).")
set_option = click.option(
    "--set", "set_", multiple=True, metavar="SOURCE.KEY=VALUE", help="An option of a source."
)
columns_option = click.option(
    "--columns", is_flag=True, help="Also read the columns of files: one more request a file."
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
@columns_option
@click.option("--fail-on", type=FAIL_ON, help="Exit 1 on findings at or above this severity.")
@click.option("--workers", type=int, metavar="N", help="How many check side by side.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler that checks.")
@click.option("--shapes", type=click.Path(), metavar="DIR", help="Folder of official shapes.")
@click.option("--engine", type=click.Choice(["shacl", "pyshacl", "both"]), help="SHACL engine.")
@click.option("--endpoint", metavar="URL", help="Also load this SPARQL 1.1 server.")
@click.option("--accept-shrink", multiple=True, metavar="SOURCE", help="Believe a smaller source.")
@click.option("--full", is_flag=True, help="Do everything again, also where nothing changed.")
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), help="Language of texts.")
@log_option
@common
def run(
    source: tuple[str, ...],
    replay: tuple[str, ...],
    set_: tuple[str, ...],
    accept_shrink: tuple[str, ...],
    full: bool,
    columns: bool,
    log_format: str,
    config: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Harvest, check, publish and load SOURCES: those that are on, where none is named.

    `all` stands for every source, also those that are off.
    """
    from dcat_harvest import run as pipeline
    from dcat_harvest import sources
    from dcat_harvest.cli.terminal import Terminal, summary
    from dcat_harvest.publish.release import check_writable
    from dcat_harvest.settings import clock

    loaded = settings_from(config, set=set_, **options)
    settings = loaded.settings
    now = clock(settings)
    output = Path(settings.output)
    chosen = _widened(sources.load(source, settings.sources), columns)
    _check_accepted(accept_shrink, settings)
    check_writable(output)
    fetches = open_fetches(replay, output, settings, now)
    in_json = log_format == "json"
    warn_base(loaded, quiet or in_json)
    watched = JsonLog() if in_json else Terminal(quiet=quiet, language=settings.language)
    with noted(output, settings, now) as note, watched as log:
        outcome = pipeline.run(
            chosen,
            fetches,
            output,
            settings,
            now,
            progress=log.progress,
            say=log.stage,
            accept_shrink=accept_shrink,
            evidence=evidence_of(replay),
            full=full,
        )
        _close(fetches)
        code = exit_code(outcome, settings.fail_on)
        note.ended(outcome, code)
    if isinstance(watched, JsonLog):
        watched.summary(outcome)
    elif not quiet:
        summary(outcome, output, settings.language)
    raise SystemExit(code)


def _check_accepted(names: tuple[str, ...], settings: Any) -> None:
    """Refuse a source that there is not: the guard would go on holding the one that is meant."""
    from dcat_harvest import sources
    from dcat_harvest.errors import UsageError

    known = sources.names(settings.sources)
    for name in names:
        if name not in known:
            raise UsageError(
                f"--accept-shrink {name}: no such source; there are {', '.join(known)}"
            )


def _widened(chosen: Any, columns: bool) -> Any:
    """The sources, told to read columns where that was asked."""
    from dcat_harvest.columns import wanted

    return [wanted(one) for one in chosen] if columns else chosen


def evidence_of(replay: tuple[str, ...]) -> str:
    """A sum of the WARC files of `--replay`, empty without."""
    import hashlib

    summed = hashlib.sha256()
    for path in replay:
        with Path(path).open("rb") as file:
            summed.update(hashlib.file_digest(file, "sha256").digest())
    return summed.hexdigest() if replay else ""


def exit_code(outcome: Any, fail_on: str) -> int:
    """Exit code of a run: 4 or 3 where those hold, else 1 by `--fail-on`, else 0."""
    if outcome.exit_code:
        return int(outcome.exit_code)
    if fail_on != "never":
        from dcat_harvest.findings import Severity

        bound = Severity(fail_on).rank
        return int(any(f.severity.rank >= bound for f in outcome.data.findings))
    return 0


def open_fetches(
    replay: tuple[str, ...], output: Path, settings: Any, now: Any, *, torn: bool = False
) -> Any:
    """What answers pages: the WARC files of `--replay`, else the live fetcher."""
    from dcat_harvest.register import Local
    from dcat_harvest.settings import iso

    if replay:
        from dcat_harvest.archive import Replay

        return Local(Replay(replay, allow_torn=torn), iso(now))
    from dcat_harvest.live import open_live
    from dcat_harvest.recheck import Rechecked

    live = open_live(output, settings, now)
    return Rechecked(Local(live, iso(now)), live.again)


@click.command()
@click.argument("source", nargs=-1)
@replay_option
@now_option
@set_option
@columns_option
@common
def fetch(
    source: tuple[str, ...],
    replay: tuple[str, ...],
    set_: tuple[str, ...],
    columns: bool,
    **options: Any,
) -> None:
    """Fetch the pages of SOURCES into the archive, and read them into records."""
    _harvest_stage(source, replay, set_, options, columns=columns)


@click.command()
@click.argument("source", nargs=-1)
@now_option
@set_option
@columns_option
@common
def read(source: tuple[str, ...], set_: tuple[str, ...], columns: bool, **options: Any) -> None:
    """Read the archived pages of SOURCES again into records; no network."""
    from dcat_harvest.errors import UsageError
    from dcat_harvest.holdings import files

    folder = Path(options.get("output") or "output") / "archive"
    archived = files(folder) if folder.is_dir() else []
    if not archived:
        raise UsageError(f"{folder}: no WARC file here; run `dcat-harvest fetch` first")
    _harvest_stage(source, tuple(map(str, archived)), set_, options, torn=True, columns=columns)


def _harvest_stage(
    source: tuple[str, ...],
    replay: tuple[str, ...],
    set_: tuple[str, ...],
    options: dict[str, Any],
    *,
    torn: bool = False,
    columns: bool = False,
) -> None:
    """Harvest into `work/`: records, findings and how each source fared."""
    from dcat_harvest import sources, stages
    from dcat_harvest.cli.terminal import Terminal
    from dcat_harvest.publish.release import check_writable
    from dcat_harvest.settings import clock

    config, quiet = options.pop("config"), options.pop("quiet")
    settings = settings_from(config, set=set_, **options).settings
    output, now = Path(settings.output), clock(settings)
    chosen = _widened(sources.load(source, settings.sources), columns)
    check_writable(output)
    fetches = open_fetches(replay, output, settings, now, torn=torn)
    with Terminal(quiet=quiet, language=settings.language) as terminal:
        errors = stages.harvest_into(chosen, fetches, output, progress=terminal.progress)
    _close(fetches)
    for name, reason in errors.items():
        click.echo(f"{name}: {reason}", err=True)
    if not quiet:
        click.echo(f"records: {output / 'work' / 'records'}", err=True)
    raise SystemExit(3 if errors else 0)


@click.command()
@base_option
@now_option
@common
def build(config: str | None, quiet: bool, **options: Any) -> None:
    """Build the catalogue from the records: `work/catalog.nt`."""
    from dcat_harvest import stages
    from dcat_harvest.settings import clock

    loaded = settings_from(config, **options)
    warn_base(loaded, quiet)
    output = Path(loaded.settings.output)
    path, count = stages.build_work(output, loaded.settings, clock(loaded.settings))
    if not quiet:
        click.echo(f"{path}: {count} statements", err=True)


@click.command()
@base_option
@now_option
@click.option("--fail-on", type=FAIL_ON, help="Exit 1 on findings at or above this severity.")
@click.option("--shapes", type=click.Path(), metavar="DIR", help="Folder of official shapes.")
@click.option("--workers", type=int, metavar="N", help="How many check side by side.")
@click.option("--accept-shrink", multiple=True, metavar="SOURCE", help="Believe a smaller source.")
@click.option("--target", multiple=True, metavar="NAME", help="Write it for this target as well.")
@common
def publish(
    config: str | None,
    quiet: bool,
    accept_shrink: tuple[str, ...],
    target: tuple[str, ...],
    **options: Any,
) -> None:
    """Check the records' catalogue and make it the current release."""
    from dcat_harvest import stages
    from dcat_harvest.cli.delivering import export_targets
    from dcat_harvest.cli.terminal import Terminal, summary
    from dcat_harvest.settings import clock

    loaded = settings_from(config, **options)
    settings = loaded.settings
    warn_base(loaded, quiet)
    _check_accepted(accept_shrink, settings)
    output = Path(settings.output)
    with Terminal(quiet=quiet, language=settings.language) as terminal:
        outcome = stages.publish_work(
            output, settings, clock(settings), set(accept_shrink), say=terminal.stage
        )
    if not quiet:
        summary(outcome, output, settings.language)
    if target:
        export_targets(output, target)
    raise SystemExit(exit_code(outcome, settings.fail_on))


@click.command()
@click.option("--endpoint", metavar="URL", help="A SPARQL 1.1 server; else the embedded store.")
@common
def load(config: str | None, quiet: bool, **options: Any) -> None:
    """Load the current release into the embedded store, or into a SPARQL 1.1 server."""
    from dcat_harvest.errors import StoreError
    from dcat_harvest.store.release import base_of, current_of
    from dcat_harvest.store.release import load as load_store

    settings = settings_from(config, **options).settings
    output = Path(settings.output)
    done = load_store(output, base_of(current_of(output)), settings.endpoint)
    for one in done:
        if not quiet:
            click.echo(
                f"{one.how:<9} {one.statements:>9} {one.graph} {one.error}".rstrip(), err=True
            )
    if any(one.how == "failed" for one in done):
        raise StoreError("not every graph was loaded; the old ones stay as they were")


def _close(fetches: Any) -> None:
    close = getattr(fetches, "close", None)
    if close:
        close()
