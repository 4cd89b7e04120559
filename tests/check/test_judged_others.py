"""Verdicts agree with what somebody reads in the captures of sources outside the plain run."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from check.test_judged import agrees, readings
from dcat_harvest.cli import cli

OTHERS = Path(__file__).parent / "judged-others.tsv"
CONFIGURATION = """
[sources.dcat-feed]
type = "dcat"
start = "https://dcat.example.org/catalog.ttl?page=1"
publisher = "Voorbeeldorganisatie"
"""


@pytest.mark.world
def test_the_code_agrees_with_the_readings_of_other_sources(world: Path, tmp_path: Path) -> None:
    config, output = tmp_path / "c.toml", tmp_path / "output"
    config.write_text(CONFIGURATION, encoding="utf-8")
    sources = sorted({source for (source, _), _ in readings(OTHERS)})
    names = ("cbs", "donl", "others")
    replay = [x for name in names for x in ("--replay", str(world / f"{name}.warc.gz"))]

    done = CliRunner().invoke(
        cli,
        ["run", *sources, *replay, "--config", str(config), "--output", str(output),
         "--quiet", "--now", "2026-11-02T06:00:00Z"],
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    agrees(output / "current", OTHERS)


def test_the_readings_add_what_the_first_table_lacks() -> None:
    seen = {(c, v) for _, verdicts in readings(OTHERS) for c, v in verdicts.items()}

    assert {("1", "fail"), ("5", "unknown")} <= seen
