from pathlib import Path

import msgspec

from dcat_harvest.findings import finding
from dcat_harvest.harvest import Harvested
from dcat_harvest.model import Dataset, Distribution
from dcat_harvest.records import read_state
from dcat_harvest.renames import apply, renames
from test_run import dataset, many, ran


def files(*addresses: str) -> tuple[Distribution, ...]:
    return tuple(Distribution(access_url=f"https://p.test/{a}", licence="cc-by") for a in addresses)


def harvested(*datasets: Dataset) -> Harvested:
    return Harvested(source="s", datasets=list(datasets))


def test_a_dataset_with_the_identifier_of_one_that_is_gone_is_that_one() -> None:
    old, new = dataset("a"), dataset("b", identifier="https://p.test/a", distributions=())

    assert renames([old], harvested(new), {}) == {"b": "a"}


def test_a_dataset_with_half_of_its_files_is_that_one_and_with_less_is_new() -> None:
    old = dataset("a", distributions=files("1", "2", "3"))
    half = dataset("b", distributions=files("2", "3", "4"))
    less = dataset("b", distributions=files("3", "4", "5"))

    assert renames([old], harvested(half), {}) == {"b": "a"}
    assert renames([old], harvested(less), {}) == {}


def test_files_that_several_datasets_have_prove_nothing() -> None:
    old = [dataset(k, distributions=files("same")) for k in "ab"]
    new = [dataset(k, distributions=files("same")) for k in "cd"]

    assert renames(old, harvested(*new), {}) == {}


def test_a_dataset_that_was_split_in_two_is_neither() -> None:
    old = dataset("a", distributions=files("1", "2"))
    new = [dataset("b", distributions=files("1")), dataset("c", distributions=files("2"))]

    assert renames([old], harvested(*new), {}) == {}


def test_nothing_is_renamed_while_the_old_key_is_still_there() -> None:
    copy = dataset("b", identifier="https://p.test/a")

    assert renames([dataset("a")], harvested(dataset("a"), copy), {}) == {}


def test_a_first_run_renames_nothing() -> None:
    assert renames([], harvested(dataset("a")), {}) == {}


def test_a_rename_is_kept_through_a_night_without_the_dataset_and_lapses_with_the_old_key() -> None:
    assert renames([], harvested(dataset("x")), {"b": "a"}) == {"b": "a"}
    assert renames([], harvested(dataset("a"), dataset("b")), {"b": "a"}) == {}


def test_a_dataset_renamed_twice_is_still_the_first_one() -> None:
    third = dataset("c", identifier="https://p.test/a")

    assert renames([dataset("a")], harvested(third), {"b": "a"}) == {"c": "a"}


def test_series_and_findings_follow_the_key() -> None:
    one = harvested(dataset("new"), dataset("part", in_series="new"))
    one.findings.append(finding("no-licence", source="s", key="new", where="x"))

    found = apply(one, {"new": "old"})

    assert [(d.key, d.in_series) for d in found.datasets] == [("old", None), ("part", "old")]
    assert found.findings[0].key == "old"


def test_a_renamed_dataset_keeps_its_iri_its_first_date_and_is_changed_not_gone(
    tmp_path: Path,
) -> None:
    ran(tmp_path, *many(12), dataset("old"))
    moved = dataset("new", distributions=dataset("old").distributions, title="Nieuwe naam")

    found = ran(tmp_path, *many(12), moved)
    again = ran(tmp_path, *many(12), moved)

    status = found.data.sources["s"]
    text = (found.release / "catalog.nt").read_text()
    assert (status.new, status.changed, status.gone) == (0, 1, 0)
    assert "<https://x.test/dataset/s/old>" in text
    assert "dataset/s/new>" not in text
    assert read_state(found.release / "records").aliases == {"s": {"new": "old"}}
    assert not again.fresh


def test_a_dataset_that_comes_back_renamed_weeks_later_has_its_iri_again(tmp_path: Path) -> None:
    moved = dataset("new", distributions=dataset("old").distributions, title="Nieuwe naam")
    ran(tmp_path, *many(12), dataset("old"))
    without = ran(tmp_path, *many(12))
    ran(tmp_path, *many(12), dataset("other"))

    found = ran(tmp_path, *many(12), dataset("other"), moved)

    assert without.data.sources["s"].gone == 1
    text = (found.release / "catalog.nt").read_text()
    assert "dataset/s/new>" not in text
    assert "<https://x.test/dataset/s/old> <http://purl.org/dc/terms/title>" in text
    state = read_state(found.release / "records")
    assert state.aliases == {"s": {"new": "old"}}
    assert state.gone == {"s": {}}
    assert not (found.release / "records" / "gone").exists()


def test_what_was_amended_and_kept_has_not_changed(tmp_path: Path) -> None:
    from dcat_harvest.run import run
    from test_run import BASE, NOW, Down, Up, source

    folder = tmp_path / "amendments" / "s"
    folder.mkdir(parents=True)
    (folder / "k00.toml").write_text(
        '[[amendment]]\nfield = "frequency"\nvalue = "jaarlijks"\nwho = "Loket"\n'
        'when = 2026-01-01\nground = "gebeld"\n'
    )
    settings = msgspec.structs.replace(BASE, amendments=str(tmp_path / "amendments"))
    args = (tmp_path / "out", settings, NOW)
    run([source(*many(3))], Up(), *args)

    found = run([source(*many(3))], Down(), *args)

    assert (found.data.sources["s"].status, found.data.sources["s"].changed) == ("stale", 0)
