"""Checks a graph: profiles by SHACL, in batches, with any engine and any number of workers."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dcat_harvest.check import profiles as manifests
from dcat_harvest.check import reach, shacl
from dcat_harvest.check.again import run_again
from dcat_harvest.check.engine import Result
from dcat_harvest.check.pool import no_collection
from dcat_harvest.check.reach import DATASETS, SERVICES_AND_CATALOGUES, Owners
from dcat_harvest.check.shape_needs import Needs
from dcat_harvest.check.work import Job, jobs, run_jobs
from dcat_harvest.errors import InputError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Graph
from dcat_harvest.memo import Memo

__all__ = ["Result", "check", "concerned", "has_something_to_check", "results"]

Key = tuple[str, str, str, str, str]
"""Focus, path, component, value and severity of a result."""
Said = dict[Key, tuple[Result, tuple[str, ...]]]


def check(
    graph: Graph,
    *,
    profiles: Sequence[str],
    shapes: Path | None = None,
    engine: str = "shacl",
    workers: int = 1,
    batch_size: int = 400,
    base: str = "",
    memo: Memo | None = None,
) -> list[Finding]:
    """All findings of these profiles, in a stable order; one finding names all its profiles.

    `shapes`: folder with the official files, instead of our own rendering. `engine`: `shacl`,
    `pyshacl` or `both`, which adds a finding for each difference. `base`: our own base IRI, to
    tell source and key of our datasets. `memo` knows what was found of the same before.
    Raises InputError where there is nothing to check.
    """
    if not has_something_to_check(graph):
        raise InputError(
            "there is no dataset, data service or catalogue in this graph; "
            "check that their rdf:type is written with http://www.w3.org/ns/dcat#"
        )
    with no_collection():
        loaded = [manifests.load(name, shapes) for name in dict.fromkeys(profiles)]
        work = jobs(graph, loaded, batch_size)
        first, *others = ("shacl", "pyshacl") if engine == "both" else (engine,)
        writer = _Writer(work, base)
        said = _merged(work, run_again(work, first, workers, memo or Memo()), writer)
        findings = writer.findings(said)
        findings += [x for x in map(shacl.repaired, loaded) if x is not None]
        for other in others:
            findings += _differences(
                said, _merged(work, run_jobs(work, other, workers)), (first, other)
            )
    return findings


def results(
    graph: Graph,
    profile: str,
    *,
    shapes: Path | None = None,
    engine: str = "shacl",
    workers: int = 1,
    batch_size: int = 400,
) -> list[Result]:
    """The bare results of one profile, unique per focus, path, component, value and severity."""
    work = jobs(graph, [manifests.load(profile, shapes)], batch_size)
    return [x for x, _ in _merged(work, run_jobs(work, engine, workers)).values()]


def has_something_to_check(graph: Graph) -> bool:
    """True where something is, or is linked as, a dataset or service, or is a catalogue."""
    wanted = tuple(f"{x} ." for x in DATASETS | SERVICES_AND_CATALOGUES)
    return any(x.endswith(wanted) or " <http://www.w3.org/ns/dcat#dataset> " in x for x in graph)


def concerned(graph: Graph, findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Focus node to all datasets that refer to it, for findings about what several share.

    Such a finding has `count` over 1, and the first of these datasets as its subject.
    """
    shared = {_term(x.focus_node) for x in findings if x.count > 1 and x.focus_node}
    if not shared:
        return {}
    empty: frozenset[str] = frozenset()
    nothing = Needs(walked=empty, classed=empty, inverse=empty, targets=empty, whole=empty)
    links = reach.links(graph, nothing)
    found = reach.concerned(links, shared)
    return {reach.bare(node): tuple(map(reach.bare, x)) for node, x in found.items()}


def _term(node: str) -> str:
    return node if node[:2] == "_:" else f"<{node}>"


def _merged(
    work: Job, found: Iterable[tuple[Result, tuple[str, ...]]], writer: "_Writer | None" = None
) -> Said:
    """The same observation from several shapes or profiles is one; sorted.

    A writer gets each as it comes: it writes while other processes check.
    """
    order = {x.profile.name: i for i, x in enumerate(work.loaded)}
    said: Said = {}
    for result, names in found:
        key = (result.focus, result.path, result.component, result.value, result.severity)
        if (known := said.get(key)) is None:
            said[key] = known = result, names
        else:
            both = tuple(sorted({*known[1], *names}, key=order.__getitem__))
            if (min(known[0], result), both) == known:
                continue
            said[key] = known = min(known[0], result), both
        if writer:
            writer.add(key, *known)
    return {key: said[key] for key in sorted(said)}


class _Writer:
    """Results to findings, one for each key of what was said."""

    def __init__(self, work: Job, base: str) -> None:
        self.work, self.base = work, base
        self.texts = shacl.Texts(work.loaded)
        self.classes: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.made: dict[Key, Finding] = {}

    def add(self, key: Key, result: Result, names: tuple[str, ...]) -> None:
        """Write a finding, over the one of this key where there is one."""
        term = _term(result.focus)
        types = tuple(self.work.links.types.get(term, ()))
        if (classes := self.classes.get(types)) is None:
            classes = self.classes[types] = tuple(x[1:-1] for x in types)
        place = _place(term, self.work.owners, self.base)
        self.made[key] = self.texts.finding(result, names, classes, place)

    def findings(self, said: Said) -> list[Finding]:
        """The findings of these, in the order of their subjects."""
        return sorted((self.made[key] for key in said), key=lambda x: x.subject)


def _place(term: str, owners: Owners, base: str) -> dict[str, Any]:
    subject = owners.root.get(term, term)
    iri = subject[1:-1] if subject[0] == "<" else subject
    place: dict[str, Any] = {"subject": iri, "count": owners.datasets.get(term, 1)}
    if base and iri.startswith(f"{base}dataset/"):
        source, _, key = iri.removeprefix(f"{base}dataset/").partition("/")
        place |= {"source": unquote(source), "key": unquote(key)}
    return place


def _differences(one: Said, other: Said, names: tuple[str, str]) -> Iterator[Finding]:
    for mine, theirs, name in ((one, other, names[0]), (other, one, names[1])):
        for key in mine.keys() - theirs.keys():
            focus, path, component, value, severity = key
            text = f"{severity} {component} {path} {focus} {value}"
            yield finding("engines-differ", subject=focus, value=name, evidence=text)
