"""Batches, workers, engines and the order of statements never change a finding."""

import random
from functools import cache

import pytest
from bench.catalogue import catalogue
from hypothesis import given, settings
from hypothesis import strategies as st

from dcat_harvest.check import check, engine, profiles, reach, results, work
from dcat_harvest.check.background import codelists
from dcat_harvest.graph import Graph

ALL = (
    "dcat-ap-nl-3.0.0",
    "dcat-ap-nl-3.0.1",
    "supplement",
    "data-overheid-nl",
    "dcat-ap-hvd-3.0.0",
)
LAW = "<http://data.europa.eu/r5r/applicableLegislation> <http://data.europa.eu/eli/reg_impl/2023/138/oj>"
SERVICE = "<https://data.example.org/id/service>"
SERVES = "<http://www.w3.org/ns/dcat#servesDataset>"


@cache
def generated() -> Graph:
    """Sixty datasets with defects, some of them HVD, one contact without an address."""
    lines = list(catalogue(60, seed=7))
    lines += [f"<https://data.example.org/id/dataset/{x:06d}> {LAW} ." for x in (3, 4, 20)]
    lines += [
        f"{SERVICE} {SERVES} <https://data.example.org/id/dataset/{x:06d}> ." for x in range(60)
    ]
    return Graph(x for x in lines if "mailto:loket7@" not in x)


def whole(graph: Graph, name: str) -> set[engine.Result]:
    """The results of a profile on the whole graph in one run, background and all."""
    loaded = profiles.load(name)
    lines = dict.fromkeys(graph.lines)
    for text in graph.lines:
        _, predicate, rest = text.split(" ", 2)
        if predicate[1:-1] in loaded.profile.typed_as_resource and rest[0] != '"':
            lines[f"{rest[:-2]} {reach.TYPE} {reach.RESOURCE} ."] = None
    for known in codelists().lines.values():
        lines.update(dict.fromkeys(known))
    shapes = engine.shapes("\n".join((*loaded.nt, "")))
    found = engine.run("shacl", "\n".join((*lines, "")), shapes)
    terms = {x[1:-1] if x[0] == "<" else x for x in graph.said}
    objects = {x.split(" ", 2)[2][:-2].strip("<>") for x in graph.lines}
    wanted = terms if loaded.profile.focus == "subjects" else terms | objects
    return {x for x in found if x.focus in wanted}


def keys(found: list[engine.Result] | set[engine.Result]) -> set[tuple[str, ...]]:
    return {(x.focus, x.path, x.component, x.value, x.severity) for x in found}


@pytest.mark.parametrize("name", [x for x in ALL if x != "dcat-ap-hvd-3.0.0"])
@pytest.mark.parametrize("size", [1, 7, 400])
def test_batches_together_give_what_the_whole_gives(
    name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "HUB", 10)  # the catalogue and its service are hubs then

    found = keys(results(generated(), name, batch_size=size))

    assert found == keys(whole(generated(), name))
    assert found


@pytest.mark.parametrize("size", [1, 7])
def test_hvd_rules_count_for_hvd_datasets_alone_in_any_batch(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "HUB", 10)
    everything = keys(results(generated(), "dcat-ap-hvd-3.0.0"))

    found = keys(results(generated(), "dcat-ap-hvd-3.0.0", batch_size=size))

    assert found == everything
    datasets = {x[0][-6:] for x in found if "/dataset/" in x[0]}
    assert datasets == {"000003", "000004", "000020"}


def test_workers_and_batches_do_not_change_findings_or_their_order() -> None:
    one = check(generated(), profiles=ALL)

    assert check(generated(), profiles=ALL, workers=2, batch_size=5) == one


def test_the_reference_engine_gives_the_same_findings() -> None:
    small = Graph(catalogue(8, seed=3))

    assert check(small, profiles=ALL, engine="both") == check(small, profiles=ALL)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_statements_never_changes_a_finding(chance: random.Random) -> None:
    lines = list(generated().lines[:400])
    expected = check(Graph(lines), profiles=ALL[:3])
    chance.shuffle(lines)

    assert check(Graph(lines), profiles=ALL[:3]) == expected


def test_profiles_checked_together_say_what_each_says_alone() -> None:
    together = check(generated(), profiles=ALL)

    for name in ALL:
        alone = {
            (x.focus_node, x.path, x.component, x.value)
            for x in check(generated(), profiles=[name])
        }
        said = {
            (x.focus_node, x.path, x.component, x.value) for x in together if name in x.profiles
        }
        assert said == alone, name


def test_no_batch_holds_the_whole_catalogue_because_a_service_serves_it() -> None:
    loaded = [profiles.load(x) for x in ALL]
    work_of = work.jobs(generated(), loaded, 6)

    sizes = [made.nt.count("\n", 0, made.data_end) for _, made in work._batches(work_of)]

    assert max(sizes) < len(generated()) / 3


def test_a_cycle_of_links_ends() -> None:
    dcat = "http://www.w3.org/ns/dcat#"
    kind = f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dcat}Dataset> ."
    lines = [f"<urn:a> {kind}", f"<urn:b> {kind}"]
    for one, other in (("a", "b"), ("b", "a"), ("a", "a"), ("a", "x"), ("x", "y"), ("y", "x")):
        lines.append(f"<urn:{one}> <http://purl.org/dc/terms/relation> <urn:{other}> .")

    found = check(Graph(lines), profiles=ALL)

    assert {x.subject for x in found} == {"urn:a", "urn:b"}
