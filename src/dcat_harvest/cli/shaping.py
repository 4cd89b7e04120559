"""`shapes`: the official shape files, pinned by address and digest."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common


@click.group()
def shapes() -> None:
    """List or fetch the official shape files of DCAT-AP-NL, DCAT-AP and HVD."""


@shapes.command("list")
@common
def list_(config: str | None, quiet: bool, output: str | None) -> None:
    """Say of each official file whether it is in the cache with the right bytes."""
    from dcat_harvest.check import official

    for one, state in official.states():
        click.echo(f"{state:<8} {one.name}")
    click.echo(f"folder: {official.cache()}", err=True)


@shapes.command()
@click.option("--to", type=click.Path(), metavar="DIR", help="Another folder than the cache.")
@common
def fetch(to: str | None, config: str | None, quiet: bool, output: str | None) -> None:
    """Fetch what is not there yet; a file with another digest is refused."""
    from dcat_harvest.check import official

    folder = Path(to) if to else None
    written = official.fetch(folder)
    for path in written:
        click.echo(str(path))
    click.echo(f"{len(written)} files fetched to {folder or official.cache()}", err=True)
