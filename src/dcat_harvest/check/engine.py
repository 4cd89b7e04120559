"""The SHACL port: two engines, one set of results.

`shacl` (Rust) is the default, `pyshacl` the reference and the fallback where `shacl` has no
wheel. Neither text of theirs nor order of theirs is used: results are facts, sorted.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from dcat_harvest.errors import InputError, UsageError

EngineName = Literal["shacl", "pyshacl"]
OUTSIDE = frozenset({"shacl"})
"""Engines that work outside of the interpreter: threads are enough for them."""
SH = "http://www.w3.org/ns/shacl#"
LABEL = "urn:dcat-harvest:label"
NAMED = "urn:dcat-harvest:node:"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
TARGETS = frozenset(
    f"<{SH}{name}>"
    for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)
# `shacl` renames blank nodes: this shape makes it tell which name each has become.
PROBE = f"""
<urn:dcat-harvest:probe> <{SH}targetSubjectsOf> <{LABEL}> .
<urn:dcat-harvest:probe> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SH}NodeShape> .
<urn:dcat-harvest:probe> <{SH}property> <{LABEL}/property> .
<{LABEL}/property> <{SH}path> <{LABEL}> .
<{LABEL}/property> <{SH}nodeKind> <{SH}IRI> .
"""


class Result(NamedTuple):
    """One top-level `sh:result`. IRIs are bare, literals and blank nodes N-Triples terms."""

    focus: str
    path: str
    """Predicate IRI, or the text of a longer path; empty for a node shape's own constraint."""
    value: str
    component: str
    """Local name without `ConstraintComponent`."""
    severity: str
    """`Violation`, `Warning` or `Info`; another severity by its IRI."""
    shape: str
    """Source shape; empty where it is a blank node."""


class Shapes(NamedTuple):
    """Shapes as N-Triples, repaired and known to have a target."""

    nt: str


def shapes(nt: str) -> Shapes:
    """Shapes from N-Triples text; raises UsageError where nothing in it has a target.

    Both engines accept such shapes and then call everything conforming.
    """
    lines = nt.split("\n")
    if not any(x.split(" ", 2)[1] in TARGETS for x in lines if x.count(" ") > 1):
        implicit = f"<{SH}NodeShape> ."
        classes = {x.split(" ", 1)[0] for x in lines if x.endswith("rdf-schema#Class> .")}
        if not any(x.endswith(implicit) and x.split(" ", 1)[0] in classes for x in lines):
            raise UsageError("the shapes have no target, so they would check nothing")
    return Shapes(nt)


def run(engine: str, data_nt: str, shapes: Shapes) -> list[Result]:
    """All results of these shapes on this data, unique and sorted, the same from any engine.

    Raises InputError where the data is not strict N-Triples.
    """
    if engine == "shacl":
        found = _with_shacl(data_nt, shapes)
    elif engine == "pyshacl":
        from dcat_harvest.check import reference

        found = reference.run(data_nt, shapes)
    else:
        raise UsageError(f"no engine {engine!r}; there are shacl, pyshacl")
    return sorted({x for x in found if x.path != LABEL})


def default() -> EngineName:
    """`shacl` where it is installed, else `pyshacl`."""
    from importlib.util import find_spec

    return "shacl" if find_spec("shacl") else "pyshacl"


@lru_cache(maxsize=16)
def _compiled(nt: str) -> Any:
    import shacl

    try:
        return shacl.Shapes.from_text(nt + PROBE, "ntriples")
    except ValueError as error:
        raise UsageError(f"the shapes cannot be read: {error}") from error


def _with_shacl(data_nt: str, shapes: Shapes) -> Iterator[Result]:
    labels = _labels(data_nt)
    try:
        report = _compiled(shapes.nt).validate_text(data_nt + labels, "ntriples")
    except ValueError as error:
        raise InputError(f"the data cannot be read: {error}") from error
    results = report.results
    found = (x for x in results if labels and _is_label(x))
    names = {x.value: f"_:{x.focus_node[1:-1].removeprefix(NAMED)}" for x in found}
    paths, origins = _Memo(bare), _Memo(lambda x: "" if x.startswith("_:") else bare(x))
    components = _Memo(lambda x: x.removesuffix("ConstraintComponent"))
    severities = _Memo(lambda x: x.removeprefix(SH))
    for x in results:
        focus, value = x.focus_node, x.value or ""
        yield Result(
            bare(names.get(focus, focus)),
            paths[x.path or ""],
            bare(names.get(value, value)),
            components[x.component],
            severities[x.severity_iri],
            origins[x.source_shape or ""],
        )


class _Memo(dict[str, str]):
    """Texts made once, for the few that come again and again."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self.make = make

    def __missing__(self, key: str) -> str:
        made = self[key] = self.make(key)
        return made


def _is_label(result: Any) -> bool:
    return bool(result.path == f"<{LABEL}>" and result.component.startswith("NodeKind"))


def _labels(data_nt: str) -> str:
    """One statement for each blank node that tells its name.

    It points at the node: a property of its own would offend `sh:closed`.
    """
    if "_:" not in data_nt:
        return ""
    found: set[str] = set()
    for line in data_nt.split("\n"):
        if "_:" in line:
            subject, _, rest = line.split(" ", 2)
            found.update(x for x in (subject, rest[:-2]) if x.startswith("_:"))
    return "".join(f"<{NAMED}{x[2:]}> <{LABEL}> {x} .\n" for x in sorted(found))


def bare(term: str) -> str:
    """An IRI without brackets; a longer path, literal or blank node as it is."""
    if term[:1] == "<" and term.find(">") == len(term) - 1:
        return term[1:-1]
    return term
