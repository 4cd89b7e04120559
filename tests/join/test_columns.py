"""`--columns`: one request a file, each address once, and what became of it."""

import json
from collections.abc import Mapping

import pytest

from dcat_harvest import columns
from dcat_harvest.errors import FetchError
from dcat_harvest.model import Agent, Capture, Dataset, Distribution, Page
from dcat_harvest.read.manifest import Manifest

MANIFEST = Manifest(
    name="s", type="t", title="T", start=(), publisher=Agent(name="P"), options={"columns": True}
)
PORTAL = "https://portal.example.org"
TABLE = "https://datasets.example.org/odata/v1/CBS/71450ned"


class Answers:
    """Answers from a table; counts what was asked."""

    def __init__(self, bodies: Mapping[str, bytes]) -> None:
        self.bodies = bodies
        self.asked: list[Page] = []

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        self.asked.append(page)
        if page.url not in self.bodies:
            raise FetchError(page.url, "status 404", status=404)
        return Capture(
            url=page.url, final_url=page.url, status=200, headers={}, page=page,
            body=self.bodies[page.url], time="2026-11-02T06:00:00Z", digest="sha1:A",
        )  # fmt: skip


def dataset(*files: Distribution) -> Dataset:
    return Dataset(source="s", key="k", distributions=files)


def test_a_datastore_is_asked_for_its_fields() -> None:
    file = Distribution(
        access_url=f"{PORTAL}/dataset/n/resource/ID", download_url=f"{PORTAL}/f.csv",
        format="CSV", service="datastore",
    )  # fmt: skip
    url = f"{PORTAL}/api/3/action/datastore_search?resource_id=ID&limit=0"
    body = {"success": True, "result": {"fields": [{"id": "_id"}, {"id": "BRIN NUMMER"}]}}
    answers = Answers({url: json.dumps(body).encode()})

    (done,), found = columns.complete([dataset(file)], answers, MANIFEST)

    assert done.distributions[0].columns == ("BRIN NUMMER",)
    assert [p.url for p in answers.asked] == [url]
    assert not found


def test_a_file_is_asked_for_its_first_bytes_once() -> None:
    file = Distribution(access_url="https://example.org/a.csv", format="CSV")
    answers = Answers({"https://example.org/a.csv": b"BRIN;AANTAL\n01AA;5\n"})

    done, _ = columns.complete([dataset(file), dataset(file)], answers, MANIFEST)

    assert [d.distributions[0].columns for d in done] == [("BRIN", "AANTAL")] * 2
    assert [p.first_bytes for p in answers.asked] == [64 * 1024]


def test_a_table_gives_dimensions_and_the_kinds_of_its_codes() -> None:
    dimensions = [
        {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
        {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        {"Identifier": "Geslacht", "Title": "Geslacht", "Kind": "Dimension"},
    ]
    regions = [{"Identifier": c} for c in ("NL01  ", "GM0363", "GM0014", "PV20")]
    answers = Answers(
        {
            f"{TABLE}/Dimensions": json.dumps({"value": dimensions}).encode(),
            f"{TABLE}/RegioSCodes": json.dumps({"value": regions}).encode(),
        }
    )

    (done,), found = columns.complete([dataset(Distribution(access_url=TABLE))], answers, MANIFEST)

    assert [(x.key, x.kind, x.codes) for x in done.dimensions] == [
        ("RegioS", "geo", ("NL01", "GM0363", "PV20")),
        ("Perioden", "time", ()),
        ("Geslacht", "other", ()),
    ]
    assert len(answers.asked) == 3
    assert [c.url.rpartition("/")[2] for c in done.captures] == ["Dimensions", "RegioSCodes"]
    assert not found


@pytest.mark.parametrize("body", [b"<!doctype html>", b"KOLOM\nwaarde\n"])
def test_what_cannot_be_read_is_reported_with_the_reason(body: bytes) -> None:
    file = Distribution(access_url="https://example.org/a.csv", format="CSV")

    (done,), found = columns.complete(
        [dataset(file)], Answers({"https://example.org/a.csv": body}), MANIFEST
    )

    assert [f.code for f in found] == ["columns-not-read"]
    assert done.distributions[0].columns == ()


def test_a_header_that_lies_gives_no_columns_but_a_finding() -> None:
    file = Distribution(access_url="https://example.org/a.csv", format="CSV")

    (done,), found = columns.complete(
        [dataset(file)], Answers({"https://example.org/a.csv": b"1;2;3\n4;5;6\n"}), MANIFEST
    )

    assert [f.code for f in found] == ["odd-header"]
    assert done.distributions[0].columns == ()


def test_a_missing_page_is_ordinary_and_a_broken_one_is_not() -> None:
    table = dataset(Distribution(access_url=TABLE))

    _, missing = columns.complete([table], Answers({}), MANIFEST)
    _, broken = columns.complete([table], Answers({f"{TABLE}/Dimensions": b"{"}), MANIFEST)

    assert not missing
    assert [f.code for f in broken] == ["columns-not-read"]


def test_columns_are_read_only_where_that_was_asked() -> None:
    assert columns.are_wanted(MANIFEST)
    for value in (False, "false", "0", ""):
        options = {"columns": value}
        plain = Manifest(
            name="s", type="t", title="T", start=(), publisher=Agent(name="P"), options=options
        )
        assert not columns.are_wanted(plain)
