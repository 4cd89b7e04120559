"""What a metadata officer, an analyst, a CI engineer and a careless user stumble on."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dcat_harvest.amend_csv import import_csv
from dcat_harvest.check.inputs import read
from dcat_harvest.check.lookup import find
from dcat_harvest.check.statements import Index
from dcat_harvest.checking import Asked, Checked, check_inputs
from dcat_harvest.errors import FetchError, InputError, UsageError
from dcat_harvest.report import render
from dcat_harvest.report.causes import causes
from dcat_harvest.store.release import store_at

VALID = Path(__file__).parent / "check" / "valid.ttl"
CODE = "from dcat_harvest.cli import main; main()"
TODAY = date(2026, 11, 2)
NOW = "2026-11-02T06:00:00Z"
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://data.example.nl/dataset/> .
ex:cat a dcat:Catalog ; dct:title "Catalogus"@nl ; dcat:dataset ex:leerlingen-v1 .
ex:leerlingen-v1 a dcat:Dataset ; dct:title "Leerlingen per school"@nl ; dct:publisher "OCW" .
ex:loose a dcat:Distribution ; dcat:accessURL <https://data.example.nl/x.csv> .
"""
HEAD = "bron;sleutel;veld;nieuwe waarde;door;grond"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.ttl"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def dh(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def checked(*inputs: object, only: tuple[str, ...] = (), **more: Path | bool | str) -> Checked:
    asked = Asked(
        inputs=tuple(map(str, inputs)),
        profiles=("dcat-ap-nl-3.0.0", "criteria"),
        now=NOW,
        only=only,
        **more,  # type: ignore[arg-type]  # the fields of Asked have many types
    )
    return check_inputs(asked)


@pytest.mark.parametrize("pattern", ["c8-keywrd", "9", "criterion-0", "missing-valeu/dct:title"])
def test_a_slip_in_only_does_not_let_the_build_pass(file: Path, pattern: str) -> None:
    with pytest.raises(UsageError, match="there is no such code; did you mean"):
        checked(file, only=(pattern,))


@pytest.mark.parametrize("pattern", ["c7-stale", "c8-*", "8", "criterion-8", "missing-value/x"])
def test_only_takes_codes_that_this_catalogue_does_not_have(file: Path, pattern: str) -> None:
    assert checked(file, only=(pattern,)).notes[0].startswith(f"only {pattern}: ")


def test_a_baseline_is_made_by_update_and_then_nothing_is_new(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "baseline.json"

    made = dh("baseline", "update", kept, file, "--now", NOW)
    again = dh("check", file, "--baseline", kept, "--now", NOW)

    assert (made.returncode, again.returncode) == (0, 0), made.stderr
    assert "written as the baseline" in made.stderr
    # Once: in the head of the text, not on stderr too.
    assert (again.stdout + again.stderr).count("0 new, 0 worse") == 1


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("dct:creator :duo", "", "dct:creator"),
        ("dct:accessRights right:PUBLIC ;", "dct:accessRights right:NONSENSE ;", ""),
    ],
)
def test_one_defect_more_fails_with_that_finding_and_not_with_the_sum(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    text = VALID.read_text(encoding="utf-8")
    before, after, kept = (tmp_path / x for x in ("before.ttl", "after.ttl", "kept.json"))
    before.write_text(text, encoding="utf-8")
    after.write_text(text.replace(old, new, 1), encoding="utf-8")
    checked(before, baseline=kept, update_baseline=True)

    found = checked(after, baseline=kept)

    codes = {f.code for f in found.data.findings}
    assert found.exit_code == 1
    assert text.count(old) > 0
    assert codes and "c6-profile" not in codes
    assert not path or {f.path.rpartition("/")[2] for f in found.data.findings} == {"creator"}


def test_updating_a_baseline_needs_to_know_which(file: Path) -> None:
    with pytest.raises(UsageError, match="--baseline FILE"):
        checked(file, update_baseline=True)


def test_a_catalogue_and_a_loose_distribution_are_not_counted_as_datasets(file: Path) -> None:
    found = causes(checked(file).data)

    assert {x.datasets for x in found} <= {0, 1}
    assert 1 in {x.datasets for x in found}


def test_codes_and_addresses_stay_in_one_piece_on_a_narrow_terminal(file: Path) -> None:
    told = render("text", checked(file).data, lang="en", width=40)

    assert "[missing-recommended]" in told
    assert "http://publications.europa.eu/resource/authority/data-theme/EDUC" in told
    assert "'\"OCW\"'" not in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty; give"),
        (b"<html><body>hi</body></html>", "give the RDF file or its address"),
        (
            CATALOGUE.replace("school", "sch\u00f3\u00f3l \u00e9").encode("latin-1"),
            "in UTF-8: save",
        ),
        (b"@prefix x: <https://x.nl/> .\n", "so nothing to check"),
    ],
)
def test_a_file_that_cannot_be_checked_says_what_to_do(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(content)

    with pytest.raises(InputError, match=told):
        read(str(path))


def test_a_graph_without_datasets_says_where_to_look(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<https://x.nl/a> <https://x.nl/b> 1 .", encoding="utf-8")

    with pytest.raises(InputError, match="rdf:type"):
        checked(path)


def test_an_address_of_another_kind_is_called_that() -> None:
    with pytest.raises(InputError, match=r"ftp://x\.nl/y\.ttl: only http and https"):
        read("ftp://x.nl/y.ttl")


@pytest.mark.parametrize("command", [("check",), ("query", "ASK {}"), ("load",)])
def test_an_endpoint_that_is_no_address_is_a_wrong_option(command: tuple[str, ...]) -> None:
    done = dh(*command, "--endpoint", "nonsense")

    assert done.returncode == 2
    assert "nonsense" in done.stderr or "no release" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_endpoint_that_does_not_answer_is_named_without_our_query() -> None:
    with pytest.raises(FetchError) as caught:
        checked(endpoint="http://127.0.0.1:1/sparql")

    assert "SELECT" not in str(caught.value)
    assert "query address of a SPARQL server" in str(caught.value)


def test_a_store_at_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="begins with http"):
        store_at(tmp_path, "localhost:7878")


def test_an_unknown_dataset_gets_the_ones_with_the_word_in_a_name(file: Path) -> None:
    index = Index(read(str(file)).graph)

    with pytest.raises(UsageError, match="dataset/leerlingen-v1"):
        find(index, "leerlingen")


@pytest.mark.parametrize(
    "options",
    [
        ("report", "--for", "DUO", "--format", "html"),
        ("report", "--for", "DUO", "--since", "2026-01-01"),
        ("report", "--since", "2026-01-01", "--format", "json"),
        ("check", "--max-findings", "-3"),
        ("query", "ASK {}", "--timeout", "-1"),
        ("query", "--file", "no-such-query", "--quiet"),
    ],
)
def test_an_option_that_would_be_left_out_silently_is_refused(options: tuple[str, ...]) -> None:
    done = dh(*options)

    assert (done.returncode, done.stdout) == (2, "")
    assert any(x in done.stderr for x in options[1:])


@pytest.mark.parametrize(
    ("field", "value"),
    [("licence", "gratis"), ("frequency", "soms"), ("themes", "EDUC;leuk"), ("format", "??")],
)
def test_an_amendment_that_is_no_term_is_refused(tmp_path: Path, field: str, value: str) -> None:
    row = f'duo-ckan;a;{field};"{value}";Jan;brief'

    made = import_csv(f"{HEAD}\n{row}\n".encode(), tmp_path, today=TODAY)

    assert not made.written
    assert "write for example" in made.problems[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [("licence", "CC BY 4.0"), ("frequency", "jaarlijks"), ("language", "nl"), ("format", "csv")],
)
def test_an_amendment_in_plain_words_is_taken(tmp_path: Path, field: str, value: str) -> None:
    row = f"duo-ckan;a;{field};{value};Jan;brief"

    made = import_csv(f"{HEAD}\n{row}\n".encode(), tmp_path, today=TODAY)

    assert (sum(made.written.values()), made.problems) == (1, [])


def test_who_stands_for_a_value_is_asked_by_the_option_that_there_is(tmp_path: Path) -> None:
    made = import_csv(f"{HEAD}\nduo-ckan;a;title;Titel;;brief\n".encode(), tmp_path, today=TODAY)

    assert "--by" in made.problems[0]


def test_amendments_that_cannot_be_written_are_no_bug_of_ours(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(f"{HEAD}\nduo-ckan;a;title;Titel;Jan;brief\n", encoding="utf-8")

    done = dh("amend", "import", rows, "--folder", rows)

    assert done.returncode == 2
    assert "name another with --folder" in done.stderr


def test_an_archive_without_files_is_not_called_whole(tmp_path: Path) -> None:
    done = dh("archive", "verify", "--output", tmp_path)

    assert done.returncode == 2
    assert "no WARC files here" in done.stderr


@pytest.mark.parametrize("command", ["run", "publish"])
def test_accepting_a_source_that_there_is_not_is_refused(tmp_path: Path, command: str) -> None:
    done = dh(command, "--accept-shrink", "duo-kcan", "--output", tmp_path / "out")

    assert done.returncode == 2
    assert "--accept-shrink duo-kcan: no such source; there are" in done.stderr
    assert not (tmp_path / "out").exists()
