"""Recipes are run on small files in the structure of the recorded ones; texts and figures ours."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.iri import Names
from dcat_harvest.join import Item, joinings
from dcat_harvest.join.catalogue import items
from dcat_harvest.join.recipe import written
from dcat_harvest.model import Dataset, Dimension, Distribution

DUO_FILE = "https://duo.example.org/file.csv"
FEED = "https://opendata.example.org/ODataFeed/OData/T"
Cells = tuple[tuple[str, ...], ...]


class Case(NamedTuple):
    """One join: header and rows of DUO, region dimension and rows of CBS, and what must match."""

    name: str
    columns: tuple[str, ...]
    rows: Cells
    region: tuple[str, str]
    cbs: Cells
    level: str
    keys: int
    matched: int
    joined: int


# ruff: noqa: E501 - rows of tables are read side by side

CASES = (
    Case("pupils per gemeente x key figures", ("PEILJAAR", "GEMEENTENUMMER", "AANTAL_LEERLINGEN"),
         (("2019", "363", "12"), ("2020", "0363", "<5"), ("2020", "14", "-1"), ("2020", "1", "3")),
         ("RegioS", "Regio's"), (("GM0363  ", "2020JJ00"), ("GM0014  ", "2020JJ00"), ("NL01    ", "2020JJ00")),
         "gemeente", 3, 2, 2),
    Case("history x pupils per school region",
         ("SCHOOLJAAR", "INSTELLINGSCODE", "VESTIGINGSCODE", "GEMEENTECODE_VESTIGING", "AANTAL_LEERLINGEN"),
         (("2019/2020", "01AA", "01AA00", "0363", "100"), ("2020/2021", "01AA", "01AA00", "0363", "90")),
         ("RegioS", "Regio's"), (("GM0363", "2019SJ00"), ("GM0363", "2020SJ00"), ("PV27", "2019SJ00")),
         "gemeente", 1, 1, 2),
    Case("mbo students x mbo participants", ("JAAR", "INSTELLINGSCODE", "GEMEENTENUMMER INSTELLING", "AANTAL"),
         (("2015", "25AA", "518", "1000"), ("2015", "25BB", "599", "2000")),
         ("Regiokenmerken", "Regiokenmerken"), (("GM0518", "2015SJ00"), ("LD03", "2015SJ00")),
         "gemeente", 2, 1, 1),
    Case("boards x key figures", ("BEVOEGD GEZAG NUMMER", "POSTCODE", "GEMEENTENUMMER"),
         (("41001", "1234 AB", "0344"), ("41002", "2345 BC", "0344")),
         ("RegioS", "Regio's"), (("GM0344", "2022JJ00"),), "gemeente", 1, 1, 2),
    Case("head sites per corop x pupils", ("BRIN NUMMER", "COROPGEBIED CODE", "RMC-REGIO CODE"),
         (("01AA", "23", "21"), ("02BB", "07", "12")),
         ("RegioS", "Regio's"), (("CR23", "2021SJ00"), ("CR01", "2021SJ00")), "corop", 2, 1, 1),
    Case("head sites per provincie x pupils", ("BRIN NUMMER", "PROVINCIE"),
         (("01AA", "Noord-Holland"), ("02BB", "FRIESLAND"), ("03CC", "Utrecht")),
         ("RegioS", "Regio's"), (("PV27", "2021SJ00"), ("PV21", "2021SJ00")), "provincie", 3, 2, 2),
    Case("graduates x graduates of the region",
         ("PROVINCIENAAM", "GEMEENTENUMMER", "INSTELLINGSCODE_ACTUEEL", "DIPLOMAJAAR", "AANTAL_GEDIPLOMEERDEN"),
         (("Groningen", "14", "21PC", "2019", "1.234"), ("Utrecht", "344", "21PD", "2019", "-1")),
         ("RegioS", "Regio's"), (("GM0014", "2019SJ00"), ("GM0344", "2018SJ00")), "gemeente", 2, 2, 1),
    Case("civic integration x key figures", ("COHORT", "GEMEENTE_CODE", "AANTAL"),
         (("2021", "GM0363", "10"), ("2021", "GM0599", "20")),
         ("RegioS", "Regio's"), (("GM0363", "2021JJ00"), ("GM0599", "2021JJ00")), "gemeente", 2, 2, 2),
    Case("students x early leavers by home", ("STUDIEJAAR", "GEMEENTENUMMER", "INSTELLINGSCODE_ACTUEEL"),
         (("2006", "0363", "21PA"), ("2006", "0518", "21PB")),
         ("Woongemeente", "Woongemeente"), (("GM0363", "2006JJ00"),), "gemeente", 2, 1, 1),
    Case("funding per gemeente x policy on arrears", ("PEILDATUM", "BRINNUMMER", "GEMEENTENUMMER"),
         (("2003-10-01", "01AA", "0363"), ("2004-10-01", "01AA", "0363")),
         ("Gemeenten", "Gemeenten"), (("GM0363", "2003SJ00"), ("GM0363", "2004SJ00")), "gemeente", 1, 1, 2),
    Case("sites per provincie x vo pupils by home", ("BRIN NUMMER", "PROVINCIE VESTIGING"),
         (("01AA", "Drenthe"), ("02BB", "Limburg")),
         ("Regiokenmerken", "Regiokenmerken"), (("PV22", "2021SJ00"), ("PV31", "2021SJ00")),
         "provincie", 2, 2, 2),
)  # fmt: skip


def both(case: Case) -> tuple[Item, Item]:
    """The records that a harvest would give of the two."""
    duo = Distribution(access_url=DUO_FILE, format="CSV", columns=case.columns)
    key, title = case.region
    dimensions = (
        Dimension(key=key, title=title, kind="geo", codes=tuple(c for c, _ in case.cbs)),
        Dimension(key="Perioden", kind="time"),
    )
    first = Dataset(source="duo", key="a", title="A", licence="cc-by", distributions=(duo,))
    service = Distribution(access_url=FEED, service="odata3-feed")
    second = Dataset(
        source="cbs", key="b", title="B", distributions=(service,), dimensions=dimensions
    )
    one, two = items([first, second], Names("https://example.org/"))
    return one, two


def files(case: Case, folder: Path) -> tuple[Path, Path]:
    """The files as their hosts give them: CSV with semicolons, JSON of the feed."""
    lines = [case.columns, *case.rows]
    duo, cbs = folder / "duo.csv", folder / "cbs.json"
    duo.write_text("\n".join(";".join(row) for row in lines) + "\n", encoding="utf-8")
    value = [
        {"ID": n, case.region[0]: code, "Perioden": period, "Waarde_1": f"     {n}.5"}
        for n, (code, period) in enumerate(case.cbs)
    ]
    cbs.write_text(json.dumps({"odata.metadata": FEED, "value": value}), encoding="utf-8")
    return duo, cbs


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_sql_recipe_joins_duo_with_the_statistics_bureau(case: Case, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    a, b = both(case)
    duo, cbs = files(case, tmp_path)
    text = written(a, b, joinings(a, b), "duckdb", "en", level=case.level)

    base = duckdb.connect()
    text = text.replace(DUO_FILE, str(duo)).replace(f"{FEED}/UntypedDataSet?$format=json", str(cbs))
    keys, matched, rate = base.execute(text).fetchone()
    joined = base.execute("SELECT count(*) FROM joined").fetchone()[0]

    sys.stdout.write(f"{case.name}: {matched} of {keys} keys match ({rate:.0%})\n")
    assert (keys, matched, joined) == (case.keys, case.matched, case.joined)


def test_the_sql_recipe_turns_suppressed_figures_into_nothing(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    a, b = both(CASES[0])
    duo, cbs = files(CASES[0], tmp_path)
    text = written(a, b, joinings(a, b), "duckdb", "en")
    text = text.replace(DUO_FILE, str(duo)).replace(f"{FEED}/UntypedDataSet?$format=json", str(cbs))

    base = duckdb.connect()
    base.execute(text)
    found = base.execute('SELECT "AANTAL_LEERLINGEN", "AANTAL_LEERLINGEN_" FROM a').fetchall()

    assert dict(found) == {"12": 12.0, "<5": None, "-1": None, "3": 3.0}


@pytest.mark.parametrize("number", [0, 5])
def test_the_pandas_recipe_gives_the_same_keys(number: int, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    case = CASES[number]
    a, b = both(case)
    duo, cbs = files(case, tmp_path)
    recipe = tmp_path / "recipe.py"
    recipe.write_text(written(a, b, joinings(a, b), "pandas", "en", level=case.level), "utf-8")

    said = subprocess.run(
        [sys.executable, str(recipe), str(duo), str(cbs)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split()[:2] == [str(case.keys), str(case.matched)]


def vestigingen(*columns: str, key: str) -> Dataset:
    file = Distribution(access_url=f"https://duo.example.org/{key}.csv", columns=columns)
    return Dataset(source="duo", key=key, title=key, distributions=(file,))


def test_a_site_is_the_same_by_one_column_or_by_two(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    a, b = items(
        [
            vestigingen("BRINVESTIGINGSNUMMER", "AANTAL", key="a"),
            vestigingen("BRIN NUMMER", "VESTIGINGSNUMMER", key="b"),
        ],
        Names("https://example.org/"),
    )
    (tmp_path / "a.csv").write_text("BRINVESTIGINGSNUMMER,AANTAL\n01AA00,5\n02BB01,6\n")
    (tmp_path / "b.csv").write_text("BRIN NUMMER;VESTIGINGSNUMMER\n01AA;0\n02BB;02BB01\n")
    text = written(a, b, joinings(a, b), "duckdb", "nl")

    found = duckdb.connect().execute(
        text.replace("https://duo.example.org/a.csv", str(tmp_path / "a.csv")).replace(
            "https://duo.example.org/b.csv", str(tmp_path / "b.csv")
        )
    )

    assert found.fetchone()[:2] == (2, 2)


def test_names_are_not_joined_with_codes() -> None:
    named, coded = items(
        [vestigingen("GEMEENTENAAM", "AANTAL", key="a"), vestigingen("GM_CODE", "X", key="b")],
        Names("https://example.org/"),
    )

    with pytest.raises(UsageError, match="names"):
        written(named, coded, joinings(named, coded), "duckdb", "nl")


@pytest.mark.parametrize("dialect", ["duckdb", "pandas"])
def test_odd_names_and_titles_do_not_break_out_of_the_recipe(dialect: str) -> None:
    odd: dict[str, Any] = {"title": "A'; DROP TABLE x; --\nimport os", "source": "duo", "key": "a"}
    file = Distribution(
        access_url="https://example.org/a'b.csv", columns=("BRIN NUMMER", "AANTAL \"x'")
    )
    a, b = items(
        [Dataset(**odd, distributions=(file,)), vestigingen("BRIN", "C", key="b")],
        Names("https://example.org/"),
    )

    text = written(a, b, joinings(a, b), dialect, "nl")

    first = text.splitlines()[0]
    assert first.startswith(("-- a:", "# a:"))
    assert "import os" in first
    if dialect == "pandas":
        compile(text, "recipe.py", "exec")
    else:
        assert "a''b.csv" in text
        assert '"AANTAL ""x\'"' in text


@pytest.mark.parametrize("dialect", ["duckdb", "pandas"])
def test_a_recipe_says_that_a_workbook_has_to_be_saved_as_csv(dialect: str) -> None:
    file = Distribution(access_url="https://example.org/x.ODS?a=1", columns=("BRIN", "AANTAL"))
    book = Dataset(source="i", key="a", title="A", distributions=(file,))
    names = Names("https://example.org/")
    a, b, c = items(
        [book, vestigingen("BRIN", "C", key="b"), vestigingen("BRIN", "D", key="c")], names
    )

    said = written(a, b, joinings(a, b), dialect, "en").splitlines()[:6]

    assert any("Save its sheet as CSV first: https://example.org/x.ODS" in x for x in said)
    assert "Save its sheet" not in written(b, c, joinings(b, c), dialect, "en")
