"""The checks under the eight criteria, read from `shapes/criteria.ttl` and `vocab/criteria.ttl`."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec
import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.check.statements import Index, bare, language, term, text
from dcat_harvest.errors import BrokenInvariant
from dcat_harvest.findings import Actor, Severity
from dcat_harvest.graph import Graph

Verdict = Literal["pass", "partly", "fail", "unknown"]
CRITERIA = ("1", "2", "3", "4", "5", "6", "7", "8")
CHECK = "https://w3id.org/dcat-harvest/check#"
DEF = "https://w3id.org/dcat-harvest/def#"
SH = "http://www.w3.org/ns/shacl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
_SEVERITY = {
    "Violation": Severity.VIOLATION,
    "Warning": Severity.WARNING,
    "Info": Severity.INFO,
}


class Texts(msgspec.Struct, frozen=True):
    """One text in both languages."""

    nl: str
    en: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check: its criterion, what it makes of the verdict, and what it tells people."""

    name: str
    shape: str
    """Its IRI, bare."""
    criterion: str
    severity: Severity
    verdict: Verdict
    weight: int
    actor: Actor
    message: Texts
    remedy: Texts
    after: tuple[str, ...]
    path: str
    """For a check in code the property that it looks at, bare; else empty (its shape says it)."""
    shows: str
    """The property to look at at the nodes of the path, bare; empty: the path says it."""
    by_code: bool
    see: tuple[str, ...]


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One of the eight criteria."""

    number: str
    iri: str
    label: Texts
    definition: Texts


@cache
def shapes_graph() -> Graph:
    """The shapes of the criteria as they stand in `shapes/criteria.ttl`."""
    return _read("shapes/criteria.ttl")


@cache
def shapes_nt() -> str:
    """The same as N-Triples text, for a SHACL engine."""
    return shapes_graph().nt().decode()


@cache
def criteria() -> Mapping[str, Criterion]:
    """Number to criterion, in order."""
    index = Index(_read("vocab/criteria.ttl"))
    found = [_criterion(index, x) for x in index.of_class(term(SKOS + "Concept"))]
    return {x.number: x for x in sorted(found, key=lambda x: x.number)}


@cache
def checks() -> Mapping[str, Check]:
    """Name to check, in order of criterion and name."""
    index = Index(shapes_graph())
    shapes = index.of_class(term(SH + "PropertyShape")) + index.of_class(term(DEF + "CodeCheck"))
    numbers = {term(x.iri): x.number for x in criteria().values()}
    found = [_check(index, x, numbers) for x in shapes]
    return {x.name: x for x in sorted(found, key=lambda x: (x.criterion, x.name))}


def _read(name: str) -> Graph:
    return Graph.parse(resources.path(name).read_bytes(), ox.RdfFormat.TURTLE)


def _criterion(index: Index, subject: str) -> Criterion:
    return Criterion(
        number=text(_one(index, subject, SKOS + "notation")),
        iri=bare(subject),
        label=_texts(index, subject, SKOS + "prefLabel"),
        definition=_texts(index, subject, SKOS + "definition"),
    )


def _check(index: Index, subject: str, numbers: Mapping[str, str]) -> Check:
    by_code = term(DEF + "CodeCheck") in index.node(subject).get(
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", ()
    )
    path = index.objects(subject, term(DEF + "path"))
    return Check(
        name=bare(subject).removeprefix(CHECK),
        shape=bare(subject),
        criterion=numbers[_one(index, subject, SH + "group")],
        severity=_SEVERITY[bare(_one(index, subject, SH + "severity")).removeprefix(SH)],
        verdict=msgspec.convert(text(_one(index, subject, DEF + "verdict")), Verdict),
        weight=int(text(_one(index, subject, DEF + "weight"))),
        actor=msgspec.convert(text(_one(index, subject, DEF + "actor")), Actor),
        message=_texts(index, subject, SH + "message"),
        remedy=_texts(index, subject, DEF + "remedy"),
        after=tuple(
            bare(x).removeprefix(CHECK) for x in index.objects(subject, term(DEF + "after"))
        ),
        path=bare(path[0]) if path else "",
        shows=bare(next(iter(index.objects(subject, term(DEF + "shows"))), "")),
        by_code=by_code,
        see=tuple(bare(x) for x in index.objects(subject, term(RDFS + "seeAlso"))),
    )


def _one(index: Index, subject: str, predicate: str) -> str:
    values = index.objects(subject, term(predicate))
    if len(values) != 1:
        raise BrokenInvariant(f"{subject} in shapes or vocab needs one {predicate}: {values}")
    return values[0]


def _texts(index: Index, subject: str, predicate: str) -> Texts:
    found = {language(x): text(x) for x in index.objects(subject, term(predicate))}
    if found.keys() != {"nl", "en"}:
        raise BrokenInvariant(f"{subject} needs {predicate} in nl and en, has {sorted(found)}")
    return Texts(nl=found["nl"], en=found["en"])
