"""`query`: SPARQL on the embedded store or an endpoint."""

from pathlib import Path
from typing import cast

import click

from dcat_harvest.cli.options import common, settings_from

FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle")


@click.command()
@click.argument("sparql", required=False)
@click.option("--file", "file", type=click.Path(), metavar="Q.rq", help="Read the query from FILE.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL server instead of our own store.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop the query after this long.",
)
@click.option("--examples", is_flag=True, help="List the example queries that come along.")
@common
def query(
    sparql: str | None,
    file: str | None,
    endpoint: str | None,
    format_: str,
    timeout: float | None,
    examples: bool,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Ask SPARQL of the catalogue; its default graph is the union of all graphs."""
    from dcat_harvest.store import Format
    from dcat_harvest.store.release import store_at

    if examples:
        _list_examples()
        return
    settings = settings_from(config, output=output, endpoint=endpoint).settings
    store = store_at(Path(settings.output), settings.endpoint)
    answer = store.query(_text(sparql, file), cast(Format, format_), timeout=timeout)
    click.echo(answer, nl=not answer.endswith("\n"))


def _text(sparql: str | None, file: str | None) -> str:
    import sys

    from dcat_harvest import resources
    from dcat_harvest.errors import UsageError

    if sparql and file:
        raise UsageError("give a query or --file, not both")
    if sparql == "-":
        return sys.stdin.read()
    if sparql:
        return sparql
    if not file:
        raise UsageError("give a query, --file Q.rq, or see `dcat-harvest query --examples`")
    path = Path(file)
    known = resources.path(f"queries/{file.removesuffix('.rq')}.rq")
    if not path.is_file() and known.is_file():
        path = known
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}); name a file, or one of "
            "`dcat-harvest query --examples`"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: this is no query in UTF-8 ({error.reason})") from error


def _list_examples() -> None:
    from dcat_harvest import resources

    for path in sorted(resources.path("queries").glob("*.rq")):
        first = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        click.echo(f"{path.stem:<28} {first}")
