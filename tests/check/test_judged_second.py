"""Verdicts agree with a second reading, made without sight of the first or of the code's."""

from pathlib import Path

import pytest

from check.test_judged import agrees, readings

pytest_plugins = ("world_release",)
SECOND = Path(__file__).parent / "judged-second.tsv"


def test_the_second_table_judges_the_same_datasets() -> None:
    second = readings(SECOND)

    assert sorted(key for key, _ in second) == sorted(key for key, _ in readings())
    assert {v for _, x in second for v in x.values()} == {"pass", "partly", "fail", "unknown"}


@pytest.mark.world
def test_the_code_agrees_with_the_second_reading(release: Path) -> None:
    agrees(release, SECOND)
