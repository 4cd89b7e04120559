"""Verdicts agree with what somebody reads in the captures."""

import json
from pathlib import Path

import pytest

from dcat_harvest.check.checklist import CRITERIA

pytest_plugins = ("world_release",)
TABLE = Path(__file__).parent / "judged.tsv"
Reading = tuple[tuple[str, str], dict[str, str]]


def readings(table: Path = TABLE) -> list[Reading]:
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [x.split("\t") for x in lines if not x.startswith(("#", "source\t"))]
    return [((x[0], x[1]), dict(zip(CRITERIA, x[2:10], strict=True))) for x in rows]


def test_the_table_is_whole() -> None:
    found = readings()

    assert len({key for key, _ in found}) == len(found) >= 60
    assert {source for (source, _), _ in found} == {
        "duo-ckan",
        "duo-pages",
        "cbs-statline",
        "inspectie",
    }
    assert {v for _, verdicts in found for v in verdicts.values()} == {
        "pass",
        "partly",
        "fail",
        "unknown",
    }


def agrees(release: Path, table: Path = TABLE) -> None:
    """Hold the verdicts of a release to those that were read, in nine of ten and never too kind."""
    report = json.loads((release / "quality" / "report.json").read_bytes())
    judged = {(x["source"], x["key"]): x["criteria"] for x in report["datasets"]}
    pairs = [
        (key, criterion, read, judged[key][criterion])
        for key, verdicts in readings(table)
        for criterion, read in verdicts.items()
    ]
    differ = [x for x in pairs if x[2] != x[3]]

    assert len(differ) <= len(pairs) / 10, differ
    assert not [x for x in differ if x[2] == "fail" and x[3] == "pass"]


@pytest.mark.world
def test_the_code_agrees_with_the_readings(release: Path) -> None:
    agrees(release)
