"""Labels find values: the record of a page stays the same when its markup changes."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from bs4 import BeautifulSoup, Tag

from dcat_harvest.model import Capture, Dataset, Page
from dcat_harvest.read import Manifest
from dcat_harvest.read.labelled import label
from dcat_harvest.sources.duo_pages import pages

CAPTURES = Path(__file__).parents[1] / "captures" / "duo-pages"
CASES = ["layout-b", "layout-c", "layout-c-multi", "layout-d", "layout-d-multi", "folder-with-zip"]
URL = "https://duo.nl/open_onderwijsdata/databestanden/po/proef/proef-1.jsp"
MANIFEST = msgspec.toml.decode(
    (Path(pages.__file__).parent / "source.toml").read_bytes(), type=Manifest
)


def records(body: bytes) -> list[Dataset]:
    capture = Capture(
        url=URL,
        final_url=URL,
        status=200,
        headers={},
        body=body,
        time="2026-11-02T06:00:00Z",
        digest="sha1:X",
        page=Page(url=URL, kind="page"),
    )
    return [thing for thing in pages.read(capture, MANIFEST) if isinstance(thing, Dataset)]


def pair_rows(soup: BeautifulSoup) -> list[tuple[Tag, list[Tag]]]:
    """Tables of label and value: each row has two cells, and there is no row of heads."""
    tables = [(table, table.find_all("tr")) for table in soup.find_all("table")]
    return [(table, rows) for table, rows in tables if all(len(r.find_all("th")) < 2 for r in rows)]


def rename(names: tuple[str, str, str, str]) -> Callable[[BeautifulSoup], None]:
    def rewrite(soup: BeautifulSoup) -> None:
        for table, rows in pair_rows(soup):
            table.name = names[0]
            for row in rows:
                first, second = row.find_all(["th", "td"])
                row.name, first.name, second.name = names[1:]

    return rewrite


def bare(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(True):
        tag.attrs = {name: value for name, value in tag.attrs.items() if name == "href"}


def turned(soup: BeautifulSoup) -> None:
    for row in soup.find_all("tr"):
        cells = row.find_all(["td", "th"])
        if len(cells) > 2:
            for cell in reversed(cells):
                row.append(cell.extract())


def wrapped(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["table", "p", "ul"]):
        tag.wrap(soup.new_tag("div")).wrap(soup.new_tag("section"))


def listed(soup: BeautifulSoup) -> None:
    for item in soup.find_all("li"):
        if head := item.find("h3"):
            head.name = "strong"


REWRITES = {
    "dl": rename(("dl", "div", "dt", "dd")),
    "div": rename(("div", "div", "div", "div")),
    "span": rename(("div", "p", "strong", "span")),
    "ul": rename(("ul", "li", "b", "span")),
    "bare": bare,
    "turned": turned,
    "wrapped": wrapped,
    "listed": listed,
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
@pytest.mark.parametrize("case", CASES)
def test_other_markup_gives_the_same_record(
    case: str, rewrite: Callable[[BeautifulSoup], None]
) -> None:
    body = (CAPTURES / case / "page.html").read_bytes()
    charset = "windows-1252" if case == "layout-b" else "utf-8"
    soup = BeautifulSoup(body.decode(charset).replace("windows-1252", "utf-8"), "lxml")
    wanted = records(str(soup).encode())
    assert wanted

    rewrite(soup)

    assert records(str(soup).encode()) == wanted


@pytest.mark.parametrize(
    "text", ["Bestand", "BESTAND:", "Bestand(en)", " bestand ", "Bestand (csv)", "Bestand *"]
)
def test_a_label_is_known_in_any_dress(text: str) -> None:
    assert label(text, {"bestand": "file", "bestanden": "file"}) == "file"


@pytest.mark.parametrize("text", ["", "Bestandsnaam", "Het bestand", "(bestand"])
def test_other_words_are_no_label(text: str) -> None:
    found = label(text, {"bestand": "file"})

    assert found == ("file" if text == "(bestand" else None)


def test_a_table_of_variables_is_text_and_no_label() -> None:
    (record,) = records(
        b"<h1>A</h1><p>Aantal.</p><table><tr><th>Bestand<th>Peildatum<tr>"
        b"<td><a href='/open_onderwijsdata/images/a.csv'>A</a><td>1-10-2023</table>"
        b"<h2>Toelichting</h2><table><tr><td>BRIN<td>code<tr><td>Naam<td>van de school<tr>"
        b"<td>Status<td>open of dicht</table>"
    )

    assert [file.status for file in record.distributions] == [None]
    assert [note.text for note in record.annotations] == [
        "BRIN | code\nNaam | van de school\nStatus | open of dicht"
    ]


def test_data_of_another_host_in_prose_is_a_link_and_no_file_of_ours() -> None:
    (record,) = records(
        b"<h1>A</h1><p>Aantal, zie ook <a href='https://example.org/b.xlsx'>B</a>.</p><table><tr>"
        b"<th>Bestand<th>Peildatum<tr><td><a href='https://example.org/c.csv'>C</a><td></table>"
    )

    assert [file.download_url for file in record.distributions] == ["https://example.org/c.csv"]
    assert [(link.url, link.role) for link in record.links] == [
        ("https://example.org/b.xlsx", "relation")
    ]
