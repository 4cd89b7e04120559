"""What each shape says, by its IRI: the class it is for, its path, its texts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
import pyoxigraph as ox

from dcat_harvest.check.engine import SH

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
OURS = "https://w3id.org/dcat-harvest/"
DEF = f"{OURS}def#"
SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One shape: what a finding needs to explain itself."""

    shape: str
    classes: tuple[str, ...] = ()
    """Classes that the shape, or the node shape that holds it, is aimed at."""
    path: str = ""
    expected: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Constraint parameter (`class`, `datatype`, `maxCount` …) to its values."""
    message: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By language; only our own shapes have texts that we show."""
    remedy: Mapping[str, str] = msgspec.field(default_factory=dict)
    actor: str = ""
    criterion: str = ""
    clause: str = ""


Said = Mapping[str, Mapping[str, list[Term]]]


def index(triples: Iterable[ox.Quad]) -> dict[str, Rule]:
    """Rules by shape IRI."""
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for t in triples:
        said[str(t.subject)][t.predicate.value].append(t.object)
    classes = _classes(said)
    return {
        name[1:-1]: _rule(name[1:-1], said[name], classes.get(name, ()))
        for name in list(said)
        if name.startswith("<")
    }


def _classes(said: Said) -> dict[str, tuple[str, ...]]:
    """Target classes of every shape, handed down to the property shapes it holds."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, parts in said.items():
        targets = {_text(x) for x in parts.get(f"{SH}targetClass", [])}
        if targets:
            found[name] |= targets
            for held in parts.get(f"{SH}property", []):
                found[str(held)] |= targets
    return {name: tuple(sorted(targets)) for name, targets in found.items()}


def _rule(name: str, parts: Mapping[str, list[Term]], classes: tuple[str, ...]) -> Rule:
    ours = name.startswith(OURS)
    path = parts.get(f"{SH}path", [None])[0]
    return Rule(
        shape=name,
        classes=classes,
        path=path.value if isinstance(path, ox.NamedNode) else "",
        expected={
            key.removeprefix(SH): tuple(sorted(_text(x) for x in values))
            for key, values in parts.items()
            if key.startswith(SH)
        },
        message=_texts(parts.get(f"{SH}message", [])) if ours else {},
        remedy=_texts(parts.get(f"{DEF}remedy", [])),
        actor=_first(parts.get(f"{DEF}actor", [])),
        criterion=_first(parts.get(f"{DEF}criterion", [])),
        clause=_first(parts.get(SEE_ALSO, [])),
    )


def _texts(values: list[Term]) -> dict[str, str]:
    return {x.language or "en": x.value for x in values if isinstance(x, ox.Literal)}


def _first(values: list[Term]) -> str:
    return _text(values[0]) if values else ""


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
