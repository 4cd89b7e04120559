"""The command line: options in, a function called, an exit code out."""

import errno
import gc
import importlib
import sys

import click

from dcat_harvest import __version__

# Command -> module of this package that holds it, so that `--help` imports none of them.
COMMANDS = {
    "run": ("pipeline", "Harvest, check, publish and load: the whole pipeline."),
    "fetch": ("pipeline", "Fetch the pages of the sources into the archive."),
    "read": ("pipeline", "Read the archived pages into records."),
    "build": ("pipeline", "Build the catalogue from the records."),
    "publish": ("pipeline", "Check the built catalogue and make it a release."),
    "load": ("pipeline", "Load the current release into a SPARQL store."),
    "check": ("checking", "Check a catalogue: anyone's file, address or folder, or our own."),
    "baseline": ("checking", "Keep the baseline of known findings that `check` compares with."),
    "report": ("reporting", "Show the quality of the current release, in many formats."),
    "explain": ("reporting", "Tell one dataset's whole story: what it has, what it lacks."),
    "amend": ("amending", "Supply values that a source lacks."),
    "coverage": ("covering", "Compare a list of datasets with what the catalogue has."),
    "export": ("delivering", "Write the release as data.overheid.nl or data.europa.eu wants it."),
    "deliver": ("delivering", "Bring the current release to data.overheid.nl."),
    "reconcile": ("delivering", "Show what data.overheid.nl has of our publishers."),
    "join": ("joining", "Tell which datasets can be joined, on which keys, and how."),
    "diff": ("differences", "Compare two releases or two RDF files."),
    "query": ("querying", "Ask the store or an endpoint in SPARQL."),
    "serve": ("serving", "Serve pages, RDF and SPARQL from the current release."),
    "sources": ("sourcing", "List, show, make and check sources."),
    "status": ("operating", "Tell how each source fares, and what to do next."),
    "archive": ("archiving", "List, verify or compact the WARC files of the runs."),
    "shapes": ("shaping", "List or fetch the official shape files."),
    "config": ("configuring", "Show the settings, and where each comes from."),
}


# What a disk says that is full, read-only, over its quota or broken, or a file over its limit.
FULL = (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EFBIG)


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the pipeline."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, its module imported now."""
        if name not in COMMANDS:
            return None
        found = importlib.import_module(f"dcat_harvest.cli.{COMMANDS[name][0]}")
        command = getattr(found, name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dcat-harvest")
@click.option("--config", type=click.Path(), help="Configuration file.", metavar="FILE")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def cli(ctx: click.Context, config: str | None, debug: bool) -> None:
    """Harvest Dutch education open data into a checked, published, queryable catalogue."""
    ctx.obj = {"config": config, "debug": debug}


def main() -> None:
    """Run the command line; every error becomes one message and its exit code."""
    debug = "--debug" in sys.argv
    # Statements are millions of short-lived strings without cycles: looking for cycles among them
    # as often as by default takes 4 % of a check of 5,000 datasets.
    gc.set_threshold(200_000, 50, 50)
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("interrupted; the last release is as it was", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        sys.exit(report_error(error))


def report_error(error: Exception) -> int:
    """Print an error as one message; gives its exit code (5 where it is no error of ours)."""
    from dcat_harvest.errors import HarvestError

    if isinstance(error, HarvestError):
        click.echo(f"dcat-harvest: {error}", err=True)
        return error.exit_code
    if isinstance(error, OSError) and error.errno in FULL:
        where = error.filename or "the output folder"
        click.echo(
            f"dcat-harvest: {where}: cannot be written ({error.strerror}); the last release is as "
            "it was; make room or mend the disk, and run again",
            err=True,
        )
        return 2
    click.echo(
        f"dcat-harvest: our own bug: {type(error).__name__}: {error}\n"
        "Run it again with --debug and report what it prints.",
        err=True,
    )
    return 5
