"""Scores lie within their bounds, never rise by a loss, and do not depend on order."""

import random
from typing import Any

import made
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat_harvest.check.criteria import WORST, judge
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.score import aggregate, by_publisher, scores, stars
from dcat_harvest.check.statements import Index
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.graph import Graph
from dcat_harvest.model import Score

DATASET = "https://example.org/id/leerlingen"
VALID = made.valid()
# Without its type there is no dataset to score.
REMOVABLE = [x for x in VALID.lines if not x.endswith("<http://www.w3.org/ns/dcat#Dataset> .")]
URLS = ("https://files.example.org/leerlingen.csv", "https://api.example.org/leerlingen")
PROBES = {x: Probe(url=x, time=made.TODAY, head=200, status=200) for x in URLS}
PROFILE = "dcat-ap-nl-3.0.0"
MANDATORY = ("title", "description", "identifier", "publisher", "creator", "accessRights")
few = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def official(graph: Graph) -> list[Finding]:
    """Stands for the profile: a violation for each mandatory property that is gone."""
    return [
        Finding(
            code="shacl",
            severity=Severity.VIOLATION,
            profile=PROFILE,
            profiles=(PROFILE,),
            subject=DATASET,
            focus_node=DATASET,
            path=name,
        )
        for name in MANDATORY
        if not any(f"/{name}> " in x for x in graph.about(f"<{DATASET}>"))
    ]


def scored(graph: Graph, **values: Any) -> list[Score]:
    found = official(graph)
    judged = judge(graph, now=made.TODAY, official=found, **values)
    return scores(
        graph,
        [*found, *judged.findings],
        verdicts=judged.verdicts,
        profiles=[PROFILE],
        probes=values.get("probes"),
    )


BEST = scored(VALID, probes=PROBES)[0]


def test_the_valid_catalogue_passes_everything() -> None:
    assert set(BEST.criteria.values()) == {"pass"}
    assert (BEST.mqa["points"], BEST.mqa["rating"], BEST.stars) == (405, "excellent", 3)
    assert BEST.mqa["unmeasured"] == []
    assert BEST.conforms == {PROFILE: True}


def assert_no_better(graph: Graph) -> None:
    (score,) = scored(graph, probes=PROBES)
    for criterion, verdict in score.criteria.items():
        assert WORST[verdict] >= WORST[BEST.criteria[criterion]]  # type: ignore[index]
    assert score.mqa["points"] <= BEST.mqa["points"]
    assert score.stars <= BEST.stars
    for metric, points in score.mqa["metrics"].items():
        assert 0 <= points <= BEST.mqa["metrics"][metric]


@few
@given(st.sets(st.sampled_from(REMOVABLE), min_size=1, max_size=12))
def test_removing_values_never_raises_a_score(gone: set[str]) -> None:
    assert_no_better(Graph(x for x in VALID.lines if x not in gone))


ODD = [
    *('"x"', '""', '"\\u00e9"@nl', '"a\\nb\\"c"@en-GB', '"0000"', '"9999-12-31"', '"2020-13-45"'),
    *("_:q", "<urn:a>", f"<{DATASET}>", "<http://[::1/>", "<https://example.org/%zz>"),
]


@few
@given(st.lists(st.tuples(st.sampled_from(VALID.lines), st.sampled_from(ODD)), max_size=12))
def test_no_value_however_odd_breaks_the_judgement(changed: list[tuple[str, str]]) -> None:
    odd = {line: " ".join([*line.split(" ", 2)[:2], value, "."]) for line, value in changed}

    for score in scored(Graph([*VALID.lines, *odd.values()])) + scored(
        Graph(odd.get(x, x) for x in VALID.lines)
    ):
        assert 0 <= score.mqa["points"] <= 405
        assert 0 <= score.stars <= 5
        assert set(score.criteria.values()) <= set(WORST)


def test_removing_one_value_never_raises_a_score() -> None:
    for gone in REMOVABLE:
        assert_no_better(Graph(x for x in VALID.lines if x != gone))


@few
@given(st.permutations(VALID.lines))
def test_the_order_of_statements_never_matters(lines: list[str]) -> None:
    judged = judge(Graph(lines), now=made.TODAY, official=[], probes=PROBES)

    assert judged == judge(VALID, now=made.TODAY, official=[], probes=PROBES)


def test_scores_of_random_catalogues_lie_within_their_bounds() -> None:
    graph = made.catalogue(seed=7, size=400)
    judged = judge(graph, now=made.TODAY, official=[])

    found = scores(graph, judged.findings, verdicts=judged.verdicts, profiles=[PROFILE])

    assert len(found) == 400
    assert all(0 <= x.mqa["points"] <= 405 and 0 <= x.stars <= 5 for x in found)
    assert {v for x in found for v in x.criteria.values()} == {"pass", "partly", "fail", "unknown"}
    assert {x.stars for x in found} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("licence", "kind", "expected"),
    [
        ("<https://creativecommons.org/licenses/by-nc/4.0/>", "CSV", 0),
        ("<https://creativecommons.org/licenses/by/4.0/>", "PDF", 1),
        ("<https://creativecommons.org/licenses/by/4.0/>", "XLSX", 2),
        ("<https://creativecommons.org/licenses/by/4.0/>", "CSV", 3),
        ("<https://creativecommons.org/licenses/by/4.0/>", "RDF_TURTLE", 4),
    ],
)
def test_stars_follow_licence_and_format(licence: str, kind: str, expected: int) -> None:
    graph = Graph(
        [
            "<urn:d> <http://www.w3.org/ns/dcat#distribution> <urn:x> .",
            f"<urn:x> <http://purl.org/dc/terms/license> {licence} .",
            f"<urn:x> <http://purl.org/dc/terms/format> <{made.EU}file-type/{kind}> .",
            "<urn:x> <http://www.w3.org/ns/dcat#accessURL> <https://example.org/x> .",
        ]
    )

    assert stars(Index(graph), "<urn:d>") == expected


def test_a_file_on_an_inner_address_has_no_stars() -> None:
    graph = Graph(x.replace("files.example.org", "10.0.0.1").replace("api.example.org", "10.0.0.2")
                  for x in VALID.lines)  # fmt: skip

    assert [stars(Index(x), f"<{DATASET}>") for x in (VALID, graph)] == [3, 0]


def test_linked_data_that_names_what_it_links_to_has_five_stars() -> None:
    graph = Graph(
        [
            "<urn:d> <http://www.w3.org/ns/dcat#distribution> <urn:x> .",
            "<urn:d> <http://rdfs.org/ns/void#subset> <urn:links> .",
            "<urn:x> <http://purl.org/dc/terms/license> "
            "<http://creativecommons.org/publicdomain/zero/1.0/> .",
            f"<urn:x> <http://purl.org/dc/terms/format> <{made.EU}file-type/JSON_LD> .",
            "<urn:x> <http://www.w3.org/ns/dcat#accessURL> <https://example.org/x> .",
        ]
    )

    assert stars(Index(graph), "<urn:d>") == 5


def test_aggregates_count_and_average() -> None:
    worse = scored(Graph(x for x in VALID.lines if "keyword" not in x))[0]

    (one,) = by_publisher([BEST, worse])

    assert one.name == "Dienst Uitvoering Onderwijs"
    assert one.criteria["8"] == {"fail": 1, "pass": 1}
    assert one.points == (405 + worse.mqa["points"]) / 2
    assert one.conforms == {PROFILE: 2}
    assert aggregate([]).datasets == 0


def test_a_profile_that_was_not_checked_of_a_dataset_is_not_counted_for_it() -> None:
    other = msgspec.structs.replace(BEST, conforms={"supplement": True})

    assert aggregate([BEST, other]).conforms == {PROFILE: 1, "supplement": 1}


def test_source_and_key_come_from_our_own_addresses() -> None:
    base = "https://example.org/"
    iri = f"{base}dataset/duo-pages/primair-onderwijs/leerlingen%23po"
    graph = Graph([f"<{iri}> {made.A} <http://www.w3.org/ns/dcat#Dataset> ."])
    judged = judge(graph, now=made.TODAY)

    (found,) = scores(graph, [], verdicts=judged.verdicts, profiles=[], base=base)

    assert (found.source, found.key) == ("duo-pages", "primair-onderwijs/leerlingen#po")


def test_source_and_key_are_what_is_given_else_the_identifier_or_the_address() -> None:
    judged = judge(VALID, now=made.TODAY)
    bare = Graph([f"<{DATASET}> {made.A} <http://www.w3.org/ns/dcat#Dataset> ."])

    (given,) = scores(VALID, [], verdicts=judged.verdicts, profiles=[], keys={DATASET: ("s", "k")})
    (own,) = scores(VALID, [], verdicts=judged.verdicts, profiles=[])
    (none,) = scores(bare, [], verdicts=judge(bare, now=made.TODAY).verdicts, profiles=[])

    assert (given.source, given.key) == ("s", "k")
    assert (own.source, own.key.startswith("https://")) == ("", True)
    assert (none.source, none.key, none.publisher, none.title) == ("", DATASET, "", "")


def test_judging_is_fast_enough_for_a_national_catalogue() -> None:
    """4,000 datasets within seconds even on a busy machine; bench/criteria.py has the figures."""
    from time import process_time

    graph = made.catalogue(seed=random.Random(1).randrange(9), size=1000)
    start = process_time()

    judge(graph, now=made.TODAY, official=[])

    assert process_time() - start < 3
