"""`amend`: values that a person supplies where a source lacks them (design, decision 22)."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import now_option

FOLDER = click.option(
    "--folder", type=click.Path(), default="amendments", show_default=True, metavar="DIR"
)


@click.group()
def amend() -> None:
    """Supply values that a source lacks: who says so, when, and on what ground."""


@amend.command("import")
@click.argument("file", type=click.Path())
@click.option("--by", default="", help="Who supplies them, where a row does not say.")
@click.option("--ground", default="", help="On what ground, where a row does not say.")
@FOLDER
@now_option
@common
def import_(
    file: str,
    by: str,
    ground: str,
    folder: str,
    now: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Make amendments of the CSV that `report --for PUBLISHER --format csv` wrote."""
    from dcat_harvest.amend_csv import import_csv
    from dcat_harvest.errors import UsageError
    from dcat_harvest.settings import clock

    settings = settings_from(config, output=output, now=now).settings
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    try:
        made = import_csv(data, Path(folder), who=by, today=clock(settings).date(), ground=ground)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({error.strerror}); name another with --folder"
        ) from error
    for path, count in sorted(made.written.items()):
        click.echo(f"{path}: {count}")
    for problem in made.problems:
        click.echo(problem, err=True)
    if not quiet:
        click.echo(
            f"{sum(made.written.values())} amendments; {made.empty} rows left empty", err=True
        )
    raise SystemExit(2 if made.problems else 0)


@amend.command("list")
@FOLDER
@common
def list_(folder: str, config: str | None, quiet: bool, output: str | None) -> None:
    """List the amendments: source, key, field, value, who and when."""
    from dcat_harvest import amend as amendments

    found = list(amendments.listing(Path(folder)))
    if not found and not quiet:
        click.echo(f"{folder}: there are no amendments", err=True)
    for source, key, _, one in found:
        click.echo(f"{source}\t{key}\t{one.field}\t{one.value}\t{one.who}\t{one.when}")


@amend.command()
@FOLDER
@common
def check(folder: str, config: str | None, quiet: bool, output: str | None) -> None:
    """Say which amendments lapse because the source states the value itself now."""
    from dcat_harvest import amend as amendments
    from dcat_harvest import records
    from dcat_harvest.store.release import current_of

    settings = settings_from(config, output=output).settings
    kept = current_of(Path(settings.output)) / "records"
    datasets = [d for s in records.sources_in(kept) for d in records.read(kept, s)[0]]
    found = amendments.check(Path(folder), datasets)
    for one in found:
        click.echo(one.message_nl if settings.language == "nl" else one.message_en)
    if not found and not quiet:
        click.echo("no amendment lapses", err=True)
    raise SystemExit(1 if found else 0)
