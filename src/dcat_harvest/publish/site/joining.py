"""What a dataset can be joined on: its levels with their evidence, and the way to others."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from markupsafe import Markup, escape

from dcat_harvest.join.partners import Partner
from dcat_harvest.jsonld import Node
from dcat_harvest.publish.site.values import many
from dcat_harvest.publish.site.words import code, label, plain, safe, tail


def rows(main: Node, by_id: Mapping[str, Node], root: str) -> Iterator[Markup]:
    """Per level: key columns, evidence, and a link to the other datasets of that level."""
    for iri in many(main.get("levelStatement")):
        node = by_id.get(str(iri), {})
        level = str(node.get("level") or "")
        if not level:
            continue
        name = tail(level).removeprefix("level-")
        columns = [f"<code>{escape(plain(str(c), 80))}</code>" for c in many(node.get("keyColumn"))]
        evidence = plain(str(node.get("evidence") or ""), 200)
        sure = code(str(node["certainty"])) if node.get("certainty") else ""
        yield safe(
            f"<dt>{code(level)}</dt><dd>{', '.join(columns[:12])}"
            f'<span class="under">{sure} {escape(evidence)}</span>'
            f'<a href="{root}index.html?level={escape(name)}">{label("same-level")}</a></dd>\n'
        )


_LEVEL = "https://w3id.org/dcat-harvest/def#level-"


def partners(found: Iterable[Partner], place: Callable[[str], str], root: str) -> Markup:
    """Other datasets to join with: a link to each, the level, and the columns of both sides."""
    return safe(
        "".join(
            f'<li><a href="{root}{escape(place(x.dataset).replace("%", "%25"))}.html">'
            f"<bdi>{escape(plain(x.title, 160))}</bdi></a>"
            f'<span class="under">{code(_LEVEL + x.level)}: {_columns(x.left)} = '
            f"{_columns(x.right)}</span></li>\n"
            for x in found
        )
    )


def _columns(names: tuple[str, ...]) -> str:
    return " + ".join(f"<code>{escape(plain(n, 80))}</code>" for n in names)
