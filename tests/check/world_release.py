"""The recorded world, harvested once: what verdicts and points are compared on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = "from dcat_harvest.cli import main; main()"
WARCS = ("duo", "cbs", "inspectie", "others")


@pytest.fixture(scope="session")
def release(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a run on the recorded world; DCAT_HARVEST_RUN names one that is there."""
    if given := os.environ.get("DCAT_HARVEST_RUN"):
        return Path(given) / "current"
    output = tmp_path_factory.mktemp("world") / "output"
    replays = [x for name in WARCS for x in ("--replay", str(world / f"{name}.warc.gz"))]
    chosen = ["--set", "cbs-statline.select=all", "--now", "2026-11-02T06:00:00Z"]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "run", *replays, *chosen, "--output", str(output)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 3), done.stderr[-2000:]
    return output / "current"
