import os
from pathlib import Path

import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.publish import release


def made(output: Path, name: str, text: str = "x") -> Path:
    with release.staged(output) as folder:
        (folder / "catalog.nt").write_text(text)
        release.seal(folder, {"release": name})
        return release.adopt(output, folder, name)


def test_a_release_becomes_current_whole(tmp_path: Path) -> None:
    target = made(tmp_path, "a")

    assert release.current(tmp_path) == target.resolve()
    assert release.verify(target) == []


def test_a_block_that_fails_leaves_the_last_release_and_nothing_aside(tmp_path: Path) -> None:
    target = made(tmp_path, "a")

    with pytest.raises(RuntimeError), release.staged(tmp_path) as folder:
        (folder / "half").write_text("x")
        raise RuntimeError

    assert release.current(tmp_path) == target.resolve()
    assert [p.name for p in (tmp_path / "releases").iterdir()] == ["a"]


def test_a_file_that_was_touched_or_is_missing_or_extra_is_named(tmp_path: Path) -> None:
    target = made(tmp_path, "a")

    (target / "catalog.nt").write_text("y")
    (target / "extra").write_text("y")

    assert release.verify(target) == ["extra", "catalog.nt"]


def test_what_a_killed_run_left_aside_is_cleared_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "releases" / ".new-99999999"
    left.mkdir(parents=True)

    made(tmp_path, "a")

    assert not left.exists()


def test_the_same_release_made_again_is_still_current(tmp_path: Path) -> None:
    made(tmp_path, "a")

    target = made(tmp_path, "a", "z")

    assert release.current(tmp_path) == target.resolve()
    assert (target / "catalog.nt").read_text() == "z"


def test_old_releases_go_and_never_the_current_one(tmp_path: Path) -> None:
    for number, name in enumerate("abcd"):
        os.utime(made(tmp_path, name), (number, number))
    release.point(tmp_path, "a")

    gone = release.prune(tmp_path, 2)

    assert sorted(gone) == ["b", "c"]
    assert release.current(tmp_path) == (tmp_path / "releases" / "a").resolve()


def test_a_folder_that_cannot_be_written_is_an_error_before_any_work(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(UsageError, match="--output"):
        release.check_writable(blocked / "out")


def test_a_file_with_a_name_serves_where_links_are_not_to_be_had(tmp_path: Path) -> None:
    target = made(tmp_path, "a")
    (tmp_path / "current").unlink()
    (tmp_path / "current").write_text("a\n")

    assert release.current(tmp_path) == target
