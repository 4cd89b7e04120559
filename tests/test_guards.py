from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest import guards
from dcat_harvest.findings import finding
from dcat_harvest.guards import ClockError, judge, shape
from dcat_harvest.harvest import Harvested
from dcat_harvest.model import CaptureRef, Dataset, Distribution, Origin
from test_run import dataset, ran

EARLIER = datetime(2026, 11, 1, tzinfo=UTC)


def known(key: str, **values: Any) -> Dataset:
    page = CaptureRef(url=f"https://p.test/{key}", time="2026-01-01T00:00:00Z", digest="sha1:A")
    given = {"modified": f"2026-01-{int(key) + 1:02}", "frequency": "jaarlijks", **values}
    return dataset(key, captures=(page,), **given)


def many(count: int, **values: Any) -> list[Dataset]:
    return [known(f"{n:02}", **values) for n in range(count)]


def today(
    *datasets: Dataset, failed: str = "", missed: Mapping[str, int] | None = None
) -> Harvested:
    return Harvested(source="s", datasets=list(datasets), failed=failed, missed=dict(missed or {}))


def codes(one: Harvested, before: list[Dataset]) -> list[str]:
    return [f.code for f in judge(one, before).findings]


def test_a_field_that_loses_its_values_quarantines_the_source_and_names_the_page() -> None:
    now = [known(d.key, frequency=None) if d.key < "02" else d for d in many(10)]
    one = today(*now)
    label = finding("unread-field", source="s", where="https://p.test/00", field="x", value="Ritme")
    one.findings.append(label)

    found = judge(one, many(10))

    assert (found.status, found.is_kept) == ("stale", True)
    drift = next(f for f in found.findings if f.code == "field-drift")
    assert (drift.where, drift.value) == ("https://p.test/00", "100%")
    for word in ("frequency", "80%", "https://p.test/00", "Ritme", "--accept-shrink s"):
        assert word in found.reason


def test_a_tenth_of_the_values_lost_is_no_drift() -> None:
    now = [known(d.key, frequency=None) if d.key < "02" else d for d in many(20)]

    assert judge(today(*now), many(20)).status == "ok"


def test_one_dataset_that_lost_a_value_is_a_change_of_that_dataset() -> None:
    assert judge(today(known("00", frequency=None), *many(4)[1:]), many(4)).status == "ok"


def test_a_value_that_the_manifest_fills_in_does_not_hide_that_the_page_lost_it() -> None:
    assumed = {"licence": Origin(kind="assumed", seen_at="https://p.test/")}
    before = many(5, licence="cc-by")
    now = many(5, licence="cc-by", origins=assumed)

    assert codes(today(*now), before) == ["source-quarantined", "field-drift"]


def test_a_value_that_a_person_supplied_is_no_drift_where_the_page_never_had_it() -> None:
    amended = {"frequency": Origin(kind="amended")}

    before = many(5, origins=amended)

    assert judge(today(*many(5, frequency=None)), before).status == "ok"


def test_new_datasets_without_a_value_are_no_drift() -> None:
    more = [known(f"{n}", frequency=None) for n in range(20, 27)]

    assert judge(today(*many(10), *more), many(10)).status == "ok"


def test_a_field_of_the_files_that_goes_is_drift_too() -> None:
    def file(word: str | None) -> tuple[Distribution, ...]:
        return (Distribution(access_url="https://p.test/a.csv", format=word),)

    before, now = many(5, distributions=file("CSV")), many(5, distributions=file(None))

    assert codes(today(*now), before) == ["source-quarantined", "field-drift"]


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        ("modified", "2026-01-01", "gisteren nog"),
        ("identifier", "https://p.test/{}", "{}"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/", "zie de voorwaarden"),
    ],
)
def test_values_of_another_shape_quarantine_the_source(field: str, was: str, now: str) -> None:
    old = [known(d.key, **{field: was.format(d.key)}) for d in many(5)]
    new = [known(d.key, **{field: now.format(d.key)}) for d in many(5)]

    found = judge(today(*new), old)

    assert found.status == "stale"
    assert field in found.reason


def test_the_shape_of_a_value_is_what_kind_of_thing_it_is() -> None:
    said = [
        "2023",
        "2023-05",
        "2023-05-01",
        "2023-05-01T10:00",
        "12",
        "https://x.test/",
        "a",
        "a b",
    ]

    assert [shape(x) for x in said] == [
        *("year", "month", "date", "moment", "number", "address", "word", "words")
    ]


@pytest.mark.parametrize("field", ["modified", "description", "title", "issued"])
def test_one_value_for_all_where_they_differed_is_an_anomaly(field: str) -> None:
    before = [known(d.key, **{field: f"2025-01-0{n + 1}"}) for n, d in enumerate(many(5))]

    assert codes(today(*many(5, **{field: "2026-02-02"})), before) == [
        "source-quarantined", "all-values-equal",
    ]  # fmt: skip
    assert judge(today(*before), before).status == "ok"


def test_a_dataset_whose_page_says_404_is_gone_however_small_the_source() -> None:
    found = judge(today(*many(4)[1:], missed={"https://p.test/00": 404}), many(4))

    assert (found.status, found.unsure) == ("ok", ())


def test_a_dataset_that_left_a_small_source_without_a_word_is_kept() -> None:
    assert judge(today(*many(4)[1:]), many(4)).status == "shrunk"


def test_many_pages_that_say_404_are_a_sudden_loss_all_the_same() -> None:
    missed = {f"https://p.test/{n:02}": 404 for n in range(5)}

    assert judge(today(*many(10)[5:], missed=missed), many(10)).status == "shrunk"


@pytest.mark.parametrize("status", [0, 403, 500, 503])
def test_a_dataset_whose_page_could_not_be_read_is_not_gone(status: int) -> None:
    found = judge(today(*many(20)[1:], missed={"https://p.test/00": status}), many(20))

    assert (found.status, [d.key for d in found.unsure]) == ("ok", ["00"])
    assert [f.code for f in found.findings] == ["dataset-kept"]


def test_a_page_that_never_gave_a_dataset_keeps_nothing() -> None:
    found = judge(today(*many(20)[1:], missed={"https://p.test/other": 503}), many(20))

    assert (found.status, found.unsure) == ("ok", ())


def test_a_person_may_accept_what_a_guard_refuses() -> None:
    assert judge(today(*many(5, frequency=None)), many(5), accepted=True).status == "ok"
    assert judge(today(*many(1)), many(5), accepted=True).status == "ok"


def test_a_first_run_meets_no_guard() -> None:
    assert judge(today(*many(5, modified="2026-01-01")), []).status == "ok"


def test_a_guard_that_fires_shows_in_manifest_findings_errors_and_exit_code(
    tmp_path: Path,
) -> None:
    import json

    ran(tmp_path, *many(5), now=EARLIER)

    found = ran(tmp_path, *many(5, frequency=None))

    said = json.loads((found.release / "manifest.json").read_text())["sources"]["s"]
    assert (found.exit_code, said["status"], said["stale"]) == (3, "stale", 5)
    assert "frequency" in said["error"]
    assert "frequency" in found.errors["s"]
    assert "field-drift" in (found.release / "quality" / "findings.jsonl").read_text()
    assert "jaarlijks" in (found.release / "records" / "s.jsonl").read_text()


def test_a_quarantine_holds_night_after_night_until_a_person_accepts(tmp_path: Path) -> None:
    ran(tmp_path, *many(5), now=EARLIER)
    later = many(5, frequency=None)

    nights = [ran(tmp_path, *later).exit_code for _ in range(2)]
    accepted = ran(tmp_path, *later, accept_shrink=["s"])

    assert nights == [3, 3]
    assert (accepted.exit_code, accepted.data.sources["s"].changed) == (0, 5)


def test_a_clock_in_the_past_changes_nothing_unless_full(tmp_path: Path) -> None:
    first = ran(tmp_path, *many(3))

    with pytest.raises(ClockError, match="the clock says 2026-11-01"):
        ran(tmp_path, *many(4), now=EARLIER)

    assert ClockError.exit_code == 3
    assert (tmp_path / "current").resolve().name == first.name
    assert ran(tmp_path, *many(4), now=EARLIER, full=True).fresh


def test_fields_that_are_watched_are_fields_of_a_dataset() -> None:
    assert set(guards.SHAPED) <= set(guards.WATCHED)
    assert set(guards.UNWATCHED) <= set(Dataset.__struct_fields__)
    assert set(guards.WATCHED_FILES) <= set(Distribution.__struct_fields__)
