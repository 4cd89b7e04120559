"""Coverage: a list's rows found in the catalogue on evidence, and never by a loose guess."""

import csv
import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from dcat_harvest import records, register
from dcat_harvest.archive import Replay
from dcat_harvest.cli import cli
from dcat_harvest.coverage import Found, coverage
from dcat_harvest.errors import UsageError
from dcat_harvest.harvest import harvest
from dcat_harvest.inventory import Row, read_rows
from dcat_harvest.iri import Names
from dcat_harvest.lookup import Catalogue, plain
from dcat_harvest.model import Agent, CaptureRef, Dataset, Distribution
from dcat_harvest.read.described import record
from dcat_harvest.read.register import Entry, parse
from dcat_harvest.sources import load

ROOT = Path(__file__).parents[1]
OWN = ROOT / "register" / "inventory.csv"
BASE = "https://catalog.test/"
DUO = "Dienst Uitvoering Onderwijs (DUO)"


def _dataset(key: str, title: str, source: str = "duo-ckan", **more: object) -> Dataset:
    publisher = Agent(name="Dienst Uitvoering Onderwijs")
    record = Dataset(source=source, key=key, title=title, publisher=publisher)
    return msgspec.structs.replace(record, **more)


def _entry(text: str) -> Entry:
    head = (
        '[[entry]]\npublisher = "Fonds"\naccess = "open"\naccess_by = "a"\n'
        'how = "b"\nwhy = "c"\nchecked = 2026-11-02\n'
    )
    return parse(head + text, "a.toml")[0][0].entry


def _found(row: Row, *datasets: Dataset, entries: tuple[Entry, ...] = ()) -> Found:
    held: dict[str, list[Dataset]] = {}
    for d in datasets:
        held.setdefault(d.source, []).append(d)
    (one,) = coverage([row], Catalogue(held, Names(BASE)), {"register": entries})
    return one


def test_an_identifier_that_the_list_is_sure_of_makes_a_row_present() -> None:
    row = Row(id="1", title="Iets", publisher=DUO, candidates=("Adressen_BO",), confidence="high")

    found = _found(row, _dataset("adressen_bo", "Adressen"))

    assert found.status == "present"
    assert found.dataset == f"{BASE}dataset/duo-ckan/adressen_bo"
    assert "adressen_bo" in found.how.casefold()


def test_an_identifier_of_another_publisher_is_no_match() -> None:
    row = Row(id="1", title="Iets", publisher="CBS", candidates=("adressen_bo",), confidence="high")

    assert _found(row, _dataset("adressen_bo", "Adressen")).status == "ambiguous"


def test_an_identifier_that_the_list_doubts_is_a_candidate() -> None:
    row = Row(id="1", title="Iets", publisher=DUO, candidates=("a", "b"), confidence="medium")

    found = _found(row, _dataset("a", "A"))

    assert (found.status, found.dataset) == ("ambiguous", f"{BASE}dataset/duo-ckan/a")


def test_the_same_title_for_another_identifier_is_ambiguous() -> None:
    row = Row(id="1", title="Uitstroom mbo", publisher=DUO, candidates=("old",), confidence="high")

    assert _found(row, _dataset("new", "Uitstroom mbo")).status == "ambiguous"


@pytest.mark.parametrize(
    "title", ["Scholen, aantal per regio", "scholen; Aantal per regio.", "Schólen aantal per regio"]
)
def test_a_title_is_compared_without_case_accents_and_punctuation(title: str) -> None:
    row = Row(id="1", title=title, publisher=DUO)

    found = _found(row, _dataset("a", "Scholen: aantal per regio"))

    assert (found.status, found.how) == ("present", "title and publisher")


def test_a_title_with_another_year_is_another_dataset() -> None:
    row = Row(id="1", title="Kerncijfers 2013", publisher=DUO, route="duo-ckan")

    assert _found(row, _dataset("a", "Kerncijfers 2014")).status == "not-recorded"


def test_two_datasets_of_one_title_are_candidates() -> None:
    row = Row(id="1", title="Adressen", publisher=DUO)

    found = _found(row, _dataset("a", "Adressen"), _dataset("b", "Adressen"))

    assert found.status == "ambiguous"
    assert len(found.dataset.split(" | ")) == 2


def test_of_two_sources_the_one_that_the_row_names_is_it() -> None:
    row = Row(id="1", title="Adressen", publisher=DUO, route="duo-pages")

    found = _found(row, _dataset("a", "Adressen"), _dataset("b", "Adressen", "duo-pages"))

    assert (found.status, found.dataset) == ("present", f"{BASE}dataset/duo-pages/b")


def test_a_dashboard_is_not_the_dataset_of_its_title() -> None:
    row = Row(id="1", title="Schooladviezen", publisher=DUO, kind="dashboard")

    assert _found(row, _dataset("a", "Schooladviezen")).status == "missing"


@pytest.mark.parametrize(
    "link", ["https://example.org/a/", "http://www.example.org/a", "https://example.org/a.csv"]
)
def test_an_address_of_page_or_file_makes_a_row_present(link: str) -> None:
    file = Distribution(
        access_url="https://example.org/a", download_url="https://example.org/a.csv"
    )
    d = _dataset("a", "A", landing_page="https://www.example.org/a", distributions=(file,))

    assert _found(Row(id="1", title="Anders", link=link), d).status == "present"


def test_every_word_of_a_title_makes_a_candidate_and_no_match() -> None:
    row = Row(id="1", title="Adressen scholen", publisher=DUO)

    found = _found(row, _dataset("a", "Adressen van alle scholen"), _dataset("b", "Adressen"))

    assert (found.status, found.dataset) == ("ambiguous", f"{BASE}dataset/duo-ckan/a")


def test_a_row_of_the_register_is_by_hand_even_before_the_register_has_run() -> None:
    entry = _entry('id = "verzuim"\nkind = "holding"\ntitle = "Verzuim"\ncovers = ["S1"]\n')

    found = _found(Row(id="S1", title="Verzuim"), entries=(entry,))

    assert (found.status, found.dataset) == ("by-hand", f"{BASE}dataset/register/verzuim")
    assert "not in this release" in found.how


def test_an_id_of_another_list_is_not_taken_for_ours() -> None:
    entry = _entry('id = "verzuim"\nkind = "holding"\ntitle = "Verzuim po"\ncovers = ["S1"]\n')

    found = _found(Row(id="S1", title="Adressen van scholen"), entries=(entry,))

    assert found.status == "missing"


def test_an_entry_is_found_by_title_publisher_and_kind_in_a_list_of_others() -> None:
    entry = _entry('id = "v"\nkind = "dashboard"\ntitle = "Verzuim"\n')

    yes = Row(id="x", title="verzuim", publisher="Fonds", kind="dashboard")
    no = Row(id="x", title="verzuim", publisher="Ander", kind="dashboard")

    assert _found(yes, entries=(entry,)).status == "by-hand"
    assert _found(no, entries=(entry,)).status == "missing"


def test_a_portal_whose_datasets_are_harvested_is_present() -> None:
    entry = _entry(
        'id = "p"\nkind = "portal"\ntitle = "Portaal"\nharvested_by = ["duo-ckan"]\n'
        'covers = ["S1"]\n'
    )
    inside = Dataset(source="register", key="p", kind="resource", title="Portaal")

    row = Row(id="S1", title="Portaal", kind="portal")
    found = _found(row, inside, _dataset("a", "A"), entries=(entry,))

    assert found.status == "present"
    assert "duo-ckan (1)" in found.how


def test_what_no_archive_holds_is_not_recorded_and_tells_which_source_brings_it() -> None:
    row = Row(id="1", title="Iets", publisher="CBS", route="cbs-maatwerk")

    found = _found(row, _dataset("a", "A"))

    assert found.status == "not-recorded"
    assert "dcat-harvest run cbs-maatwerk" in found.how


def test_a_repeated_row_follows_the_first_and_a_circle_ends() -> None:
    catalogue = Catalogue({"duo-ckan": [_dataset("a", "Adressen")]}, Names(BASE))
    rows = [
        Row(id="1", title="Adressen", publisher=DUO),
        Row(id="2", title="x", same_as="1"),
        Row(id="3", title="y", same_as="4"),
        Row(id="4", title="z", same_as="3"),
    ]

    found = coverage(rows, catalogue, {})

    assert [f.status for f in found] == ["present", "present", "missing", "missing"]
    assert found[1].how.startswith("the same as 1")


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("", 1, "empty"),
        ("id,bron\n1,DUO\n", 1, "title"),
        ("id,titel\n1,\n", 2, "without a title"),
        ("id,titel\n1,a\n\n1,b\n", 4, "line 2 too"),
        ("id,titel\n1,a,b\n", 2, "3 cells"),
        ('id,titel\n1,"a\n', 2, "no CSV"),
    ],
)
def test_a_bad_list_is_told_with_file_and_line(
    tmp_path: Path, text: str, at: int, word: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=rf"list\.csv:{at}: .*{word}"):
        read_rows(path)


def test_a_workbook_or_a_missing_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04\n\0\0")

    with pytest.raises(UsageError, match=r"a\.xlsx:2: .*save the spreadsheet as CSV"):
        read_rows(tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match="No such file"):
        read_rows(tmp_path / "none.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_lists_are_read_as_spreadsheets_write_them(
    tmp_path: Path, encoding: str, mark: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f'Titel{mark}Bron\r\n"Financiën{mark} regels"{mark}DUO\r\n'.encode(encoding))

    (row,) = read_rows(path)

    assert (row.id, row.title, row.publisher) == ("line-2", f"Financiën{mark} regels", "DUO")


def _release(folder: Path, *datasets: Dataset) -> None:
    target = folder / "releases" / "a"
    records.write(target / "records", "duo-ckan", (list(datasets), []))
    (target / "manifest.json").write_text(json.dumps({"base": BASE}), encoding="utf-8")
    (folder / "current").symlink_to("releases/a")


def test_the_command_prints_json_csv_and_text_and_fails_on_what_is_missing(tmp_path: Path) -> None:
    _release(tmp_path, _dataset("a", "Adressen"))
    path = tmp_path / "list.csv"
    path.write_text("id,title,publisher\n1,Adressen,DUO\n2,Niets,DUO\n", encoding="utf-8")
    call = ["coverage", str(path), "--output", str(tmp_path), "--format"]

    as_json = CliRunner().invoke(cli, [*call, "json"])
    as_csv = CliRunner().invoke(cli, [*call, "csv"])
    as_text = CliRunner().invoke(cli, [*call, "text"])

    schema = json.loads((ROOT / "src/dcat_harvest/report/schemas/coverage.json").read_text())
    rows = json.loads(as_json.stdout)
    assert as_json.exit_code == as_csv.exit_code == as_text.exit_code == 1
    assert [set(r) for r in rows] == [{"id", "status", "dataset", "how"}] * 2
    assert schema == msgspec.json.schema(list[Found])
    assert as_csv.stdout.splitlines()[0] == "id,status,dataset,how"
    assert "2 rows: 1 present, 0 by-hand, 0 ambiguous, 0 not-recorded, 1 missing" in as_text.stdout


def test_without_a_release_the_command_tells_what_to_do(tmp_path: Path) -> None:
    answer = CliRunner().invoke(cli, ["coverage", str(OWN), "--output", str(tmp_path)])

    assert isinstance(answer.exception, UsageError)


def test_our_own_inventory_has_no_row_that_nothing_covers() -> None:
    rows = read_rows(OWN)

    found = coverage(rows, Catalogue({}, Names(BASE)), {"register": register.load()})

    assert len(rows) == 280
    assert Counter(f.status for f in found)["missing"] == 0
    assert {row for e in register.load() for row in e.covers} <= {row.id for row in rows}


@pytest.fixture(scope="module")
def of_the_world(world: Path) -> dict[str, Found]:
    archives = Replay([world / f"{name}.warc.gz" for name in ("duo", "cbs", "inspectie")])
    names = ["duo-ckan", "duo-pages", "inspectie", "cbs-statline", "register"]
    sources = load(names, {"cbs-statline": {"select": "all"}})
    made = harvest(sources, register.Local(archives, "2026-11-02T06:00:00Z"))
    held = {one.source: one.datasets for one in made}
    found = coverage(read_rows(OWN), Catalogue(held, Names(BASE)), {"register": register.load()})
    return {one.id: one for one in found}


@pytest.mark.world
def test_every_row_is_accounted_for_in_the_recorded_world(of_the_world: dict[str, Found]) -> None:
    distinct = [row.id for row in read_rows(OWN) if not row.same_as]

    statuses = Counter(of_the_world[one].status for one in distinct)

    assert len(distinct) == 249
    assert statuses["missing"] == 0
    assert statuses["present"] >= 30


@pytest.mark.world
def test_sixty_rows_read_by_hand_are_matched_as_they_were_judged(
    of_the_world: dict[str, Found],
) -> None:
    table = Path(__file__).parent / "coverage" / "judged.tsv"
    with table.open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file, delimiter="\t"))

    wrong = [
        (row["id"], row["status"], row["dataset"], of_the_world[row["id"]])
        for row in judged
        if not _agrees(row, of_the_world[row["id"]])
    ]

    assert len(judged) >= 60
    assert not wrong


def _agrees(row: dict[str, str], found: Found) -> bool:
    """A portal may be present by its entry; anything else is as it was judged."""
    expected = f"{BASE}dataset/{row['dataset']}" if row["dataset"] else ""
    statuses = {row["status"]} | ({"present"} if row["status"] == "by-hand" else set())
    return found.status in statuses and (not expected or found.dataset == expected)


def test_a_folded_text_keeps_numbers_and_letters() -> None:
    assert plain("VSV’ers, 2014/’15: réis-tijd (km)") == "vsvers 2014 15 reis tijd km"


@pytest.mark.parametrize(
    ("listed", "named"),
    [
        ("RIVM", "Rijksinstituut voor Volksgezondheid en Milieu"),
        ("Dienst Uitvoering Onderwijs (DUO)", "DUO"),
        ("CBS", "Centraal Bureau voor de Statistiek"),
        ("Fonds", "Fonds (F)"),
    ],
)
def test_a_publisher_is_known_by_its_short_and_its_long_name(listed: str, named: str) -> None:
    d = _dataset("a", "Adressen", publisher=Agent(name=named))

    assert _found(Row(id="1", title="Adressen", publisher=listed), d).status == "present"
    assert _found(Row(id="1", title="Adressen", publisher="Ander"), d).status == "missing"


def test_a_dataset_of_the_register_is_by_hand_and_not_present() -> None:
    entry = _entry('id = "v"\nkind = "dataset"\ntitle = "Verzuim"\n')
    capture = CaptureRef(url="register:a.toml", time="2026-11-02T06:00:00Z", digest="sha1:x")
    inside = record(entry, "register", capture)

    found = _found(Row(id="1", title="Verzuim", publisher="Fonds"), inside, entries=(entry,))

    assert (found.status, found.how) == ("by-hand", "register, by title and publisher")


def test_a_register_of_the_user_counts_too(tmp_path: Path) -> None:
    _release(tmp_path, _dataset("a", "Adressen"))
    (tmp_path / "eigen.toml").write_text(
        '[[entry]]\nid = "v"\nkind = "dashboard"\ntitle = "Verzuim"\npublisher = "Fonds"\n'
        'access = "open"\naccess_by = "a"\nhow = "b"\nwhy = "c"\nchecked = 2026-11-02\n',
        encoding="utf-8",
    )
    (tmp_path / "c.toml").write_text(
        f'[sources.ours]\ntype = "register"\nstart = "register:{tmp_path / "eigen.toml"}"\n'
        'publisher = "Fonds"\n',
        encoding="utf-8",
    )
    (tmp_path / "list.csv").write_text(
        "title,publisher,kind\nVerzuim,Fonds,dashboard\n", encoding="utf-8"
    )
    call = ["coverage", str(tmp_path / "list.csv"), "--output", str(tmp_path), "--format", "json"]

    answer = CliRunner().invoke(cli, [*call, "--config", str(tmp_path / "c.toml")])

    (row,) = json.loads(answer.stdout)
    assert (row["status"], row["dataset"]) == ("by-hand", f"{BASE}dataset/ours/v")
