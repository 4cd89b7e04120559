"""Evaluates the part of SHACL that `shapes/criteria.ttl` uses, straight on N-Triples terms.

The shapes stay the one truth: they are compiled from the file, and a test holds the outcome to
that of the SHACL engines. A component it does not know is an error, never passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from dcat_harvest.check import checklist
from dcat_harvest.check.paths import SH, Path, compiled, items, written
from dcat_harvest.check.statements import A, Index, Terms, bare, is_iri, is_literal, language, text
from dcat_harvest.check.statements import term as iri_term
from dcat_harvest.errors import BrokenInvariant

Test = Callable[[Index, str], bool]
Failures = Callable[[Index, Terms], Iterator[str]]
"""Value nodes to the values that fail; an empty text where the set as a whole does."""


class Hit(NamedTuple):
    """One result: the check, the component and the value (a term, or empty)."""

    check: str
    component: str
    value: str


class Rule(NamedTuple):
    """One compiled property shape."""

    name: str
    written: str
    """Its path as text; rules that have the same look at the same values."""
    path: Path
    tests: tuple[tuple[str, Failures], ...]


def hits(index: Index, focus: str) -> Iterator[Hit]:
    """What the shapes of the criteria say of one dataset (a term), check by check."""
    reached: dict[str, Terms] = {}
    for rule in rules():
        if rule.written not in reached:
            reached[rule.written] = rule.path(index, focus)
        values = reached[rule.written]
        for component, failures in rule.tests:
            for value in failures(index, values):
                yield Hit(rule.name, component, value)


@cache
def rules() -> tuple[Rule, ...]:
    """The compiled checks, in order of criterion and name."""
    shapes = Index(checklist.shapes_graph())
    return tuple(
        Rule(x.name, path_texts()[x.name][0], *_property(shapes, iri_term(x.shape)))
        for x in checklist.checks().values()
        if not x.by_code
    )


@cache
def named_shape(name: str) -> Test:
    """Whether a node conforms to a shape of `shapes/criteria.ttl` that checks refer to."""
    return _conforms(Index(checklist.shapes_graph()), f"<{checklist.CHECK}{name}>")


@cache
def paths() -> Mapping[str, Path]:
    """Check to its compiled path: where its evidence stands."""
    return {x.name: x.path for x in rules()}


@cache
def path_texts() -> Mapping[str, tuple[str, str]]:
    """Check to its path as SHACL writes it with IRIs, and the first property that it ends in."""
    shapes = Index(checklist.shapes_graph())
    found: dict[str, tuple[str, str]] = {}
    for check in checklist.checks().values():
        if not check.by_code:
            (path,) = shapes.objects(iri_term(check.shape), f"<{SH}path>")
            found[check.name] = written(shapes, path)
    return found


def _property(shapes: Index, shape: str) -> tuple[Path, tuple[tuple[str, Failures], ...]]:
    (path,) = shapes.objects(shape, f"<{SH}path>")
    return compiled(shapes, path), tuple(_components(shapes, shape))


def _components(shapes: Index, shape: str) -> Iterator[tuple[str, Failures]]:
    for key, values in shapes.node(shape).items():
        name = bare(key).removeprefix(SH)
        if name in _COUNTS:
            yield _COUNTS[name](int(text(values[0])))
        elif name == "qualifiedValueShape":
            least = int(text(shapes.objects(shape, f"<{SH}qualifiedMinCount>")[0]))
            yield "QualifiedMinCount", _at_least(least, _conforms(shapes, values[0]))
        elif name in _VALUES:
            for value in values:
                yield _VALUES[name][0], _each(_VALUES[name][1](shapes, shape, value))
        elif key.startswith(f"<{SH}") and name not in _SILENT:
            raise BrokenInvariant(f"sh:{name} in shapes/criteria.ttl is not one we evaluate")


def _conforms(shapes: Index, shape: str) -> Test:
    """Whether one node conforms to a shape; of a shape with a name it is looked up once."""
    test = _test(shapes, shape)
    if not is_iri(shape):
        return test

    def once(index: Index, value: str) -> bool:
        known = index.conforming.get((shape, value))
        if known is None:
            known = index.conforming[shape, value] = test(index, value)
        return known

    return once


def _test(shapes: Index, shape: str) -> Test:
    """Its own constraints and its properties."""
    own = tuple(x for _, x in _components(shapes, shape))
    deeper = tuple(_property(shapes, x) for x in shapes.objects(shape, f"<{SH}property>"))

    def test(index: Index, value: str) -> bool:
        for failures in own:
            for _ in failures(index, (value,)):
                return False
        for path, components in deeper:
            values = path(index, value)
            for _, failures in components:
                for _ in failures(index, values):
                    return False
        return True

    return test


def _each(test: Test) -> Failures:
    return lambda index, values: (x for x in values if not test(index, x))


def _at_least(least: int, test: Test) -> Failures:
    def failures(index: Index, values: Terms) -> Iterator[str]:
        if sum(test(index, x) for x in values) < least:
            yield ""

    return failures


def _minimum(least: int) -> tuple[str, Failures]:
    return "MinCount", lambda _, values: iter(("",) if len(values) < least else ())


def _maximum(most: int) -> tuple[str, Failures]:
    return "MaxCount", lambda _, values: iter(("",) if len(values) > most else ())


def _pattern(shapes: Index, shape: str, value: str) -> Test:
    flags = shapes.objects(shape, f"<{SH}flags>")
    search = re.compile(text(value), re.IGNORECASE if flags else 0).search

    @lru_cache(maxsize=1024)
    def matches(x: str) -> bool:
        return not x.startswith("_:") and search(text(x)) is not None

    return lambda _, x: matches(x)


def _not(shapes: Index, shape: str, value: str) -> Test:
    inner = _conforms(shapes, value)
    return lambda index, x: not inner(index, x)


def _node(shapes: Index, shape: str, value: str) -> Test:
    return _conforms(shapes, value)


def _or(shapes: Index, shape: str, value: str) -> Test:
    inner = [_conforms(shapes, x) for x in items(shapes, value)]
    return lambda index, x: any(test(index, x) for test in inner)


def _in(shapes: Index, shape: str, value: str) -> Test:
    allowed = frozenset(items(shapes, value))
    return lambda _, x: x in allowed


def _language_in(shapes: Index, shape: str, value: str) -> Test:
    tags = tuple(text(x).lower() for x in items(shapes, value))
    return lambda _, x: any(language(x) == t or language(x).startswith(f"{t}-") for t in tags)


def _min_length(shapes: Index, shape: str, value: str) -> Test:
    least = int(text(value))
    return lambda _, x: (is_iri(x) or is_literal(x)) and len(text(x)) >= least


_COUNTS = {"minCount": _minimum, "maxCount": _maximum}
_VALUES: dict[str, tuple[str, Callable[[Index, str, str], Test]]] = {
    "pattern": ("Pattern", _pattern),
    "not": ("Not", _not),
    "node": ("Node", _node),
    "or": ("Or", _or),
    "in": ("In", _in),
    "languageIn": ("LanguageIn", _language_in),
    "minLength": ("MinLength", _min_length),
}
_SILENT = frozenset(
    ("path", "group", "severity", "message", "flags", "qualifiedMinCount", "property", "order")
)
DATASET = "<http://www.w3.org/ns/dcat#Dataset>"


def datasets(index: Index) -> Terms:
    """The datasets of a graph: what `rdf:type dcat:Dataset` says, in order of their terms."""
    return index.subjects(A, DATASET)
