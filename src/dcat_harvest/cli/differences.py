"""`diff`: what changed between two releases, files or an endpoint."""

from pathlib import Path
from typing import Literal, cast

import click

from dcat_harvest.cli.options import common, settings_from

FORMATS = ("text", "json", "html", "patch")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@common
def diff(
    old: str, new: str, format_: str, config: str | None, quiet: bool, output: str | None
) -> None:
    """Compare OLD with NEW: release names or folders, RDF files, or a SPARQL endpoint.

    Exit code 1 where they differ, 0 where they do not.
    """
    from dcat_harvest import diff as differences

    settings = settings_from(config, output=output).settings
    folder = Path(settings.output)
    found = differences.diff(_side(folder, old), _side(folder, new))
    text = differences.render(found, cast(Literal["text", "json", "html", "patch"], format_))
    click.echo(text, nl=not text.endswith("\n"))
    raise SystemExit(0 if found.is_empty else 1)


def _side(output: Path, name: str) -> str:
    """A release of the output folder may be named without its folder."""
    release = output / "releases" / name
    if name == "current":
        return str(output / "current")
    return str(release) if "/" not in name and release.is_dir() else name
