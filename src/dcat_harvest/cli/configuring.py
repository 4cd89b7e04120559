"""`config`: the settings of this call, and which place each comes from."""

import json

import click
import msgspec

from dcat_harvest.cli.options import common, settings_from


@click.group()
def config() -> None:
    """Show the settings, and where each comes from."""


@config.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@common
def show(format_: str, config: str | None, quiet: bool, output: str | None) -> None:
    """Print every setting with its value and origin."""
    loaded = settings_from(config, output=output)
    values = msgspec.to_builtins(loaded.settings)
    if values["notify_url"]:  # the address of a webhook is its password
        values["notify_url"] = "(given, not shown)"
    if format_ == "json":
        rows = {k: {"value": v, "origin": loaded.origins[k]} for k, v in values.items()}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for name, value in values.items():
        shown = json.dumps(value, ensure_ascii=False)
        click.echo(f"{name:<14} {shown:<60} {loaded.origins[name]}")
