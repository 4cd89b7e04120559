"""`sources`: list, show, make and check sources; entries of the register from a list."""

import sys
from pathlib import Path
from typing import Any

import click

from dcat_harvest.cli.importing import import_csv
from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import open_fetches, replay_option

FORMAT = click.Choice(["text", "json"])


@click.group()
def sources() -> None:
    """List, show, make and check sources."""


sources.add_command(import_csv)


@sources.command("list")
@click.option("--types", is_flag=True, help="The types that a source can have, instead.")
@click.option("--format", "format_", type=FORMAT, default="text", help="Form of the output.")
@common
def list_(types: bool, format_: str, config: str | None, quiet: bool, **options: Any) -> None:
    """List all sources: name, type, whether a plain run harvests them, and where they are from."""
    from dcat_harvest.sourcing import entries, kinds_of

    found = list(kinds_of()) if types else list(entries(settings_from(config).settings.sources))
    if format_ == "json":
        _json(found)
        return
    for one in found:
        if types:
            click.echo(f"{one.name:<16} {one.title}")
            continue
        state = "on" if one.on else "off"  # type: ignore[union-attr]
        line = f"{one.name:<16} {one.type:<14} {state:<4} {one.origin:<14} {one.title}"  # type: ignore[union-attr]
        click.echo(f"{line}  ! {one.problem}" if one.problem else line)  # type: ignore[union-attr]


@sources.command()
@click.argument("name")
@click.option("--format", "format_", type=FORMAT, default="text", help="Form of the output.")
@common
def show(name: str, format_: str, config: str | None, quiet: bool, **options: Any) -> None:
    """Show the manifest of a source: what is known and assumed of it, and its options."""
    import msgspec

    from dcat_harvest.sources import load

    manifest = load([name], settings_from(config).settings.sources)[0].manifest
    if format_ == "json":
        _json(manifest)
        return
    for key, value in msgspec.to_builtins(manifest).items():
        if not value and value != 0:
            continue
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for inner, what in value.items():
                click.echo(f"  {inner}: {what}")
        else:
            click.echo(f"{key}: {value}")


@sources.command()
@click.argument("name")
@click.option("--type", "kind", required=True, metavar="TYPE", help="See `sources list --types`.")
@click.option("--start", required=True, metavar="URL", help="Where to begin.")
@click.option("--publisher", default="", metavar="IRI|NAME", help="Who publishes there.")
@click.option("--folder", type=click.Path(), metavar="DIR", help="Where to make it.")
@replay_option
@common
def new(
    name: str, kind: str, start: str, publisher: str, folder: str | None,
    replay: tuple[str, ...], config: str | None, quiet: bool, **options: Any,
) -> None:  # fmt: skip
    """Make a source: folder, manifest, first capture, expected file, test."""
    from urllib.parse import urlsplit

    from dcat_harvest.settings import clock
    from dcat_harvest.sourcing import make

    settings = settings_from(config, **options).settings
    fetches = open_fetches(replay, Path(settings.output), settings, clock(settings))
    made = make(
        name, kind=kind, start=start, publisher=publisher or urlsplit(start).netloc or name,
        fetches=fetches, folder=Path(folder) if folder else None,
    )  # fmt: skip
    for file in made.files:
        click.echo(file)
    if made.configuration:
        click.echo(f"\nWrite in dcat-harvest.toml:\n\n{made.configuration}", err=True)
    click.echo(
        f"{made.datasets} datasets at the first harvest. Now look at the expected file and the "
        "manifest: what may be assumed, and where that is said; see docs/how-to/new-source.md",
        err=True,
    )
    if made.failed:
        click.echo(f"the first harvest failed: {made.failed}", err=True)
        sys.exit(3)


@sources.command()
@click.argument("name", nargs=-1)
@click.option("--format", "format_", type=FORMAT, default="text", help="Form of the output.")
@common
def check(
    name: tuple[str, ...], format_: str, config: str | None, quiet: bool, **options: Any
) -> None:
    """Tell of each source: last harvest, counts, fill rates, unknown words, changed pages."""
    from dcat_harvest.sources import load
    from dcat_harvest.sourcing import check as healths

    settings = settings_from(config, **options).settings
    found = list(healths(load(name, settings.sources), Path(settings.output)))
    if format_ == "json":
        _json(found)
    else:
        for one in found:
            _print(one)
    bad = any(h.changed_pages or not h.as_expected or h.low for h in found)
    sys.exit(1 if bad else 0)


def _print(one: Any) -> None:
    bounds = f" (expected {one.expected[0]} to {one.expected[1]})" if one.expected else ""
    click.echo(f"{one.source}: {one.status}, {one.datasets} datasets{bounds}")
    if not one.harvested:
        click.echo("  never harvested into this folder")
        return
    click.echo(f"  last page       {one.harvested}")
    if one.error:
        click.echo(f"  error           {one.error}")
    rates = "  ".join(f"{k} {v:.0%}" for k, v in one.fill.items() if v)
    click.echo(f"  stated          {rates}")
    for label, values in (
        ("below the rate", one.low),
        ("unknown words", [f"{w} ({n})" for w, n in list(one.unknown_words.items())[:10]]),
        ("changed pages", one.changed_pages[:10]),
    ):
        if values:
            click.echo(f"  {label:<15} {', '.join(values)}")


def _json(value: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())
