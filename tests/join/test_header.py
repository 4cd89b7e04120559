"""Headers of tables as files really have them: recognised, or reported with the reason."""

import io
import zipfile

import pytest

from dcat_harvest.levels.header import MOST_BYTES, MOST_COLUMNS, header


def zipped(files: dict[str, str | bytes], *, deflate: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as z:
        for name, text in files.items():
            z.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"BRIN NUMMER,AANTAL\r\n01AA,5\r\n",
        b"BRIN NUMMER;AANTAL\r\n01AA;<5\r\n02BB;7\r\n",
        b"BRIN NUMMER\tAANTAL\n01AA\t5\n",
        b'\xef\xbb\xbf"BRIN NUMMER","AANTAL"\r\n"01AA","5"\r\n',
        b'"BRIN\r\nNUMMER";"AANTAL"\r\n01AA;5\r\n',
        "BRIN NUMMER;AANTAL\n01AA;5\n".encode("utf-16"),
        b"BRIN NUMMER;AANTAL\n01AA;1,5\n02BB;2,5\n03CC;3,5\n",
    ],
    ids=["comma", "semicolon", "tab", "bom", "quoted newline", "utf-16", "decimal commas"],
)
def test_any_separator_and_encoding_gives_the_same_names(body: bytes) -> None:
    found = header(body)

    assert found.names == ("BRIN NUMMER", "AANTAL")
    assert not found.remark
    assert not found.unread


def test_windows_1252_is_read_where_utf_8_fails() -> None:
    found = header("CATEGORIËEN;GEMEENTE\nx;Súdwest-Fryslân\n".encode("windows-1252"))

    assert found.names == ("CATEGORIËEN", "GEMEENTE")


def test_a_header_in_a_later_row_is_found_and_remarked() -> None:
    found = header(b"Leerlingen vo, peildatum 1 oktober;;\n;;\nBRIN;VESTIGING;AANTAL\n01AA;00;5\n")

    assert found.names == ("BRIN", "VESTIGING", "AANTAL")
    assert "row" in found.remark


def test_five_thousand_columns_are_cut_off_within_limits() -> None:
    wide = ";".join(f"K{i}" for i in range(6000)) + "\n" + ";".join("1" * 6000) + "\n"

    found = header(wide.encode())

    assert len(found.names) == MOST_COLUMNS
    assert "6000" in found.remark


def test_a_header_that_lies_is_reported() -> None:
    numbers = header(b"12;15;17\n1;2;3\n")
    short = header(b"A;B\n1;2;3;4\n1;2;3;4\n")
    twice = header(b"A;A;B\n1;2;3\n")

    assert "numbers" in numbers.remark
    assert "2 names above rows of 4 cells" in short.remark
    assert "twice" in twice.remark


@pytest.mark.parametrize(
    "body",
    [b"", b"<!DOCTYPE html><title>weg</title>", b"%PDF-1.4", b"KOLOM\r\nwaarde\r\n", b"\0\1\2\3"],
)
def test_what_is_no_table_says_why(body: bytes) -> None:
    found = header(body)

    assert found.unread
    assert found.names == ()


@pytest.mark.parametrize("deflate", [True, False])
def test_a_zip_of_three_tables_gives_all_their_columns(deflate: bool) -> None:
    body = zipped(
        {"a.csv": "BRIN;A\n1;2\n", "b.csv": "BRIN;B\n1;2\n", "c.csv": "GM_CODE;C\n1;2\n"},
        deflate=deflate,
    )

    found = header(body)

    assert found.names == ("BRIN", "A", "B", "GM_CODE", "C")
    assert "a.csv, b.csv, c.csv" in found.remark


def test_a_workbook_is_read_by_its_shared_texts() -> None:
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '</row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
        "</worksheet>"
    )
    texts = "<sst><si><t>Instellingscode</t></si><si><t>Gemeente &amp; wijk</t></si></sst>"

    found = header(zipped({"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": texts}))

    assert found.names == ("Instellingscode", "Gemeente & wijk")


def test_a_workbook_whose_texts_were_not_fetched_says_so() -> None:
    sheet = '<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData>'

    assert "behind the part" in header(zipped({"xl/worksheets/sheet1.xml": sheet})).unread


def test_an_open_document_sheet_is_read() -> None:
    content = (
        "<table:table><table:table-row><table:table-cell><text:p>BRIN</text:p></table:table-cell>"
        "<table:table-cell><text:p>Vestiging</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>01AA</text:p></table:table-cell>"
        "<table:table-cell><text:p>00</text:p></table:table-cell></table:table-row></table:table>"
    )

    assert header(zipped({"content.xml": content})).names == ("BRIN", "Vestiging")


def test_a_zip_bomb_costs_no_more_than_the_limit() -> None:
    body = zipped({"a.csv": "A;B\n" + "1;2\n" * 5_000_000})[:MOST_BYTES]

    assert header(body).names == ("A", "B")


def test_a_row_cut_off_by_the_limit_is_no_row() -> None:
    body = b"BRIN;AANTAL\n" + b"01AA;5\n" * 20_000

    assert header(body, is_whole=False).names == ("BRIN", "AANTAL")
