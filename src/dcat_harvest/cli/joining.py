"""`join`: which datasets can be joined, on which keys, and how."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dcat_harvest.cli.options import common, settings_from

if TYPE_CHECKING:
    from dcat_harvest.join import Item

LEVELS = (
    "persoon", "instelling", "vestiging", "bestuur", "samenwerkingsverband", "onderwijsregio",
    "rmc-regio", "arbeidsmarktregio", "gemeente", "wijk", "buurt", "pc4", "pc6", "corop",
    "provincie", "landsdeel", "land",
)  # fmt: skip
SECTORS = ("po", "so", "vo", "mbo", "ho", "vavo", "inburgering")


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--level", type=click.Choice(LEVELS), help="Only datasets of this level.")
@click.option("--sector", type=click.Choice(SECTORS), help="Only datasets of this sector.")
@click.option("--period", metavar="FROM/TO", help="Only what may cover it: 2019/.., 2016/2019.")
@click.option("--about", metavar="WORDS", help="Only what has words that begin so.")
@click.option("--region", metavar="NAME", help="Only what can hold this region.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "svg"]), default="table",
    show_default=True,
)  # fmt: skip
@click.option(
    "--recipe", type=click.Choice(["duckdb", "pandas"]), help="Write how to join A and B."
)
@common
def join(
    a: str | None,
    b: str | None,
    format_: str,
    recipe: str | None,
    config: str | None,
    quiet: bool,
    output: str | None,
    **wishes: str | None,
) -> None:
    """List what can be joined; with A what joins with it; with A and B whether and how."""
    from dcat_harvest import join as joins
    from dcat_harvest.errors import UsageError

    settings = settings_from(config, output=output).settings
    every = joins.load(Path(settings.output))
    lang = settings.language if settings.language in ("nl", "en") else "nl"
    wish = joins.Wish(**{k: v or "" for k, v in wishes.items()})
    first = joins.one(every, a) if a else None
    if recipe and not b:
        raise UsageError("--recipe needs two datasets: dcat-harvest join A B --recipe duckdb")
    if first and b:
        second = joins.one(every, b)
        click.echo(_pair(first, second, every, format_, recipe, lang))
        return
    found = joins.asked(every, wish)
    if first:
        found = [i for i in found if i is not first and joins.joinings(first, i)]
    click.echo(_list(found, wish.level, first, format_, lang))


def _list(found: "list[Item]", level: str, first: "Item | None", format_: str, lang: str) -> str:
    from dcat_harvest.join import render

    if format_ == "svg":
        from dcat_harvest.join.picture import picture

        return picture([*([first] if first else []), *found], lang)
    rows = render.rows(found, level, first)
    if first:
        rows = [r for r in rows if r["with"]]
    return render.as_json(rows) if format_ == "json" else render.table(rows, lang)


def _pair(
    a: "Item", b: "Item", every: "list[Item]", format_: str, recipe: str | None, lang: str
) -> str:
    from dcat_harvest.join import pairs, render

    ways = pairs.joinings(a, b)
    if recipe:
        from dcat_harvest.join.recipe import written

        return written(a, b, ways, recipe, lang)
    if format_ == "svg":
        from dcat_harvest.join.picture import picture

        return picture([a, b], lang)
    over = pairs.bridges(a, b, every)
    if format_ == "json":
        return render.as_json(render.pair(a, b, ways, over))
    return render.explained(a, b, ways, over, lang)
