import os
import signal
from pathlib import Path

import pytest

from dcat_harvest.beside import beside
from dcat_harvest.errors import BrokenInvariant


def test_both_are_done_at_the_end_of_the_block(tmp_path: Path) -> None:
    def task() -> None:
        (tmp_path / "task").write_text("x")

    with beside(task):
        (tmp_path / "block").write_text("x")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["block", "task"]


def test_an_error_of_the_task_is_raised_with_its_own_words() -> None:
    def task() -> None:
        raise ValueError("no room for the page")

    with pytest.raises((BrokenInvariant, ValueError), match="no room for the page"), beside(task):
        pass


def test_an_error_of_the_block_ends_the_task(tmp_path: Path) -> None:
    name = tmp_path / "pid"
    os.mkfifo(name)

    def task() -> None:
        name.write_text(str(os.getpid()))
        signal.pause()

    with pytest.raises(RuntimeError), beside(task):
        child = int(name.read_text())
        raise RuntimeError

    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
