"""`archive`: the WARC files of an output folder."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import now_option


@click.group()
def archive() -> None:
    """List, verify, compact or export the WARC files of the runs."""


def _folder(config: str | None, output: str | None) -> Path:
    return Path(settings_from(config, output=output).settings.output) / "archive"


@archive.command("list")
@common
def list_(config: str | None, quiet: bool, output: str | None) -> None:
    """List the files: captures, bytes, first and last moment."""
    from dcat_harvest import upkeep

    folder = _folder(config, output)
    found = upkeep.list_files(folder)
    if not found and not quiet:
        click.echo(
            f"{folder}: no WARC files here; `dcat-harvest fetch` or `run` makes them", err=True
        )
    for one in found:
        torn = f"  {one.torn}" if one.torn else ""
        click.echo(
            f"{one.name}  {one.captures} captures  {one.revisits} revisits  {one.hosts} hosts  "
            f"{one.bytes} bytes  {one.first} .. {one.last}{torn}"
        )


@archive.command()
@common
def verify(config: str | None, quiet: bool, output: str | None) -> None:
    """Compare every record with its digest; exit code 1 where one is damaged."""
    from dcat_harvest import upkeep
    from dcat_harvest.errors import UsageError
    from dcat_harvest.holdings import files

    kept = list(files(_folder(config, output)))
    if not kept:
        raise UsageError(f"{_folder(config, output)}: no WARC files here to verify; check --output")
    found = upkeep.verify(kept)
    for one in found:
        click.echo(f"{one.file}  {one.url}  {one.reason}")
    raise SystemExit(1 if found else 0)


@archive.command()
@now_option
@common
def compact(now: str | None, config: str | None, quiet: bool, output: str | None) -> None:
    """Keep the last good capture of each address, and what the current release came from."""
    from dcat_harvest import records, upkeep
    from dcat_harvest.publish.release import current
    from dcat_harvest.settings import clock

    settings = settings_from(config, output=output, now=now).settings
    folder, release = Path(settings.output), current(Path(settings.output))
    kept = release / "records" if release else None
    names = records.sources_in(kept) if kept else []
    keep = [c for s in names if kept for d in records.read(kept, s)[0] for c in d.captures]
    run_id = clock(settings).strftime("%Y%m%dT%H%M%SZ-compact")
    done = upkeep.compact(folder / "archive", run_id, keep=keep)
    click.echo(
        f"{done.captures} captures kept, {done.bytes_before} -> {done.bytes_after} bytes, "
        f"{len(done.removed)} files removed"
    )
