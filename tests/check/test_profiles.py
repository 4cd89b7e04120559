"""Profiles: our rendering says what the official files say; broken references are reported once."""

import csv
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from dcat_harvest.check import check, inputs, profiles, results
from dcat_harvest.check.engine import Result
from dcat_harvest.errors import InputError, UsageError
from dcat_harvest.graph import Graph

ROOT = Path(__file__).parents[2]
CATALOGUE = Path(__file__).with_name("catalogue.ttl")
NL = ("dcat-ap-nl-3.0.0", "dcat-ap-nl-3.0.1")
OFFICIAL = (*NL, "dcat-ap-3.0.1", "dcat-ap-hvd-3.0.0")
Key = tuple[str, str, str, str]


def keys(found: list[Result]) -> set[Key]:
    return {(x.severity, x.component, x.path, x.focus) for x in found}


@pytest.mark.parametrize("name", profiles.names())
def test_every_profile_reads_its_own_shapes(name: str) -> None:
    assert profiles.load(name).nt


def test_an_unknown_profile_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(UsageError, match=r"dcat-ap-nl-3\.0\.1"):
        profiles.load("dcat-ap-nl-2")


def test_the_criteria_are_a_profile_like_the_others() -> None:
    known = profiles.profile("criteria")

    assert known.verdicts
    assert known.counts == ("dcat-ap-nl-3.0.0",)
    assert [x for x in profiles.names() if profiles.profile(x).verdicts] == ["criteria"]
    assert set(known.counts) <= set(profiles.names())


def test_generated_shapes_are_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "shapes/build.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_every_shape_that_can_give_a_result_has_an_iri_and_a_clause() -> None:
    for name in NL:
        for rule in profiles.load(name).rules.values():
            if rule.path:
                assert rule.shape.startswith("https://w3id.org/dcat-harvest/shape/")
                assert rule.clause.startswith("https://")


@pytest.mark.parametrize("name", [*NL, "dcat-ap-3.0.1", "dcat-ap-hvd-3.0.0", "supplement"])
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_the_small_catalogue_keeps_every_rule(name: str, engine: str) -> None:
    assert results(inputs.read(str(CATALOGUE)).graph, name, engine=engine) == []


def test_official_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="shapes fetch"):
        profiles.load("dcat-ap-nl-3.0.0", tmp_path)


def test_a_reference_to_no_shape_is_dropped_and_reported_once(tmp_path: Path) -> None:
    (tmp_path / "dcat-ap-3.0.1").mkdir()
    (tmp_path / "dcat-ap-3.0.1" / "dcat-ap-SHACL.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        <urn:S> a sh:NodeShape ; sh:targetClass dcat:DataService ;
          sh:property <urn:none> , <urn:p> .
        <urn:p> sh:path dcat:endpointURL ; sh:minCount 2 ."""
    )
    graph = inputs.read(str(CATALOGUE)).graph

    found = check(graph, profiles=["dcat-ap-3.0.1"], shapes=tmp_path)

    assert [(x.code, x.value, x.fault) for x in found if x.code != "missing-value"] == [
        ("official-shapes-repaired", "urn:none", "rule")
    ]
    assert [x.path for x in found if x.code == "missing-value"] == [
        "http://www.w3.org/ns/dcat#endpointURL"
    ]


@pytest.mark.world
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize("official", [False, True], ids=["ours", "official"])
def test_the_verdicts_on_all_defects_are_as_expected(
    shared: Path, engine: str, official: bool
) -> None:
    expected: dict[tuple[str, str], set[Key]] = defaultdict(set)
    with (shared / "data/defects/expected.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            said = (row["severity"], row["component"], row["path"], row["focus_node"])
            expected[row["file"], row["profile"]] |= {said} if row["severity"] else set()
    shapes = shared / "data/shapes" if official else None

    found = {
        (path.stem, version): keys(
            results(
                inputs.read(str(path)).graph,
                f"dcat-ap-nl-{version}",
                shapes=shapes,
                engine=engine,
            )
        )
        for path in sorted((shared / "data/defects").glob("*.ttl"))
        for version in ("3.0.0", "3.0.1")
    }

    assert len(found) == 128
    assert found == dict(expected)


@pytest.mark.world
def test_our_shapes_and_the_official_say_the_same_of_all_examples(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "data/examples").rglob("*.*")):
        try:
            graph = inputs.read(str(path)).graph
        except InputError:
            continue  # examples that are no RDF as printed, or need a context from the web
        for name in OFFICIAL:
            ours = keys(results(graph, name))
            seen += len(ours)
            assert ours == keys(results(graph, name, shapes=shared / "data/shapes")), path
    assert seen > 100


@pytest.mark.world
def test_our_shapes_and_the_official_say_the_same_of_random_mutations(shared: Path) -> None:
    chance = random.Random(11)
    graph = inputs.read(str(CATALOGUE)).graph
    hvd = inputs.read(str(shared / "data/own-hvd.ttl")).graph
    parts = [x.split(" ", 2) for x in (*graph.lines, *hvd.lines)]
    for _ in range(60):
        lines = list(chance.choice((graph, hvd)).lines)
        for _ in range(chance.randint(1, 10)):
            at = chance.randrange(len(lines))
            subject, predicate, _ = lines[at].split(" ", 2)
            _, other, value = chance.choice(parts)
            match chance.randrange(4):
                case 0:
                    del lines[at]
                case 1:
                    lines[at] = f"{subject} {predicate} {value}"
                case 2:
                    lines.append(f"{subject} {predicate} {value}")
                case _:
                    lines.append(f"{subject} {other} {value}")
        for name in OFFICIAL:
            ours = keys(results(Graph(lines), name))
            assert ours == keys(results(Graph(lines), name, shapes=shared / "data/shapes")), lines
