from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat_harvest import jsonld
from dcat_harvest.build import build, tombstone
from dcat_harvest.iri import Names, part, web_address
from dcat_harvest.mapping import Mapper
from dcat_harvest.model import (
    Agent,
    Annotation,
    CatalogInfo,
    Checksum,
    Contact,
    DataService,
    Dataset,
    Distribution,
    Link,
    Period,
)
from dcat_harvest.remap import Dates

NAMES = Names("https://x.test/")
DATES = Dates(issued="2026-01-01T00:00:00Z", modified="2026-01-02T00:00:00Z")
DUO = Agent(name="DUO", iri="http://standaarden.overheid.nl/owms/terms/DUO")


def dataset(**values: Any) -> Dataset:
    return Dataset(source="duo-ckan", **{"key": "k", "title": "Titel", **values})


def lines(*datasets: Dataset, services: tuple[DataService, ...] = ()) -> list[str]:
    built = build(
        {"duo-ckan": (list(datasets), list(services))},
        names=NAMES,
        catalog=CatalogInfo(),
        dates=lambda d: DATES,
        modified="2026-01-02T00:00:00Z",
    )
    return built.graph().lines


def said(found: list[str], subject: str, predicate: str) -> list[str]:
    start = f"<{subject}> <{predicate}> "
    return [x.removeprefix(start).removesuffix(" .") for x in found if x.startswith(start)]


def test_a_dataset_has_its_own_name_with_slashes_kept_and_the_rest_encoded() -> None:
    assert NAMES.dataset("s", "a b/c#d") == "https://x.test/dataset/s/a%20b/c%23d"


def test_a_file_is_named_after_its_address_not_after_its_place() -> None:
    files = [Distribution(access_url=f"https://x.test/{n}.csv") for n in "ab"]

    one = {x for x in lines(dataset(distributions=tuple(files))) if "#distribution-" in x}
    other = {x for x in lines(dataset(distributions=tuple(files[::-1]))) if "#distribution-" in x}

    assert one == other


def test_nothing_that_is_published_is_a_blank_node() -> None:
    full = dataset(
        publisher=DUO,
        contact=Contact(name="Loket", email="a@x.test"),
        period=Period(start="2020-01-01", end="2020-12-31"),
        annotations=(
            Annotation(kind="quality", text="goed"),
            Annotation(kind="sources", text="ROD"),
        ),
        distributions=(
            Distribution(
                access_url="https://x.test/a", checksum=Checksum(algorithm="md5", value="ab")
            ),
        ),
        other_identifiers=("uuid",),
        contributors=(Agent(name="OCW"),),
    )

    assert not [x for x in lines(full) if "_:" in x.split('"')[0]]


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("2023", "gYear"),
        ("2023-05", "gYearMonth"),
        ("2023-05-01", "date"),
        ("2023-05-01T01:02:03", "dateTime"),
    ],
)
def test_a_date_keeps_the_precision_of_its_source(value: str, datatype: str) -> None:
    found = said(
        lines(dataset(issued=value)),
        NAMES.dataset("duo-ckan", "k"),
        "http://purl.org/dc/terms/issued",
    )

    assert found == [f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>']


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"issued": "gisteren"}, "bad-date"),
        ({"landing_page": "javascript:alert(1)"}, "bad-address"),
        ({"frequency": "als het uitkomt"}, "unknown-word"),
        ({"title": "a\x00b"}, "control-characters"),
        ({"licence": "eigen voorwaarden"}, "unknown-word"),
    ],
)
def test_a_value_that_cannot_be_published_is_left_out_and_reported(
    values: dict[str, Any], code: str
) -> None:
    distribution = Distribution(access_url="https://x.test/a")
    mapper = Mapper(NAMES, "duo-ckan")

    nodes = list(mapper.dataset(dataset(**{"distributions": (distribution,), **values})))

    assert code in {f.code for f in mapper.findings}
    assert list(jsonld.lines(map(jsonld.tidy, nodes)))


def test_two_files_with_one_address_are_one_distribution_and_a_finding() -> None:
    twice = tuple(Distribution(access_url="https://x.test/a", title=t) for t in ("een", "twee"))

    built = build(
        {"s": ([dataset(distributions=twice)], [])},
        names=NAMES,
        catalog=CatalogInfo(),
        dates=lambda d: DATES,
        modified="2026-01-02T00:00:00Z",
    )

    assert [f.code for f in built.findings] == ["duplicate-file"]
    assert sum("dcat#distribution>" in x for x in built.graph().lines) == 1


def test_a_service_takes_the_one_licence_of_what_it_serves_and_none_of_several() -> None:
    service = DataService(
        source="duo-ckan", key="api", title="API", description="API", identifier="https://x.test/api",
        endpoint_url="https://x.test/api", endpoint_description="https://x.test/doc",
    )  # fmt: skip
    by, zero = "https://creativecommons.org/licenses/by/4.0/", "cc0"
    name, key = NAMES.service("duo-ckan", "api"), "http://purl.org/dc/terms/license"

    def made(*licences: str) -> list[str]:
        files = tuple(
            Distribution(access_url=f"https://x.test/{n}", service="api", licence=x)
            for n, x in enumerate(licences)
        )
        return said(lines(dataset(distributions=files), services=(service,)), name, key)

    assert made(by, by) == [f"<{by}>"]
    assert made(by, zero) == []


def test_an_hvd_dataset_marks_its_files_and_services_too() -> None:
    law = "http://data.europa.eu/r5r/applicableLegislation"

    found = lines(dataset(hvd=True, distributions=(Distribution(access_url="https://x.test/a"),)))

    assert sum(f"<{law}>" in x for x in found) == 2


def test_a_link_to_a_source_of_the_figures_is_provenance() -> None:
    url = "https://x.test/onderzoek"
    links = (Link(url=url, title="Onderzoek", role="source"), Link(url="https://x.test/verwant"))

    found = lines(dataset(links=links))

    (node,) = said(found, NAMES.dataset("duo-ckan", "k"), "http://purl.org/dc/terms/provenance")
    assert said(found, node[1:-1], "http://www.w3.org/2000/01/rdf-schema#seeAlso") == [f"<{url}>"]


def test_a_withdrawn_dataset_is_a_record_and_no_dataset() -> None:
    tomb = jsonld.tidy(tombstone(NAMES, "s", "weg", "Titel", "2026-01-01T00:00:00Z"))

    found = list(jsonld.lines([tomb]))

    assert any("adms/status/Withdrawn" in x for x in found)
    assert not any("dcat#Dataset>" in x for x in found)


def test_a_part_of_a_part_has_one_fragment() -> None:
    assert part(part("https://x.test/a", "b"), "c") == "https://x.test/a#b-c"


@pytest.mark.parametrize("text", ["http://[::1", "http://[x]/", "https://x.test/" + "a" * 8000])
def test_an_address_that_cannot_be_asked_is_not_published(text: str) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize(
    "iri",
    ["agent/../../kwaad", "agent/a/b", "agent/", "catalog", "catalog#x", "dataset/duo/k", "agent"],
)
def test_a_publisher_has_no_name_that_is_ours_to_give(iri: str) -> None:
    names = Names("https://x.test/")
    stated = Dataset(source="s", key="k", publisher=Agent(name="P", iri=f"https://x.test/{iri}"))

    nodes = list(Mapper(names, "s").dataset(stated))

    assert nodes[0]["publisher"] == names.agent("P")


def test_a_long_name_gives_a_name_that_a_disk_takes() -> None:
    assert len(Names("").agent("x" * 100_000)) < 250


@given(st.text(max_size=80))
def test_every_web_address_is_an_iri_that_pyoxigraph_reads(text: str) -> None:
    address = web_address(f"https://x.test/{text}")

    if address is not None:
        assert list(jsonld.lines([{"@id": address, "@type": "foaf:Document"}]))


def test_an_address_with_a_password_is_never_published() -> None:
    assert web_address("https://user:secret@x.test/file.csv") is None
    assert web_address("https://x.test/@user") == "https://x.test/@user"
