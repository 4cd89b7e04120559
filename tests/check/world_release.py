"""The recorded world, harvested once: what verdicts and points are compared on."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def release(world_run: Path) -> Path:
    """The release of a run on the recorded world."""
    return world_run / "current"
