from datetime import date
from pathlib import Path

import msgspec
import pytest

from dcat_harvest import amend
from dcat_harvest.amend import Amendment
from dcat_harvest.amend_csv import import_csv
from dcat_harvest.errors import UsageError
from dcat_harvest.model import Dataset, Distribution, Origin

TODAY = date(2026, 11, 22)
DATASET = Dataset(
    source="duo-ckan",
    key="groep/leerlingen",
    title="Leerlingen",
    frequency="Elk jaar",
    licence="cc-by",
    origins={"licence": Origin(kind="assumed", because="overal zo")},
    distributions=(
        Distribution(access_url="https://e.org/a.csv"),
        Distribution(access_url="https://e.org/b.csv", format="CSV"),
    ),
)


def an(field: str, value: str, **more: str) -> Amendment:
    return Amendment(field=field, value=value, who="Jan", when=TODAY, ground="de jaarbrief", **more)


def amended(folder: Path, *amendments: Amendment) -> tuple[Dataset, list[str]]:
    amend.write(amend.place(folder, DATASET.source, DATASET.key), amendments)
    dataset, findings = amend.apply(DATASET, folder)
    return dataset, [f.code for f in findings]


def test_a_lacking_value_is_supplied_and_marked(tmp_path: Path) -> None:
    dataset, codes = amended(tmp_path, an("description", 'Regel "een"\n\x7fregel twee ƫ'))

    assert dataset.description == 'Regel "een"\n\x7fregel twee ƫ'
    assert dataset.origins["description"].kind == "amended"
    assert "Jan, 2026-11-22: de jaarbrief" in dataset.origins["description"].because
    assert codes == []


def test_a_ground_that_is_an_address_is_where_it_is_said(tmp_path: Path) -> None:
    one = msgspec.structs.replace(an("rights", "mag"), ground="https://e.org/brief")
    dataset, _ = amended(tmp_path, one)

    assert dataset.origins["rights"].seen_at == "https://e.org/brief"


def test_a_stated_value_stays_and_the_amendment_lapses(tmp_path: Path) -> None:
    path = amend.place(tmp_path, DATASET.source, DATASET.key)
    amend.write(path, [an("frequency", "MONTHLY")])
    dataset, (finding,) = amend.apply(DATASET, tmp_path)

    assert dataset == DATASET
    assert finding.code == "amendment-lapsed"
    assert "Elk jaar" in finding.message_nl
    assert "MONTHLY" in finding.message_nl
    assert finding.where == str(path)


def test_an_interpreted_value_counts_as_stated_and_an_assumed_one_gives_way(
    tmp_path: Path,
) -> None:
    dataset, codes = amended(tmp_path, an("licence", "cc0"))
    read = msgspec.structs.replace(DATASET, origins={"licence": Origin(kind="interpreted")})
    kept, findings = amend.apply(read, tmp_path)

    assert (dataset.licence, dataset.origins["licence"].kind, codes) == ("cc0", "amended", [])
    assert (kept.licence, [f.code for f in findings]) == ("cc-by", ["amendment-lapsed"])


def test_applying_twice_is_applying_once(tmp_path: Path) -> None:
    once, _ = amended(tmp_path, an("description", "tekst"), an("sources", "BRON"))
    twice, findings = amend.apply(once, tmp_path)

    assert twice.description == "tekst"
    assert findings == []
    assert len([x for x in twice.annotations if x.kind == "sources"]) == 1


def test_a_field_of_files_goes_to_those_that_lack_it(tmp_path: Path) -> None:
    dataset, codes = amended(tmp_path, an("format", "ODS"))

    assert [x.format for x in dataset.distributions] == ["ODS", "CSV"]
    assert dataset.distributions[0].origins["format"].kind == "amended"
    assert codes == []


def test_a_field_of_one_file_lapses_where_that_file_states_it(tmp_path: Path) -> None:
    _, codes = amended(tmp_path, an("format", "ODS", file="https://e.org/b.csv"))
    _, missing = amended(tmp_path, an("format", "ODS", file="https://e.org/c.csv"))

    assert codes == ["amendment-lapsed"]
    assert missing == ["amendment-invalid"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("colour", "blue", "no field that can be amended"),
        ("issued", "31-12-2026", "no day"),
        ("issued", "2026-13-01", "month"),
        ("period", "2026", "no period"),
        ("period", "2026-02-01/2026-01-01", "ends before it begins"),
        ("landing_page", "javascript:alert(1)", "no web address"),
        ("contact", "wie dan ook", "no web address"),
        ("description", "  ", "must all be given"),
    ],
)
def test_a_value_that_cannot_be_is_told_and_left_out(
    tmp_path: Path, field: str, value: str, reason: str
) -> None:
    amend.write(amend.place(tmp_path, DATASET.source, DATASET.key), [an(field, value)])
    dataset, (finding,) = amend.apply(DATASET, tmp_path)

    assert dataset == DATASET
    assert finding.code == "amendment-invalid"
    assert reason in finding.message_en


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keywords", "een; twee"),
        ("themes", "EDUC"),
        ("period", "2019-08-01/"),
        ("contact", "info@e.org"),
        ("documents", "https://e.org/toelichting.pdf"),
        ("modified", "2026-01-31"),
    ],
)
def test_every_kind_of_field_can_be_supplied(tmp_path: Path, field: str, value: str) -> None:
    dataset, codes = amended(tmp_path, an(field, value))

    assert codes == []
    assert getattr(dataset, field)


@pytest.mark.parametrize("text", ["[[amendment]]\nfield = 1", "no toml", "[[amendment]]\nx = 1"])
def test_a_broken_file_is_one_finding(tmp_path: Path, text: str) -> None:
    path = amend.place(tmp_path, DATASET.source, DATASET.key)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    dataset, findings = amend.apply(DATASET, tmp_path)

    assert dataset == DATASET
    assert [f.code for f in findings] == ["amendment-invalid"]


def test_amendments_of_a_dataset_that_is_not_there_are_found(tmp_path: Path) -> None:
    amend.write(amend.place(tmp_path, "duo-ckan", "weg/é?"), [an("title", "x")])
    amend.write(amend.place(tmp_path, DATASET.source, DATASET.key), [an("frequency", "x")])
    findings = amend.check(tmp_path, [DATASET])

    assert {(f.code, f.key) for f in findings} == {
        ("amendment-orphan", "weg/é?"),
        ("amendment-lapsed", DATASET.key),
    }


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a//b", ".", "a/.."])
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(UsageError):
        amend.place(tmp_path, "bron", key)


HEAD = "bron;sleutel;veld;nieuwe waarde;door;datum;grond"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("s;k;colour;x;j;;g", "cannot be amended"),
        ("s;k;issued;gisteren;j;;g", "no day"),
        ("s;k;title;x;;;g", "nobody stands for the value"),
        ("s;k;title;x;j;;", "no ground"),
        ("s;k;title;x;j;32-1-2026;g", "no day"),
        ("s;../k;title;x;j;;g", "cannot be a source and key"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, problem: str) -> None:
    done = import_csv(f"{HEAD}\n{row}\n".encode(), tmp_path, today=TODAY)

    assert done.written == {}
    assert done.problems[0].startswith("row 2: ")
    assert problem in done.problems[0]


def test_rows_are_read_as_spreadsheets_write_them(tmp_path: Path) -> None:
    for encoding, delimiter in (
        ("utf-8-sig", ";"),
        ("cp1252", ";"),
        ("utf-8", ","),
        ("utf-8", "\t"),
    ):
        text = f"{HEAD}\ns;k;title;Élan;Jan;1-2-2026;brief\ns;k;rights;;;;\n"
        done = import_csv(
            text.replace(";", delimiter).encode(encoding), tmp_path / encoding, today=TODAY
        )
        ((_, _, _, one),) = amend.listing(tmp_path / encoding)

        assert (one.value, one.when, done.empty) == ("Élan", date(2026, 2, 1), 1)


def test_a_later_import_takes_the_place_of_the_same_field_only(tmp_path: Path) -> None:
    for row in ("s;k;title;een;j;;g", "s;k;rights;mag;j;;g", "s;k;title;twee;j;;g"):
        import_csv(f"{HEAD}\n{row}\n".encode(), tmp_path, today=TODAY)

    assert {x.field: x.value for *_, x in amend.listing(tmp_path)} == {
        "title": "twee",
        "rights": "mag",
    }


@pytest.mark.parametrize("data", [b"", b"a;b;c\n1;2;3\n", b"\x81\x8d;x"])
def test_a_file_that_is_not_the_letter_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UsageError):
        import_csv(data, tmp_path, today=TODAY)


def test_files_can_be_supplied_where_there_are_none(tmp_path: Path) -> None:
    bare = msgspec.structs.replace(DATASET, distributions=())
    path = amend.place(tmp_path, DATASET.source, DATASET.key)
    amend.write(
        path, [an("files", "https://e.org/a.csv; https://e.org/b.ods"), an("format", "CSV")]
    )
    dataset, findings = amend.apply(bare, tmp_path)

    assert [x.download_url for x in dataset.distributions] == [
        "https://e.org/a.csv",
        "https://e.org/b.ods",
    ]
    assert amend.amended_fields(dataset) == {"distributions"}
    assert findings == []


def test_a_run_without_amendments_is_as_it_was(tmp_path: Path) -> None:
    assert amend.apply_all([DATASET], tmp_path / "none") == ([DATASET], [])
