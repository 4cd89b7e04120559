"""`dcat-harvest join` on a small release: lists, pairs, pictures, and mistakes of the user."""

import json
import xml.dom.minidom
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from dcat_harvest import records
from dcat_harvest.build import build
from dcat_harvest.cli import cli
from dcat_harvest.iri import Names
from dcat_harvest.join.catalogue import items
from dcat_harvest.join.pairs import bridges
from dcat_harvest.join.render import Listed
from dcat_harvest.model import (
    Agent,
    Annotation,
    CatalogInfo,
    Dataset,
    Dimension,
    Distribution,
    Period,
)
from dcat_harvest.remap import Dates


def duo(key: str, title: str, *columns: str, **fields: Any) -> Dataset:
    file = Distribution(
        access_url=f"https://duo.example.org/{key}.csv", format="CSV", columns=columns,
        licence="cc-by",
    )  # fmt: skip
    return Dataset(source="duo", key=key, title=title, distributions=(file,), **fields)


PUPILS = duo(
    "leerlingen", "Leerlingen vo per vestiging", "SCHOOLJAAR", "BRIN NUMMER", "VESTIGINGSNUMMER",
    "AANTAL", period=Period(start="2016-08-01", end="2024-07-31"),
    annotations=(Annotation(kind="suppression", text="Aantallen onder 5 staan er als <5."),),
)  # fmt: skip
SITES = duo("adressen", "Adressen vestigingen vo", "VESTIGINGSCODE", "GM_CODE", "RMC-REGIO CODE")
FIGURES = Dataset(
    source="cbs", key="T1", title="Kerncijfers; regio (indeling 2020)",
    publisher=Agent(name="Centraal Bureau voor de Statistiek"),
    period=Period(start="2019-01-01", end="2022-12-31"),
    licence="https://creativecommons.org/licenses/by/4.0/",
    distributions=(Distribution(access_url="https://cbs.example.org/ODataFeed/OData/T1"),),
    dimensions=(
        Dimension(key="RegioS", title="Regio's", kind="geo", codes=("GM0363", "NL01")),
        Dimension(key="Perioden", kind="time", codes=("2019JJ00",)),
    ),
)  # fmt: skip
NATIONAL = Dataset(
    source="cbs", key="T2", title="Uitgaven", dimensions=(Dimension(key="Perioden", kind="time"),)
)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    release = tmp_path / "current"
    records.write(release / "records", "duo", ([PUPILS, SITES], []))
    records.write(release / "records", "cbs", ([FIGURES, NATIONAL], []))
    manifest = {"base": "https://example.org/"}
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


def join(output: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["join", *arguments, "--output", str(output)])


def listed(output: Path, *arguments: str) -> list[dict[str, Any]]:
    done = join(output, *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return list(json.loads(done.stdout))


def test_the_list_names_dataset_title_source_key_level_and_columns(output: Path) -> None:
    rows = listed(output)

    first = next(r for r in rows if r["key"] == "leerlingen" and r["level"] == "vestiging")
    assert first["dataset"] == "https://example.org/dataset/duo/leerlingen"
    assert first["columns"] == ["VESTIGINGSNUMMER"]
    assert first["certainty"] == "column"
    assert first["caveats"] == ["suppression: Aantallen onder 5 staan er als <5."]
    assert {(r["key"], r["level"]) for r in rows} == {
        ("leerlingen", "vestiging"), ("leerlingen", "instelling"), ("adressen", "vestiging"),
        ("adressen", "gemeente"), ("adressen", "rmc-regio"), ("T1", "gemeente"), ("T1", "land"),
        ("T2", "land"),
    }  # fmt: skip


SCHEMA = Path(__file__).parents[2] / "src/dcat_harvest/report/schemas/join.json"


def test_the_list_has_a_schema_and_keeps_to_it(
    output: Path, request: pytest.FixtureRequest
) -> None:
    schema = msgspec.json.schema(list[Listed])
    if request.config.getoption("--regenerate"):
        SCHEMA.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")

    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(schema))
    for rows in (listed(output), listed(output, "T1")):
        assert msgspec.convert(rows, list[Listed])


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("--level", "gemeente"), {"adressen", "T1"}),
        (("--sector", "vo"), {"leerlingen", "adressen"}),
        (("--period", "2023/.."), {"leerlingen", "adressen", "T2"}),
        (("--period", "../2015"), {"adressen", "T2"}),
        (("--about", "kerncijfers"), {"T1"}),
        (("--region", "Utrecht"), {"adressen", "T1"}),
        (("--region", "Flevoland"), {"adressen", "T1"}),
        (("--region", "RMC-regio Achterhoek"), {"adressen", "T1"}),
        (("--region", "onderwijsregio Achterhoek"), set()),
        (("--region", "Nederland"), {"leerlingen", "adressen", "T1", "T2"}),
        (("--region", "GM0363"), {"adressen", "T1"}),
        (("--region", "3511"), set()),
        (("T1",), {"adressen"}),
    ],
)
def test_filters_narrow_the_list(arguments: tuple[str, ...], keys: set[str], output: Path) -> None:
    assert {r["key"] for r in listed(output, *arguments)} == keys


def test_two_files_join_on_the_site(output: Path) -> None:
    (said,) = [
        w
        for w in json.loads(join(output, "leerlingen", "adressen", "--format", "json").stdout)[
            "direct"
        ]
        if w["level"] == "vestiging"
    ]

    assert said["left_columns"] == ["BRIN NUMMER", "VESTIGINGSNUMMER"]
    assert said["right_columns"] == ["VESTIGINGSCODE"]
    assert said["licence"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_table_between_is_found_where_nothing_joins_directly(output: Path) -> None:
    said = json.loads(join(output, "leerlingen", "T1", "--format", "json").stdout)

    assert said["direct"] == []
    assert [(x["first"]["level"], x["second"]["level"]) for x in said["between"]] == [
        ("vestiging", "gemeente")
    ]
    assert said["between"][0]["second"]["right_columns"] == ["Regio's"]


def test_a_table_with_one_region_dimension_is_no_table_between() -> None:
    named = duo("namen", "Studenten", "GEMEENTENAAM", "AANTAL")
    corop = duo("corop", "Vacatures", "COROPGEBIED CODE", "AANTAL")
    region = Dimension(key="RegioS", title="Regio's", kind="geo", codes=("GM0363", "CR23"))
    table = Dataset(source="cbs", key="T3", title="Kerncijfers", dimensions=(region,))

    a, b, c = items([named, corop, table], Names("https://example.org/"))

    assert bridges(a, b, [a, b, c]) == []


def test_a_national_table_joins_with_nothing(output: Path) -> None:
    done = join(output, "T2", "leerlingen")

    assert done.exit_code == 0
    assert "niet te koppelen" in done.stdout


def test_the_text_tells_period_licence_and_what_to_mind(output: Path) -> None:
    text = join(output, "adressen", "T1").stdout

    assert "gemeente: GM_CODE = Regio's" in text
    assert "creativecommons.org/licenses/by/4.0" in text
    assert "indeling 2020" in text


def test_the_picture_is_whole_and_without_a_script(output: Path) -> None:
    done = join(output, "--format", "svg")

    xml.dom.minidom.parseString(done.stdout)
    assert "<script" not in done.stdout
    assert done.stdout.count("<circle") == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("niets",), "no such dataset"),
        (("--period", "gisteren"), "--period"),
        (("--region", " "), "--region"),
        (("T1", "--recipe", "duckdb"), "two datasets"),
        (("T1", "leerlingen", "--recipe", "duckdb"), "no recipe"),
    ],
)
def test_a_mistake_is_told_with_exit_code_two(
    arguments: tuple[str, ...], words: str, output: Path
) -> None:
    done = join(output, *arguments)

    assert words in str(done.exception)
    assert getattr(done.exception, "exit_code", None) == 2


def test_what_is_published_of_levels_is_linked_data_without_blank_nodes() -> None:
    moment = Dates(issued="2026-11-02T06:00:00Z", modified="2026-11-02T06:00:00Z")
    built = build(
        {"duo": ([PUPILS], []), "cbs": ([FIGURES], [])},
        names=Names("https://example.org/"),
        catalog=CatalogInfo(),
        dates=lambda d: moment,
        modified="2026-11-02T06:00:00Z",
    )

    text = "\n".join(x for lines in built.lines.values() for x in lines)
    one = "<https://example.org/dataset/duo/leerlingen> <https://w3id.org/dcat-harvest/def#"
    assert f"{one}level> <https://w3id.org/dcat-harvest/def#level-vestiging>" in text
    assert f"{one}timeGrain> <https://w3id.org/dcat-harvest/def#time-schooljaar>" in text
    assert f"{one}unit> <https://w3id.org/dcat-harvest/def#unit-leerling>" in text
    assert '<http://www.w3.org/ns/csvw#title> "BRIN NUMMER"' in text
    assert '"P1Y"^^<http://www.w3.org/2001/XMLSchema#duration>' in text
    assert "http://purl.org/linked-data/cube#DimensionProperty" in text
    assert "_:" not in text
