"""`serve`: the current release over HTTP."""

from pathlib import Path

import click

from dcat_harvest.cli.options import common, settings_from


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--query-seconds", default=20.0, show_default=True, type=click.FloatRange(0.1))
@click.option("--rows", default=10_000, show_default=True, type=click.IntRange(1))
@common
def serve(
    host: str,
    port: int,
    query_seconds: float,
    rows: int,
    config: str | None,
    quiet: bool,
    output: str | None,
) -> None:
    """Serve pages, RDF by content negotiation, and SPARQL from the current release.

    A query may take QUERY-SECONDS and give ROWS rows. A new release is taken over at once.
    """
    from dcat_harvest.errors import UsageError
    from dcat_harvest.publish.release import current
    from dcat_harvest.serve import Limits
    from dcat_harvest.serve.running import server

    folder = Path(settings_from(config, output=output).settings.output)
    if current(folder) is None:
        raise UsageError(f"{folder}: no release here; dcat-harvest run makes one")

    def ready(address: str) -> None:
        if not quiet:
            click.echo(f"{folder} is at {address}", err=True)

    limits = Limits(query_seconds=query_seconds, rows=rows)
    made = server(folder, host=host, port=port, limits=limits, ready=ready)
    made.run()
    if not made.started:
        raise UsageError(f"{host}:{port} cannot be listened on; choose another with --port")
