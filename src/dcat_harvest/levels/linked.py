"""What is said of levels as JSON-LD nodes: properties of the dataset, one node per statement."""

from collections.abc import Iterator

from dcat_harvest.iri import part
from dcat_harvest.levels.columns import meaning
from dcat_harvest.levels.describe import Described
from dcat_harvest.model import Dimension

Node = dict[str, object]
DEF = "https://w3id.org/dcat-harvest/def#"
MOST_COLUMNS = 200
"""A wider table is described by its key columns only."""
_RESOLUTION = {"schooljaar": "P1Y", "kalenderjaar": "P1Y", "kwartaal": "P3M", "maand": "P1M"}


def properties(said: Described, dimensions: tuple[Dimension, ...], iri: str) -> Node:
    """The keys that the dataset's own node gets."""
    resolution = {_RESOLUTION[g] for g in said.grains if g in _RESOLUTION}
    return {
        "level": [f"{DEF}level-{x.level}" for x in said.levels],
        "sector": [f"{DEF}sector-{x}" for x in said.sectors],
        "timeGrain": [f"{DEF}time-{x}" for x in said.grains],
        "unit": f"{DEF}unit-{said.unit}" if said.unit else None,
        "temporalResolution": resolution.pop() if len(resolution) == 1 else None,
        "levelStatement": [part(iri, f"level-{x.level}") for x in said.levels],
        "dimension": [part(iri, "dimension", x.key) for x in dimensions],
    }


def nodes(said: Described, dimensions: tuple[Dimension, ...], iri: str) -> Iterator[Node]:
    """One node per level with its evidence, and per declared dimension."""
    for x in said.levels:
        yield {
            "@id": part(iri, f"level-{x.level}"),
            "@type": "def:LevelStatement",
            "level": f"{DEF}level-{x.level}",
            "certainty": f"{DEF}certainty-{x.certainty}",
            "evidence": x.evidence,
            "keyColumn": list(x.columns),
        }
    for one in dimensions:
        yield {
            "@id": part(iri, "dimension", one.key),
            "@type": "qb:DimensionProperty",
            "notation": one.key,
            "label": {"nl": one.title} if one.title else None,
            "dimensionKind": f"{DEF}dimension-{one.kind}",
        }


def schema(columns: tuple[str, ...], iri: str) -> list[Node]:
    """The CSVW schema of a file whose columns are known; the schema's own node comes first."""
    known = dict.fromkeys(columns)
    if len(known) > MOST_COLUMNS:
        known = dict.fromkeys(c for c in known if meaning(c).role in ("key", "time"))
    cells: list[Node] = [
        {
            "@id": part(iri, "column", name),
            "@type": "csvw:Column",
            "columnTitle": name,
            "propertyUrl": _concept(name),
        }
        for name in known
    ]
    if not cells:
        return []
    own: Node = {
        "@id": part(iri, "schema"),
        "@type": "csvw:Schema",
        "tableColumn": [c["@id"] for c in cells],
    }
    return [own, *cells]


def _concept(name: str) -> str | None:
    said = meaning(name)
    if said.role == "time":
        return f"{DEF}time-{said.concept}" if said.concept else None
    if said.role != "key":
        return None
    return f"{DEF}level-{said.level}" if said.level else f"{DEF}key-{said.concept}"
