import csv
import io
from datetime import date
from pathlib import Path

import msgspec
import pytest

from dcat_harvest import amend
from dcat_harvest.amend_csv import import_csv
from dcat_harvest.amendable import known_fields
from dcat_harvest.errors import UsageError
from dcat_harvest.report import letter
from dcat_harvest.report.fields import field_of, fields
from report import made

DATA = made.data(60)
NAME = "Dienst Uitvoering Onderwijs"


@pytest.mark.parametrize("name", [NAME, "dienst uitvoering onderwijs", "Uitvoering", "DUO"])
def test_a_publisher_is_found_by_name_part_or_initials(name: str) -> None:
    assert letter.chosen(DATA, name) == NAME


@pytest.mark.parametrize("name", ["", "Onderwijs", "Kadaster"])
def test_a_name_that_fits_none_or_several_is_asked_again(name: str) -> None:
    with pytest.raises(UsageError, match=NAME):
        letter.chosen(DATA, name)


def test_the_letter_names_page_field_and_value_the_best_first() -> None:
    text = "".join(letter.render(DATA, "DUO"))

    assert text.startswith(f"Aan: {NAME}\n")
    first, second = text.index("1. De beschrijving ontbreekt."), text.index("2. ")
    assert first < second
    assert "Veld: Beschrijving (bij u: Description (notes)), dct:description" in text
    assert "https://publisher.example.org/duo-ckan/" in text
    assert "cbs-statline" not in text


def test_the_letter_keeps_hostile_text_on_its_line() -> None:
    text = "".join(letter.render(made.data(60, hostile=True), "DUO", lang="en"))

    assert "\u202e" not in text
    assert max(map(len, text.splitlines())) < 900


def test_nobody_is_asked_what_they_cannot_mend() -> None:
    ours = tuple(msgspec.structs.replace(f, actor="harvester") for f in DATA.findings)
    text = "".join(letter.render(msgspec.structs.replace(DATA, findings=ours), "DUO"))

    assert "Er is niets dat u hoeft te verbeteren." in text


def test_the_csv_comes_back_as_amendments(tmp_path: Path) -> None:
    text = letter.as_csv(DATA, "DUO")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    head = rows[0]
    for row in rows[1:]:
        if row[head.index("veld")] == "description":
            row[head.index("nieuwe waarde")] = "=Een beschrijving; met een puntkomma"
            row[head.index("door")] = "Metadatateam DUO"
            row[head.index("grond")] = "Registratie BRON"
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    done = import_csv(stream.getvalue().encode(), tmp_path, today=date(2026, 11, 22))
    listed = list(amend.listing(tmp_path))

    assert done.problems == []
    assert len(listed) == sum(done.written.values()) == 20
    source, key, _, one = listed[0]
    assert (source, key.startswith("tabel-")) == ("duo-ckan", True)
    assert one.value == "=Een beschrijving; met een puntkomma"
    assert one.when == date(2026, 11, 22)


def test_every_field_of_the_table_can_be_amended() -> None:
    assert {x.field for x in fields().values()} <= set(known_fields())


def test_a_finding_for_a_whole_source_becomes_a_row_for_each_dataset() -> None:
    wide = msgspec.structs.replace(
        next(f for f in DATA.findings if f.code == "c7-accrualPeriodicity"),
        subject="",
        key="",
        focus_node="",
        source="duo-ckan",
        count=99,
    )
    text = letter.as_csv(msgspec.structs.replace(DATA, findings=(wide,)), "DUO")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    partly = [
        score.key
        for score in DATA.scores
        if score.source == "duo-ckan" and score.criteria["7"] == "partly"
    ]

    assert sorted(row["sleutel"] for row in rows) == sorted(partly)
    assert {row["veld"] for row in rows} == {"frequency"}


def test_the_field_of_a_finding_is_that_of_its_first_path() -> None:
    finding = DATA.findings[0]
    paths = {
        "(<http://purl.org/dc/terms/modified>|<http://e.org/x>)": "modified",
        "<http://www.w3.org/ns/dcat#distribution>/<http://purl.org/dc/terms/license>": "licence",
        "(<http://e.org/x>|<http://www.w3.org/ns/dcat#distribution>)": "",
        "": "",
    }
    for path, field in paths.items():
        found = field_of(msgspec.structs.replace(finding, path=path))
        assert (found.field if found else "") == field
