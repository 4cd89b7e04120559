"""The embedded store, filled by a process beside the run (decision 0001)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dcat_harvest.errors import HarvestError
from dcat_harvest.settings import Settings

if TYPE_CHECKING:
    from subprocess import Popen


def begin(folder: Path, output: Path, settings: Settings) -> "Popen[str]":
    """Begin to fill a new embedded store from a staged release, in a process beside this one."""
    from subprocess import PIPE, Popen

    store = str(output / "store")
    module = "dcat_harvest.store.release"
    command = [sys.executable, "-m", module, str(folder), store, settings.base]
    return Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)  # noqa: S603 - ours


def await_filled(filling: "Popen[str]") -> None:
    """Wait until the staged release has been read: its folder is about to get its name."""
    assert filling.stdout is not None
    filling.stdout.readline()


def swap(filling: "Popen[str]") -> str:
    """Let the filled store take the old one's place; gives the error where that failed."""
    _, said = filling.communicate("the release is current\n")
    if filling.returncode == 0:
        return ""
    return said.strip().rpartition("\n")[2] or f"the store was not filled ({filling.returncode})"


def load(output: Path, settings: Settings, endpoint: str = "") -> str:
    """Load the current release; gives the error where the store refuses."""
    from dcat_harvest.store.release import load

    try:
        load(output, settings.base, endpoint)
    except HarvestError as error:
        return str(error)
    return ""
