import csv
import io
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.report import ReportData, difference, history
from dcat_harvest.report.release import FILES, read_files, write_files
from report import made


def written(output: Path, name: str, data: ReportData) -> Path:
    folder = output / "releases" / name
    write_files(folder / "quality", data)
    return folder


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """An output folder with two releases: one dataset better, one worse, one new, one gone."""
    old = msgspec.structs.replace(made.data(30), release="r1", generated="2026-09-02T06:00:00Z")
    written(tmp_path, "r1", old)
    scores = [
        msgspec.structs.replace(s, criteria={**s.criteria, "8": "pass", "1": "pass"})
        if i == 0
        else msgspec.structs.replace(s, criteria={**s.criteria, "2": "fail"})
        if i == 1
        else s
        for i, s in enumerate(made.data(31).scores)
        if i != 5
    ]
    new = msgspec.structs.replace(old, release="r2", generated="2026-10-02T06:00:00Z")
    written(tmp_path, "r2", msgspec.structs.replace(new, scores=tuple(scores)))
    return tmp_path


def test_a_release_reads_back_as_it_was_written(tmp_path: Path) -> None:
    data = made.data(30, hostile=True)
    folder = written(tmp_path, "r1", data)

    assert read_files(folder / "quality") == data
    assert {x.name for x in (folder / "quality").iterdir()} == set(FILES)


def test_what_got_better_and_worse_is_counted_per_publisher_and_criterion(two: Path) -> None:
    old, new = history.releases(two)
    found = difference.compare(old, new)
    moved = {(x.publisher, x.criterion): (len(x.better), len(x.worse)) for x in found.moved}

    assert moved == {
        ("Dienst Uitvoering Onderwijs", "8"): (1, 0),
        ("Centraal Bureau voor de Statistiek", "2"): (0, 1),
    }
    assert [x.rsplit("/", 1)[-1] for x in found.came] == ["tabel-30"]
    assert [x.rsplit("/", 1)[-1] for x in found.went] == ["tabel-5"]
    text = difference.as_text(found)
    assert "1 oordelen hoger, 1 lager" in text
    assert "+0 −1" in text
    assert "".join(difference.render(old, read_files(two / "releases" / "r2" / "quality"))) == text


def test_nothing_changed_is_said(two: Path) -> None:
    old, _ = history.releases(two)

    assert "Geen oordeel veranderde" in difference.as_text(difference.compare(old, old))


@pytest.mark.parametrize(
    ("wanted", "found"), [("r1", "r1"), ("2026-09", "r1"), ("2026-09-30", "r1"), ("2026", "r2")]
)
def test_since_takes_a_release_or_a_moment(two: Path, wanted: str, found: str) -> None:
    assert history.since(two, wanted).release == found


def test_since_names_the_releases_where_it_finds_none(two: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there are r1 \(2026-09-02"):
        history.since(two, "2020")
    with pytest.raises(UsageError, match="no release with scores"):
        history.since(tmp_path / "elders", "r1")


def test_history_grows_by_one_release_at_a_time(two: Path) -> None:
    points = history.earlier(two / "releases" / "r1")
    moments = {x.release for x in points}
    longer = history.earlier(two / "releases" / "r2", most=2)

    assert moments == {"r1", *(f"r{i}" for i in range(1, 6))}
    assert len({(x.generated, x.release) for x in longer}) == 2
    assert history.earlier(None) == ()
    assert history.earlier(two) == ()


def test_a_damaged_report_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, "r1", made.data(3))
    (folder / "quality" / "report.json").write_text('{"datasets":[')

    with pytest.raises(UsageError, match="damaged"):
        history.releases(tmp_path)
    with pytest.raises(UsageError, match="damaged"):
        read_files(folder / "quality")
    with pytest.raises(UsageError, match="No such file"):
        read_files(tmp_path)


def test_the_series_is_csv_and_rdf_with_the_same_numbers() -> None:
    data = made.data(30, hostile=True)
    points = [*data.history, *history.points(data)]
    kept = [history.kept_of(data)]
    rows = list(csv.DictReader(io.StringIO(history.as_csv(kept))))
    turtle = history.as_turtle(kept * 2, data.base).encode()
    triples = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    values = [t for t in triples if t.predicate.value.endswith("dqv#value")]

    assert len(rows) == len(points) * 8 == len(values)
    last = [x for x in rows if x["release"] == data.release and not x["publisher"]]
    assert {x["scope"] for x in last} == {"all", "current"}
    assert all(int(x["pass"]) + int(x["fail"]) <= int(x["datasets"]) for x in rows)
