"""The points of the MQA are those of the queries, and those of a table worked out by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import made
import pyoxigraph as ox
import pytest

from dcat_harvest import resources
from dcat_harvest.check import mqa
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.constraints import datasets
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.statements import Index, bare
from dcat_harvest.graph import Graph

pytest_plugins = ("world_release",)
HERE = Path(__file__).parent
PV = "https://piveau.eu/ns/voc#"
IN_SCHEME = "<http://www.w3.org/2004/02/skos/core#inScheme>"
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def known_lists() -> Iterator[str]:
    """The code lists as the statements that the queries read."""
    licences = v.table("codelists/mqa-licences.toml")
    for scheme, codes in (
        ("file-type", v.table("codelists/file-types.toml")["codes"]),
        ("access-right", v.table("scores.toml")["mqa"]["access_right"]["codes"]),
        ("licence", licences["codes"]),
    ):
        for code in codes:
            yield f"<{EU}{scheme}/{code}> {IN_SCHEME} <{EU}{scheme}> ."
    for iri in licences["iris"]:
        yield f"<urn:list> <http://www.w3.org/2004/02/skos/core#exactMatch> <{iri}> ."
    for kind in v.media_types():
        yield f"<{IANA}/{kind}> {IN_SCHEME} <{IANA}> ."


def measurements(index: Index, probes: Mapping[str, Probe]) -> Iterator[str]:
    """What HEAD gave, as DQV measurements of distributions."""
    names = {v.ACCESS_URL: "accessUrlStatusCode", v.DOWNLOAD_URL: "downloadUrlStatusCode"}
    number = 0
    for dataset in datasets(index):
        for distribution, address in addresses(index, dataset):
            probe = probes.get(bare(address))
            for predicate, metric in names.items():
                if probe and probe.head and address in index.objects(distribution, predicate):
                    number += 1
                    node = f"<urn:measurement:{number}>"
                    yield f"{node} <{v.DQV}computedOn> {distribution} ."
                    yield f"{node} <{v.DQV}isMeasurementOf> <{PV}{metric}> ."
                    yield f'{node} <{v.DQV}value> "{probe.head}"^^<{INTEGER}> .'


def violations(broken: Iterable[str]) -> Iterator[str]:
    sh = "http://www.w3.org/ns/shacl#"
    for number, dataset in enumerate(broken):
        node = f"<urn:result:{number}>"
        yield f"{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{sh}ValidationResult> ."
        yield f"{node} <{sh}resultSeverity> <{sh}Violation> ."
        yield f"{node} <https://w3id.org/dcat-harvest/def#dataset> <{dataset}> ."


def by_queries(
    graph: Graph, probes: Mapping[str, Probe], broken: frozenset[str]
) -> dict[str, dict[str, int]]:
    """Dataset to points per metric, by the queries alone."""
    index = Index(graph)
    store = ox.Store()
    extra = [*known_lists(), *measurements(index, probes), *violations(broken)]
    store.bulk_load("\n".join([*graph.lines, *extra, ""]).encode(), format=ox.RdfFormat.N_TRIPLES)
    own: dict[str, dict[str, int]] = defaultdict(dict)
    parts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for metric in mqa.metrics():
        found = store.query(resources.text(f"queries/mqa/{metric.name}.rq"))
        assert isinstance(found, ox.QuerySolutions)
        for row in found:
            where = own[row["dataset"].value]
            if not metric.of_dataset:
                where = parts[row["dataset"].value][str(row["distribution"])]
            where[metric.name] = int(row["points"].value)
    for dataset, distributions in parts.items():
        best = min(distributions, key=lambda x: (-sum(distributions[x].values()), x))
        own[dataset] |= distributions[best]
    return own


def by_code(
    graph: Graph, probes: Mapping[str, Probe], broken: frozenset[str]
) -> dict[str, dict[str, int]]:
    index = Index(graph)
    return {
        bare(x): {
            name: points
            for name, points in mqa.points(
                index, x, compliant=bare(x) not in broken, probes=probes
            ).metrics.items()
            if points
        }
        for x in datasets(index)
    }


def assert_same(graph: Graph, probes: Mapping[str, Probe], broken: frozenset[str]) -> None:
    queried = by_queries(graph, probes, broken)
    for dataset, points in by_code(graph, probes, broken).items():
        assert points == queried.get(dataset, {}), dataset


def probed(graph: Graph) -> dict[str, Probe]:
    """An answer for each address, of every kind in turn."""
    index = Index(graph)
    urls = sorted({bare(x) for d in datasets(index) for _, x in addresses(index, d)})
    kinds = (200, 302, 404, 405, None, 200)
    return {
        url: Probe(url=url, time="", head=kinds[i % 6], status=200)
        for i, url in enumerate(urls)
        if i % 7
    }


def test_the_table_worked_out_by_hand_is_what_the_code_gives() -> None:
    graph = Graph.parse((HERE / "mqa" / "ten.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    lines = (HERE / "mqa" / "ten.tsv").read_text(encoding="utf-8").splitlines()
    names, *rows = (line.split("\t") for line in lines if not line.startswith("#"))
    index = Index(graph)
    alive = {
        f"https://ok.example.org/{x}": Probe(url="", time="", head=200, status=200)
        for x in ("a.csv", "b.xlsx", "d.json", "j.ods")
    } | {"https://ok.example.org/c.zip": Probe(url="", time="", head=405, status=200)}

    for name, compliant, *points in rows:
        found = mqa.points(
            index, f"<https://example.org/{name}>", compliant=compliant == "yes", probes=alive
        )
        expected = dict(zip(names[2:-2], map(int, points[:-2]), strict=True))

        assert dict(found.metrics) == expected, name
        assert (found.total, mqa.rating(found.total)) == (int(points[-2]), points[-1]), name


def test_the_metrics_are_all_of_the_definition() -> None:
    assert sum(x.points for x in mqa.metrics()) == v.table("scores.toml")["mqa"]["total"] == 405
    sums: dict[str, int] = defaultdict(int)
    for x in mqa.metrics():
        sums[x.dimension] += x.points
    assert sums == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }


def test_there_is_a_query_for_each_metric() -> None:
    names = {x.stem for x in resources.path("queries/mqa").glob("*.rq")}

    assert names == {x.name for x in mqa.metrics()}


def test_code_and_queries_give_the_same_points_on_the_hand_made_datasets() -> None:
    graph = Graph.parse((HERE / "mqa" / "ten.ttl").read_bytes(), ox.RdfFormat.TURTLE)

    assert_same(graph, probed(graph), frozenset({"https://example.org/b"}))


@pytest.mark.parametrize("seed", [1, 2])
def test_code_and_queries_give_the_same_points_on_random_catalogues(seed: int) -> None:
    graph = made.catalogue(seed, size=300)
    broken = frozenset(f"https://example.org/dataset/{x}" for x in range(0, 300, 3))

    assert_same(graph, probed(graph), broken)


@pytest.mark.world
def test_code_and_queries_give_the_same_points_on_the_recorded_world(release: Path) -> None:
    graph = Graph((release / "catalog.nt").read_text(encoding="utf-8").splitlines())

    assert len(by_code(graph, {}, frozenset())) > 3000
    assert_same(graph, probed(graph), frozenset())


@pytest.mark.world
def test_code_and_queries_give_the_same_points_on_every_defect(shared: Path) -> None:
    for path in sorted((shared / "data" / "defects").glob("*.ttl")):
        graph = Graph.parse(path.read_bytes(), ox.RdfFormat.TURTLE)

        assert_same(graph, probed(graph), frozenset())


@pytest.mark.parametrize(
    ("total", "name"),
    [
        *((405, "excellent"), (351, "excellent"), (350, "good"), (221, "good")),
        *((220, "sufficient"), (121, "sufficient"), (120, "bad"), (0, "bad")),
    ],
)
def test_the_rating_follows_the_bounds(total: int, name: str) -> None:
    assert mqa.rating(total) == name


def test_an_address_that_was_not_probed_gives_no_points_and_says_so() -> None:
    graph = Graph.parse((HERE / "mqa" / "ten.ttl").read_bytes(), ox.RdfFormat.TURTLE)

    found = mqa.points(Index(graph), "<https://example.org/a>", compliant=True, probes=None)

    assert found.unmeasured == ("accessUrlStatusCode", "downloadUrlStatusCode")
    assert found.metrics["accessUrlStatusCode"] == 0
