"""A spreadsheet as entries of the register: what it says, each bad row with its line."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from dcat_harvest import register
from dcat_harvest.cli.importing import import_csv as command
from dcat_harvest.errors import UsageError
from dcat_harvest.read.described import access
from dcat_harvest.read.register import Entry
from dcat_harvest.register_csv import Imported, import_csv, levels

TODAY = date(2026, 11, 2)
HEADER = "Titel;Uitgever;Soort;Open/gesloten;Uitsplitsing;Link\n"


def _import(folder: Path, text: str, replace: bool = False) -> Imported:
    path = folder / "Mijn lijst.csv"
    path.write_text(text, encoding="utf-8")
    return import_csv(path, folder / "register", access_by="de lijst", today=TODAY, replace=replace)


def _entries(made: Imported) -> list[Entry]:
    return register.load(made.file.parent)


def test_a_row_becomes_an_entry_that_loads(tmp_path: Path) -> None:
    made = _import(
        tmp_path, HEADER + "Verzuim;Fonds;Dashboard;Open;Gemeenteniveau;https://example.org/v\n"
    )

    (entry,) = _entries(made)
    assert made.file.name == "mijn-lijst.toml"
    assert (made.entries, made.problems) == (1, [])
    assert (entry.id, entry.kind, entry.access) == ("verzuim", "dashboard", "open")
    assert (entry.level, entry.link) == (("gemeente",), "https://example.org/v")
    assert (entry.access_by, entry.checked) == ("de lijst", TODAY)


def test_what_is_closed_stays_closed_and_gets_no_licence(tmp_path: Path) -> None:
    made = _import(tmp_path, HEADER + "Dossiers;Fonds;Databestand;Gesloten;;-\n")

    (entry,) = _entries(made)
    assert access(entry) == "non-public"
    assert (entry.licence, entry.link) == ("", "")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("Verzuim;;Dashboard;Open;;", "no publisher"),
        ("Verzuim;Fonds;;Open;;", "no kind"),
        ("Verzuim;Fonds;Grafiek;Open;;", "'Grafiek' is no kind"),
        ("Verzuim;Fonds;Dashboard;;;", "not said whether it is open"),
        ("Verzuim;Fonds;Dashboard;misschien;;", "'misschien' is no openness"),
        ('Verzuim;Fonds;Dashboard;Open;;"https://exa<mple.org"', "no web address"),
    ],
)
def test_a_row_that_lacks_something_is_told_with_its_line(
    tmp_path: Path, row: str, word: str
) -> None:
    made = _import(tmp_path, HEADER + "Goed;Fonds;Dashboard;Open;;\n" + row + "\n")

    (problem,) = made.problems
    assert "Mijn lijst.csv:3: Verzuim: " in problem
    assert word in problem
    assert [e.title for e in _entries(made)] == ["Goed"]


def test_texts_of_any_kind_survive(tmp_path: Path) -> None:
    title = 'Aanhaling "zo", schuin \\ en ’s-Gravenhage\nop twee regels'
    quoted = title.replace('"', '""')
    made = _import(tmp_path, HEADER + f'"{quoted}";Fonds;Rapport;Open;;\n')

    (entry,) = _entries(made)
    assert entry.title == title


def test_two_things_of_one_title_get_two_ids_and_ids_of_other_files_are_kept(
    tmp_path: Path,
) -> None:
    text = HEADER + "Verzuim;Fonds;Dashboard;Open;;\nVerzuim;Bureau;Dashboard;Open;;\n"
    first = _import(tmp_path, text)
    other = first.file.with_name("other.toml")
    first.file.rename(other)

    second = _import(tmp_path, text)

    ids = [e.id for e in register.load(second.file.parent)]
    assert len(ids) == len(set(ids)) == 4


def test_a_file_that_is_there_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    text = HEADER + "Verzuim;Fonds;Dashboard;Open;;\n"
    made = _import(tmp_path, text)
    made.file.write_text("# mine\n", encoding="utf-8")

    with pytest.raises(UsageError, match="is there already"):
        _import(tmp_path, text)

    assert made.file.read_text("utf-8") == "# mine\n"
    assert _import(tmp_path, text, replace=True).entries == 1


def test_a_repeated_row_is_covered_by_the_entry_of_the_first(tmp_path: Path) -> None:
    text = (
        "id,title,publisher,kind,open_closed,same_as\n"
        "A1,Verzuim,Fonds,dashboard,open,\nA2,Verzuim po,Fonds,dashboard,open,A1\n"
    )

    (entry,) = _entries(_import(tmp_path, text))

    assert entry.covers == ("A1", "A2")


def test_levels_are_found_in_the_words_of_a_list() -> None:
    assert levels("Onderwijsregio, PO/VO") == ["onderwijsregio"]
    assert levels("Soms gemeenteniveau, soms wijken of buurten") == ["gemeente", "wijk", "buurt"]
    assert levels("Bereik") == []


def test_the_command_writes_and_tells_and_fails_on_rows_left_out(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(HEADER + "Goed;Fonds;Dashboard;Open;;\nFout;Fonds;;Open;;\n", encoding="utf-8")
    to = tmp_path / "eigen"

    answer = CliRunner().invoke(
        command, [str(path), "--to", str(to), "--now", "2026-11-02T06:00:00Z"]
    )

    assert answer.exit_code == 1
    assert answer.stdout.strip() == str(to / "lijst.toml")
    assert "lijst.csv:3: Fout: no kind" in answer.stderr
    assert [e.access_by for e in register.load(to)] == ["de lijst lijst.csv"]


@pytest.mark.world
def test_the_list_that_the_register_was_made_from_can_be_imported(
    shared: Path, tmp_path: Path
) -> None:
    made = import_csv(
        shared / "data" / "seed-inventory.csv", tmp_path, access_by="de lijst", today=TODAY
    )

    assert made.entries > 200
    assert len(register.load(tmp_path)) == made.entries
    assert all("is no kind" in p or "dataset (example)" in p for p in made.problems), made.problems
