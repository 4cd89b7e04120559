"""`check`: anyone's catalogue by any profile, in any format."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import FAIL_ON, now_option
from dcat_harvest.report import FORMATS

if TYPE_CHECKING:
    from dcat_harvest.checking import Asked
    from dcat_harvest.settings import Settings

DEFAULT_PROFILES = ("dcat-ap-nl-3.0.0", "criteria")


@click.command()
@click.argument("inputs", nargs=-1, metavar="[FILE|URL|-]…")
@click.option(
    "--profile",
    multiple=True,
    metavar="NAME",
    help="Profile to check, repeatable (default: dcat-ap-nl-3.0.0 and criteria).",
)
@click.option("--shapes", type=click.Path(), metavar="DIR", help="Folder of official shapes.")
@click.option("--engine", type=click.Choice(["shacl", "pyshacl", "both"]), help="SHACL engine.")
@click.option("--probe", is_flag=True, help="Ask every address once, and count that too.")
@click.option("--endpoint", metavar="URL", help="Check all that a SPARQL endpoint holds.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--also", multiple=True, metavar="FORMAT=FILE", help="Write this format to a file too."
)
@click.option("--fail-on", type=FAIL_ON, help="Exit 1 at or above this (default: violation).")
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Fail on new or worse only.")
@click.option("--update-baseline", is_flag=True, help="Write FILE anew from these findings.")
@click.option("--only", multiple=True, metavar="CODE|CRITERION", help="Only these findings.")
@click.option(
    "--ignore", multiple=True, metavar="CODE=REASON", help="Leave these out, and say why."
)
@click.option(
    "--max-findings", type=click.IntRange(min=0), metavar="N", help="Print at most N findings."
)
@click.option("--lang", type=click.Choice(["nl", "en"]), help="Language of texts.")
@click.option("--workers", type=int, metavar="N", help="How many check side by side.")
@now_option
@common
def check(
    inputs: tuple[str, ...],
    profile: tuple[str, ...],
    probe: bool,
    endpoint: str | None,
    format_: str,
    also: tuple[str, ...],
    fail_on: str | None,
    lang: str | None,
    config: str | None,
    quiet: bool,
    baseline: str | None,
    update_baseline: bool,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    max_findings: int | None,
    **options: Any,
) -> None:
    """Check files, folders, addresses or standard input; without any: the current release."""
    from dcat_harvest import report
    from dcat_harvest.checking import check_inputs
    from dcat_harvest.report.data import View

    settings = settings_from(config, language=lang, **options).settings
    asked = _asked(
        settings,
        inputs,
        profile,
        endpoint=endpoint or "",
        probe=probe,
        inside=settings.inside,
        only=only,
        ignore=ignore,
        baseline=Path(baseline) if baseline else None,
        update_baseline=update_baseline,
        max_findings=max_findings,
        fail_on=fail_on or "violation",
    )
    more = report.targets(also)
    outcome = check_inputs(asked)
    color = report.wants_color(sys.stdout, os.environ) and format_ == "text"
    view = View(lang=settings.language, color=color, width=terminal_width())
    report.write(format_, outcome.data, sys.stdout.buffer, view=view)
    sys.stdout.buffer.flush()
    report.write_targets(more, outcome.data, view=view)
    # The text report has them in its head.
    for note in outcome.notes if not quiet and format_ != "text" else ():
        click.echo(note, err=True)
    raise SystemExit(outcome.exit_code)


@click.group()
def baseline() -> None:
    """Keep the baseline of known findings, so that `check --baseline FILE` fails on new ones."""


@baseline.command()
@click.argument("file", type=click.Path())
@click.argument("inputs", nargs=-1, metavar="[FILE|URL|-]…")
@click.option("--profile", multiple=True, metavar="NAME", help="Profile to check; repeatable.")
@click.option("--shapes", type=click.Path(), metavar="DIR", help="Folder of official shapes.")
@click.option("--only", multiple=True, metavar="CODE|CRITERION", help="Only these findings.")
@click.option(
    "--ignore", multiple=True, metavar="CODE=REASON", help="Leave these out, and say why."
)
@click.option("--workers", type=int, metavar="N", help="How many check side by side.")
@now_option
@common
def update(
    file: str,
    inputs: tuple[str, ...],
    profile: tuple[str, ...],
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    config: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Write FILE anew from what is wrong now with the inputs; without any: the current release."""
    from dcat_harvest.checking import check_inputs

    settings = settings_from(config, **options).settings
    asked = _asked(
        settings,
        inputs,
        profile,
        only=only,
        ignore=ignore,
        baseline=Path(file),
        update_baseline=True,
    )
    for note in check_inputs(asked).notes:
        if not quiet:
            click.echo(note, err=True)


def _asked(
    settings: "Settings", inputs: tuple[str, ...], profile: tuple[str, ...], **more: Any
) -> "Asked":
    """What to check, by the settings; `more` are options of one command."""
    from dcat_harvest.checking import Asked
    from dcat_harvest.settings import clock, iso

    return Asked(
        inputs=inputs,
        output=Path(settings.output),
        profiles=profile or DEFAULT_PROFILES,
        shapes=Path(settings.shapes) if settings.shapes else None,
        engine=settings.engine,
        workers=settings.workers,
        base=settings.base,
        now=iso(clock(settings)),
        **more,
    )


def terminal_width() -> int:
    """Columns of the terminal, 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns
