"""What of the data shapes look at beyond a node's own statements, read from the shapes."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from dcat_harvest.check.engine import SH

FIRST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
NIL = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
NESTED = frozenset(
    f"<{SH}{x}>" for x in ("node", "property", "qualifiedValueShape", "or", "and", "xone", "not")
)
PER_VALUE = frozenset(
    f"<{SH}{x}>"
    for x in ("class", "datatype", "nodeKind", "pattern", "flags", "in", "minLength", "maxLength")
)
NEUTRAL = frozenset(f"<{SH}{x}>" for x in ("path", "severity", "deactivated"))


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """Predicate terms as in N-Triples."""

    walked: frozenset[str]
    """Shapes look further behind these: the whole object is needed, not only its types."""
    classed: frozenset[str]
    """Shapes ask the class of what these lead to: its types are needed."""
    inverse: frozenset[str]
    """Shapes go against these: all statements that point at a node with them are needed."""
    targets: frozenset[str]
    """One statement that points at a node makes it a target (`sh:targetObjectsOf`)."""
    whole: frozenset[str]
    """Shapes count or compare these: a node's statements with them must stay together."""


def needs(shape_lines: Iterable[str]) -> Needs:
    """What these shapes look at. Where in doubt, more."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for text in shape_lines:
        subject, predicate, rest = text.split(" ", 2)
        said[subject][predicate].append(rest[:-2])
    path, inverse = f"<{SH}path>", f"<{SH}inversePath>"
    walked: set[str] = set()
    classed: set[str] = set()
    against: set[str] = set()
    whole: set[str] = set()
    for parts in said.values():
        for node in parts.get(path, ()):
            steps = set(_predicates(node, said, but=inverse))
            is_plain = node.startswith("<")
            if not is_plain or NESTED & parts.keys():
                walked |= steps
            if not is_plain or f"<{SH}class>" in parts:
                classed |= steps
            if not is_plain or not _is_per_value(parts):
                whole |= steps
        for key in ("lessThan", "lessThanOrEquals", "equals", "disjoint"):
            whole.update(parts.get(f"<{SH}{key}>", ()))
        for node in parts.get(inverse, ()):
            against.update(_predicates(node, said))
    objects = (x for p in said.values() for x in p.get(f"<{SH}targetObjectsOf>", ()))
    return Needs(
        walked=frozenset(walked),
        classed=frozenset(classed | walked),
        inverse=frozenset(against),
        targets=frozenset(objects),
        whole=frozenset(whole),
    )


def _is_per_value(parts: dict[str, list[str]]) -> bool:
    """Every constraint looks at one value alone, but for `sh:minCount 1`."""
    at_least_one = all(x.startswith('"1"') for x in parts.get(f"<{SH}minCount>", ()))
    odd = parts.keys() - PER_VALUE - NEUTRAL - {f"<{SH}minCount>"}
    return at_least_one and not any(x.startswith(f"<{SH}") for x in odd)


def _predicates(node: str, said: dict[str, dict[str, list[str]]], but: str = "") -> list[str]:
    """All predicates in a path; `but`: not those within this kind of step."""
    if node == NIL:
        return []
    if node.startswith("<"):
        return [node]
    return [
        x
        for step, values in said.get(node, {}).items()
        if step != but
        for value in values
        for x in _predicates(value, said, but)
    ]
