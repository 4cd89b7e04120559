"""`coverage`: what a list of datasets and sources finds in the catalogue."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common, settings_from


@click.command()
@click.argument("inventory", type=click.Path())
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    help="How to print it (default: text).",
)
@common
def coverage(
    inventory: str, format_: str, config: str | None, quiet: bool, output: str | None
) -> None:
    """Tell of each row of INVENTORY (CSV) whether the current release has it.

    A row is present, by-hand (in the register), ambiguous, not-recorded or missing. The exit code
    is 1 where a row is missing.
    """
    from dcat_harvest import coverage as covering
    from dcat_harvest import inventory as lists
    from dcat_harvest import register
    from dcat_harvest.lookup import of_release
    from dcat_harvest.publish.release import current

    settings = settings_from(config, output=output).settings
    rows = lists.read_rows(Path(inventory))
    catalogue = of_release(current(Path(settings.output)), settings.base)
    found = covering.coverage(rows, catalogue, register.all_of(settings.sources))
    click.echo(covering.show(found, rows, format_), nl=False)
    raise SystemExit(int(any(one.status == "missing" for one in found)))
