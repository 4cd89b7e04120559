"""Names for blank nodes that depend on what a graph says, not on how it was written."""

import hashlib
import re
from collections import defaultdict

import pyoxigraph as ox

from dcat_harvest.graph import Graph, line

_NODE = re.compile(r"^_:\S+|(?<= )_:\S+(?= \.$)")


def labelled(graph: Graph) -> Graph:
    """The graph with canonical blank nodes (RDFC-1.0); as it is where it has none.

    RDFC-1.0 numbers nodes over the whole graph, so that one new node renames many. A node whose
    own statements are unique is therefore named after these, and a diff stays small.
    """
    if not any(text.startswith("_:") or _NODE.search(text) for text in graph):
        return graph
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in graph.triples())
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = [line(quad) for quad in dataset]
    names = _names(lines)
    return Graph(_NODE.sub(lambda m: names[m[0]], text) for text in lines)


def _names(lines: list[str]) -> dict[str, str]:
    says: dict[str, list[str]] = defaultdict(list)
    nodes: set[str] = set()
    for text in lines:
        found = _NODE.findall(text)
        nodes.update(found)
        if text.startswith("_:"):
            says[found[0]].append(text)
    hashes: dict[str, str] = {}
    for node in sorted(nodes):
        _hash(node, says, hashes, ())
    same: dict[str, list[str]] = defaultdict(list)
    for node in sorted(nodes, key=_number):
        same[hashes[node]].append(node)
    return {
        node: f"_:h{digest}" + (f"n{i}" if len(group) > 1 else "")
        for digest, group in same.items()
        for i, node in enumerate(group)
    }


def _hash(
    node: str, says: dict[str, list[str]], hashes: dict[str, str], above: tuple[str, ...]
) -> str:
    """Digest of what a node says, of the nodes it points to as well; a cycle ends the walk."""
    if node in hashes:
        return hashes[node]
    if node in above or len(above) > 50:
        return "cycle"
    parts = []
    for text in says[node]:
        body = text[len(node) :]
        parts.append(_NODE.sub(lambda m: _hash(m[0], says, hashes, (*above, node)), body))
    digest = hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]
    if not above:
        # Deeper in a walk the digest may depend on where the walk came from.
        hashes[node] = digest
    return digest


def _number(node: str) -> tuple[int, str]:
    return len(node), node
