"""`report` and `explain`: what the current release's quality is, and one dataset's story."""

import os
import sys
from pathlib import Path

import click

from dcat_harvest.cli.checking import terminal_width
from dcat_harvest.cli.options import common, settings_from
from dcat_harvest.cli.pipeline import now_option
from dcat_harvest.report import FORMATS

LANG = click.option("--lang", type=click.Choice(["nl", "en"]), help="Language of texts.")


@click.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--for", "for_", metavar="PUBLISHER", help="What one publisher should do.")
@click.option("--since", metavar="RELEASE|DATE", help="What got better and worse since then.")
@click.option("--series", type=click.Choice(["csv", "turtle"]), help="The scores of all releases.")
@LANG
@common
def report(
    format_: str,
    for_: str | None,
    since: str | None,
    series: str | None,
    lang: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Show the quality of the current release, what to mend first on top."""
    from dcat_harvest.report import difference, history, letter, wants_color, write
    from dcat_harvest.report.data import View
    from dcat_harvest.report.release import read_files
    from dcat_harvest.store.release import current_of

    _check_asked(format_, for_=for_, since=since, series=series)
    settings = settings_from(config, output=output, language=lang).settings
    folder = Path(settings.output)
    data = read_files(current_of(folder) / "quality")
    view = View(
        lang=settings.language, color=wants_color(sys.stdout, os.environ), width=terminal_width()
    )
    if for_ and format_ == "csv":
        sys.stdout.buffer.write(letter.as_csv(data, for_).encode())
    elif for_:
        text = "".join(letter.render(data, for_, lang=settings.language))
        sys.stdout.buffer.write(text.encode())
    elif since:
        was, now = history.since(folder, since), history.kept(current_of(folder))
        found = difference.compare(was, now)
        sys.stdout.buffer.write(difference.as_text(found, settings.language).encode())
    elif series:
        kept = history.releases(folder)
        made = history.as_csv(kept) if series == "csv" else history.as_turtle(kept, data.base)
        sys.stdout.buffer.write(made.encode())
    else:
        write(format_, data, sys.stdout.buffer, view=view)
    sys.stdout.buffer.flush()


def _check_asked(format_: str, **chosen: str | None) -> None:
    """Refuse what would be left out silently."""
    from dcat_harvest.errors import UsageError

    given = [f"--{name.rstrip('_')}" for name, value in chosen.items() if value is not None]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)}: give one of them at a time")
    fine = ("text", "csv") if given == ["--for"] else ("text",)
    if given and format_ not in fine:
        raise UsageError(f"{given[0]} has no --format {format_}; it writes {' or '.join(fine)}")


@click.command()
@click.argument("dataset")
@click.option("--file", "files", multiple=True, metavar="FILE", help="A catalogue; else our own.")
@LANG
@now_option
@common
def explain(
    dataset: str,
    files: tuple[str, ...],
    lang: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
    now: str | None,
) -> None:
    """Tell DATASET's whole story: what it has, what is missing, what to write where."""
    from dcat_harvest import check
    from dcat_harvest.assess import default_engine
    from dcat_harvest.check import criteria
    from dcat_harvest.check.explain import explain as tell
    from dcat_harvest.checking import Asked, catalogue
    from dcat_harvest.settings import clock, iso

    settings = settings_from(config, output=output, language=lang, now=now).settings
    moment = iso(clock(settings))
    graph = catalogue(Asked(inputs=files, output=Path(settings.output), profiles=(), now=moment))
    official = check.check(graph, profiles=[criteria.OFFICIAL], engine=default_engine())
    click.echo(
        tell(graph, dataset, settings.language, now=moment, official=official, base=settings.base),
        nl=False,
    )
