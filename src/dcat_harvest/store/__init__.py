"""SPARQL stores: load named graphs, count, query; embedded or any SPARQL 1.1 server."""

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec

from dcat_harvest.graph import Graph

Format = Literal["table", "csv", "tsv", "json", "xml", "turtle"]
How = Literal["whole", "delta", "unchanged", "dropped", "failed"]


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one named graph."""

    graph: str
    how: How
    statements: int = 0
    """Statements in the store afterwards, counted there."""
    added: int = 0
    removed: int = 0
    error: str = ""


class Store(Protocol):
    """What both stores can do."""

    def load(
        self,
        graphs: Mapping[str, Graph],
        *,
        release: str = "",
        previous: Mapping[str, Graph] | None = None,
        prune: bool = False,
    ) -> tuple[Loaded, ...]:
        """Make each named graph hold exactly these statements, whole or not at all."""

    def counts(self) -> dict[str, int]:
        """Named graph to its number of statements."""

    def query(self, text: str, format: Format = "table", *, timeout: float | None = None) -> str:
        """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE."""


__all__ = ["Format", "Graph", "How", "Loaded", "Store"]
