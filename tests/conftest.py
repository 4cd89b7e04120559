"""Fixtures for all tests: the recorded world, and regenerated expectations on request."""

import os
from pathlib import Path

import pytest

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
