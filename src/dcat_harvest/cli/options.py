"""Options that every command takes, and the settings made from them."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dcat_harvest.settings import DEFAULT_BASE, Loaded, load


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--output --config --quiet --debug` on a command; gives it `ctx_settings`."""

    @click.option("--output", type=click.Path(), help="Folder of a run (default: output).")
    @click.option("--config", type=click.Path(), metavar="FILE", help="Configuration file.")
    @click.option("--quiet", is_flag=True, help="No progress and no summary.")
    @click.option("--debug", is_flag=True, help="Show tracebacks.")
    @click.pass_context
    @functools.wraps(command)
    def wrapped(ctx: click.Context, /, **options: Any) -> Any:
        config = options.pop("config") or (ctx.obj or {}).get("config")
        options.pop("debug")
        quiet = options.pop("quiet")
        return command(config=config, quiet=quiet, **options)

    return wrapped


def settings_from(config: str | None, **options: Any) -> Loaded:
    """Settings of this call; a warning on stderr where the base is the default one."""
    return load(options, config=Path(config) if config else None)


def warn_base(loaded: Loaded, quiet: bool) -> None:
    """Say that the default base is no place of one's own."""
    if loaded.settings.base == DEFAULT_BASE and not quiet:
        click.echo(
            f"note: --base is {DEFAULT_BASE}; give the address where you will publish "
            "(option, DCAT_HARVEST_BASE or dcat-harvest.toml)",
            err=True,
        )
