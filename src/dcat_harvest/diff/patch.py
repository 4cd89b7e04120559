"""RDF Patch: the lines that turn one graph into another, and applying them."""

from collections.abc import Iterable

import pyoxigraph as ox

from dcat_harvest.diff.labels import labelled
from dcat_harvest.errors import InputError
from dcat_harvest.graph import Graph, line


def patch(removed: Iterable[str], added: Iterable[str]) -> str:
    """Statements (N-Triples lines) as an RDF Patch of one transaction."""
    rows = [*(f"D {text}" for text in removed), *(f"A {text}" for text in added)]
    return "\n".join(["TX .", *rows, "TC .", ""])


def apply_patch(graph: Graph, text: str) -> Graph:
    """The graph after the patch. Blank nodes are those of the graph with canonical names.

    Raises InputError for a line that is no patch, or that removes what is not there.
    """
    lines = set(labelled(graph))
    pending = set(lines)
    # Not splitlines(): that also cuts at U+2028 and the like, which a literal may hold.
    for number, row in enumerate(text.split("\n"), start=1):
        code, _, rest = row.strip().partition(" ")
        match code:
            case "A":
                pending.add(_statement(rest, number))
            case "D":
                statement = _statement(rest, number)
                if statement not in pending:
                    raise InputError(f"patch, line {number}: not in the graph: {statement}")
                pending.discard(statement)
            case "TC":
                lines = set(pending)
            case "TA":
                pending = set(lines)
            case "TX" | "H" | "PA" | "PD" | "" | "#":
                continue
            case _:
                raise InputError(f"patch, line {number}: unknown code {code!r}")
    return Graph(pending if "\nTC" not in f"\n{text}" else lines)


def _statement(text: str, number: int) -> str:
    try:
        (triple,) = ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=False)
    except (SyntaxError, ValueError) as problem:
        raise InputError(f"patch, line {number}: {problem}") from None
    return line(triple)
