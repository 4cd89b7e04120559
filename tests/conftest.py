"""Fixtures for all tests: the recorded world, and regenerated expectations on request."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

# In CI a property test tries the same inputs every time: a red run is about the change.
hypothesis.settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("DCAT_HARVEST_SHARED", ROOT.parent / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="rewrite the expected.json of the captures"
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared: official shapes, code lists, defects, the recorded world."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"no {SHARED}: official shapes and the recorded world are not here")
    return SHARED


@pytest.fixture(scope="session")
def world(shared: Path) -> Path:
    """The recorded world: WARC files and truth.jsonl."""
    folder = shared / "world" / "public"
    if not folder.is_dir():
        pytest.skip(f"no {folder}: the recorded world is not here")
    return folder


@pytest.fixture(autouse=True, scope="session")
def _sockets_only_to_loopback() -> None:
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def world_run(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of one run over the whole recorded world, shared by all workers.

    DCAT_HARVEST_RUN names an output folder that is there already.
    """
    if given := os.environ.get("DCAT_HARVEST_RUN"):
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    shared_base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    output = shared_base / "world-run"
    with (shared_base / "world-run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (output / "current").exists():
            _run_world(world, output)
    return output


def _run_world(world: Path, output: Path) -> None:
    names = ("duo", "cbs", "inspectie", "others")
    replays = [x for name in names for x in ("--replay", str(world / f"{name}.warc.gz"))]
    chosen = ["--set", "cbs-statline.select=all", "--now", "2026-11-02T06:00:00Z", "--quiet"]
    code = "from dcat_harvest.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", *replays, *chosen, "--output", str(output)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 3), done.stderr[-2000:]
