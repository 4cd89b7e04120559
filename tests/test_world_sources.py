"""Every other source of the recorded world, and those that only a configuration names."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dcat_harvest.cli import cli

pytestmark = pytest.mark.world
CONFIGURATION = """
[sources.dcat-feed]
type = "dcat"
start = "https://dcat.example.org/catalog.ttl?page=1"
publisher = "Voorbeeldorganisatie"
[sources.schema-org]
type = "schema-org"
start = "https://demo.dataverse.example/dataset.xhtml?persistentId=doi:10.5072/FK2/CY7BWA"
publisher = "Root"
[sources.demo]
type = "dataverse"
start = "https://demo.dataverse.example/api/datasets/export?exporter=dataverse_json&persistentId=doi:10.5072/FK2/PCA2E3"
publisher = "Root"
[sources.dans]
only = "^doi:10[.]17026/|^oai:"
[sources.geweigerd]
type = "sdmx"
start = "https://sdmx.oecd.org/public/rest/dataflow/OECD.BLOCKED"
publisher = "OECD"
"""
TRUTHS = (
    *("cbs-derden", "cbs-maatwerk", "dataverse", "dcat-feed", "donl", "hackontrack", "oai-pmh"),
    *("schema-org", "sdmx"),
)
NAMES = (
    *("cbs-derden", "cbs-maatwerk", "dans", "data-overheid", "uwv", "hackontrack", "oecd"),
    *("dcat-feed", "schema-org", "demo", "geweigerd"),
)


@pytest.fixture(scope="module")
def scored(shared: Path, world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `score.py` says of one run over these sources."""
    folder = tmp_path_factory.mktemp("others")
    config, output, out = folder / "c.toml", folder / "output", folder / "score.json"
    config.write_text(CONFIGURATION, encoding="utf-8")
    replay = [
        x for name in ("cbs", "donl", "others") for x in ("--replay", f"{world}/{name}.warc.gz")
    ]
    done = CliRunner().invoke(
        cli,
        ["run", *NAMES, *replay, "--config", str(config), "--output", str(output), "--quiet",
         "--now", "2026-11-02T06:00:00Z"],
    )  # fmt: skip
    files = [str(output / "current" / "catalog.nt"), str(world / "truth.jsonl")]
    flags = [x for name in TRUTHS for x in ("--source", name)]
    subprocess.run(
        [sys.executable, str(shared / "world" / "score.py"), *files, *flags, "--json", str(out)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return {"exit": done.exit_code, **json.loads(out.read_text())}


def test_every_dataset_of_every_source_is_found_once(scored: dict[str, Any]) -> None:
    assert (scored["lost"], scored["extra"]) == ([], 0)


def test_a_source_that_is_refused_does_not_cost_the_others(scored: dict[str, Any]) -> None:
    assert scored["exit"] == 3


def test_every_field_is_right_and_nothing_is_invented(scored: dict[str, Any]) -> None:
    for name, field in scored["fields"].items():
        if field["precision"] is not None:
            assert field["precision"] >= 0.99, name
        # SPSS and SubRip files have no code in the EU table of file types.
        if field["recall"] is not None and name != "distribution_format":
            assert field["recall"] >= 0.97, name
        assert field.get("invented", 0) == 0, name
