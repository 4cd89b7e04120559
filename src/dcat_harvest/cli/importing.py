"""`sources import-csv`: entries of the register from a spreadsheet."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common, settings_from


@click.command("import-csv")
@click.argument("file", type=click.Path())
@click.option(
    "--to", type=click.Path(), default="register", metavar="DIR", help="Folder of the register."
)
@click.option(
    "--by", "access_by", metavar="WHO", help="Who says it is open or closed (default: the list)."
)
@click.option("--why", metavar="TEXT", help="Why it is described by hand.")
@click.option("--replace", is_flag=True, help="Write a file anew that is there already.")
@click.option("--now", metavar="TIME", help="The clock as a value (ISO 8601).")
@common
def import_csv(
    file: str,
    to: str,
    access_by: str | None,
    why: str | None,
    replace: bool,
    now: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Turn the rows of FILE (CSV with a header) into entries of the register.

    It needs columns for title, publisher, kind and open/gesloten, in English or Dutch. A row that
    lacks one is told with its line and left out; the exit code is then 1.
    """
    from dcat_harvest.register_csv import import_csv as make
    from dcat_harvest.settings import clock

    settings = settings_from(config, now=now, output=output).settings
    path = Path(file)
    given = {"why": why} if why else {}
    by = access_by or f"de lijst {path.name}"
    made = make(
        path, Path(to), access_by=by, today=clock(settings).date(), replace=replace, **given
    )
    for problem in made.problems:
        click.echo(problem, err=True)
    if made.entries:
        click.echo(str(made.file))
    if not quiet:
        click.echo(f"{made.entries} entries, {len(made.problems)} rows left out", err=True)
        start = f"register:{made.file}"
        click.echo(f'use it: [sources.NAME] with type = "register", start = "{start}"', err=True)
    raise SystemExit(int(bool(made.problems)))
