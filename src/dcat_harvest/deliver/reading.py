"""Reading one node of the catalogue as the portal's API can take it, noting what gets lost."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from dcat_harvest.deliver.records import Lost
from dcat_harvest.graph import Graph, triples
from dcat_harvest.store.answers import prefixes
from dcat_harvest.targets import Target

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = Mapping[str, tuple[Term, ...]]
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")


class Reader:
    """Walks the graph for one dataset and notes what gets lost."""

    def __init__(self, graph: Graph, target: Target) -> None:
        self.graph, self.target = graph, target
        self.lost: list[Lost] = []

    def node(self, term: str) -> Node:
        """Property (with prefix) to the values of a node."""
        found: dict[str, list[Term]] = {}
        for triple in triples(self.graph.about(term)):
            if not isinstance(triple.object, ox.Triple):
                found.setdefault(short(triple.predicate.value), []).append(triple.object)
        return {name: tuple(values) for name, values in found.items()}

    def drop(self, field: str, values: Iterable[object]) -> None:
        """Note values that have no place in the API."""
        self.lost += [Lost(field=field, value=str(value)) for value in values]

    def text(self, node: Node, field: str) -> str:
        """The one string of a field: Dutch first; other languages are lost."""
        values = [v for v in node.get(field, ()) if isinstance(v, ox.Literal)]
        values.sort(key=lambda v: (v.language not in ("nl", None), v.language or "", v.value))
        self.drop(f"{field} in another language", values[1:])
        if values and values[0].language not in ("nl", None):
            self.drop(f"language of {field}", [values[0].language])
        return values[0].value.strip() if values else ""

    def addresses(self, node: Node, field: str) -> list[str]:
        """The addresses of a field; what is no address is lost."""
        found = []
        for value in node.get(field, ()):
            address = uri(value.value) if isinstance(value, ox.NamedNode) else ""
            if address:
                found.append(address)
            else:
                self.drop(field, [value])
        return found

    def date(self, node: Node, field: str) -> str:
        """A moment with a zone, as the API wants it; less precise dates cannot be sent."""
        values = sorted(v.value for v in node.get(field, ()) if isinstance(v, ox.Literal))
        if not values:
            return ""
        match = _MOMENT.match(values[0])
        if match is None:
            self.drop(field, values[:1])
            return ""
        day, clock, zone = match.groups()
        if clock and zone:
            return f"{day}{clock}{zone}"
        if clock:
            self.drop(f"time of {field} (it has no zone)", values[:1])
        # The API itself reads a day as midnight UTC.
        return f"{day}T00:00:00Z"


def uri(text: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1); the empty string where it is neither."""
    if re.search(r"\s", text):
        return ""
    # What RFC 3986 has no place for is encoded: brackets outside a host, a lone percent sign.
    found = quote(_LONE_PERCENT.sub("%25", text), safe="%/:?#@!$&'()*+,;=-._~")
    return found if _URI.match(found) else ""


def short(iri: str) -> str:
    """A property with its prefix."""
    for prefix, start in prefixes().items():
        if iri.startswith(start):
            return f"{prefix}:{iri[len(start) :]}"
    return "rdf:type" if iri.endswith("22-rdf-syntax-ns#type") else iri
