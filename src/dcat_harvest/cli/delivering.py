"""`deliver`, `reconcile`, `export`: what goes to data.overheid.nl, and what it has."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import now_option, open_fetches, replay_option

TO = "DCAT_HARVEST_DELIVER_TO"


@click.command()
@click.option("--to", envvar=TO, default="", metavar="URL", help="Address of the portal's API.")
@click.option("--dry-run", is_flag=True, help="Only show the plan; nothing is sent.")
@click.option("--draft", is_flag=True, help="Deliver as drafts; a person publishes them there.")
@click.option("--include", multiple=True, metavar="SOURCE", help="A source else left out (CBS).")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@replay_option
@now_option
@common
def deliver(
    to: str,
    dry_run: bool,
    draft: bool,
    include: tuple[str, ...],
    format_: str,
    replay: tuple[str, ...],
    now: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Bring the datasets of the current release to data.overheid.nl.

    Accounts come from the environment: DCAT_HARVEST_DELIVER_CLIENT_ID and _API_KEY, or one per
    owner, such as DCAT_HARVEST_DELIVER_DIENST_UITVOERING_ONDERWIJS_CLIENT_ID.
    """
    from dcat_harvest.deliver import render
    from dcat_harvest.deliver.release import deliver_release
    from dcat_harvest.errors import UsageError

    settings = settings_from(config, output=output, now=now).settings
    if not to and not dry_run:
        raise UsageError(f"give --to URL (or {TO}): the address of the portal's Aanlever API")
    folder = Path(settings.output)
    found = deliver_release(
        folder,
        to=to,
        fetches=_portal(to, replay, folder, settings),
        dry_run=dry_run,
        publish=not draft,
        included=include,
        left_out=_not_delivered(settings),
        progress=_silent if quiet else _say,
    )
    click.echo(render(found, "json" if format_ == "json" else "text"), nl=False)
    raise SystemExit(found.exit_code)


@click.command()
@click.argument("publisher", nargs=-1)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@replay_option
@now_option
@common
def reconcile(
    publisher: tuple[str, ...],
    format_: str,
    replay: tuple[str, ...],
    now: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Show what data.overheid.nl has of each PUBLISHER (OWMS IRI; all of ours by default)."""
    import msgspec

    from dcat_harvest.deliver.release import reconcile_release
    from dcat_harvest.reconcile import text
    from dcat_harvest.settings import clock
    from dcat_harvest.store.release import base_of, current_of, read_graph

    settings = settings_from(config, output=output, now=now).settings
    folder = Path(settings.output)
    release = current_of(folder)
    fetches = open_fetches(replay, folder, settings, clock(settings))
    graph = read_graph(release / "catalog.nt")
    found = reconcile_release(
        graph,
        fetches,
        base=base_of(release),
        publishers=publisher,
        skipped=frozenset(_not_delivered(settings)),
    )
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        click.echo(text(found), nl=False)


@click.command()
@click.argument("target", nargs=-1)
@click.option("--fail-on", type=click.Choice(["never", "violation", "warning", "info"]))
@common
def export(
    target: tuple[str, ...],
    fail_on: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Write the current release as each TARGET wants it, and check it by that target's rules.

    Targets: plain, data-overheid-nl, data-europa-eu (all, where none is named).
    """
    from dcat_harvest.findings import Severity

    settings = settings_from(config, output=output).settings
    found = export_targets(Path(settings.output), target)
    bad = False
    for made in found:
        counts = {s.value: sum(f.severity == s for f in made.findings) for s in Severity}
        said = ", ".join(f"{n} {severity}" for severity, n in counts.items() if n) or "no finding"
        click.echo(f"{made.folder}: {made.statements} statements, {said}")
        bound = 4 if fail_on in (None, "never") else Severity(fail_on).rank
        bad = bad or any(f.severity.rank >= bound for f in made.findings)
    raise SystemExit(1 if bad else 0)


def export_targets(output: Path, names: tuple[str, ...]) -> list[Any]:
    """Write these targets (all, where none is named)."""
    from dcat_harvest.export import export as write
    from dcat_harvest.targets import names as every

    return [write(output, name) for name in names or every()]


def _portal(to: str, replay: tuple[str, ...], output: Path, settings: Any) -> Any:
    """What answers the portal's CKAN API: recordings, or the live portal; None for a stand-in."""
    from dcat_harvest.settings import clock

    host = urlsplit(to).hostname or ""
    if replay or host == "overheid.nl" or host.endswith(".overheid.nl"):
        return open_fetches(replay, output, settings, clock(settings))
    return None


def _not_delivered(settings: Any) -> tuple[str, ...]:
    from dcat_harvest.sources import load, names

    every = load(names(settings.sources), settings.sources)
    return tuple(s.manifest.name for s in every if not s.manifest.deliver)


def _say(done: Any) -> None:
    sys.stderr.write(f"{done.outcome} {done.action} {done.identifier}\n")


def _silent(done: Any) -> None:
    """Say nothing."""
