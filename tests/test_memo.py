"""A memo gives what it was told and nothing else, whatever happens to its file."""

from pathlib import Path

import pytest

from dcat_harvest import memo
from dcat_harvest.memo import Memo, Memos, sum_of


def written(path: Path, **values: bytes) -> Path:
    one = Memo(path)
    for name, value in values.items():
        one.put(sum_of(name), value)
    one.save()
    return path


def held(path: Path, *names: str, given: tuple[str, ...] = ()) -> list[bytes | None]:
    one = Memo(path, given)
    return [one.get(sum_of(name)) for name in names]


def test_what_was_put_is_found_by_the_next(tmp_path: Path) -> None:
    path = written(tmp_path / "memo" / "x", a=b"1", b=b"")

    assert held(path, "a", "b", "c") == [b"1", b"", None]


def test_what_was_not_asked_for_again_is_dropped(tmp_path: Path) -> None:
    path = written(tmp_path / "x", a=b"1", b=b"2")
    one = Memo(path)
    one.get(sum_of("a"))
    one.save()

    assert held(path, "a", "b") == [b"1", None]


def test_other_settings_or_another_program_find_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "x", a=b"1")

    assert held(path, "a", given=("other",)) == [None]
    monkeypatch.setattr(memo, "program", lambda: "another version")
    assert held(path, "a") == [None]


@pytest.mark.parametrize("cut", range(17, 70, 4))
def test_a_file_that_was_cut_off_gives_what_is_whole(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "x", a=b"first", b=b"second")
    path.write_bytes(path.read_bytes()[:cut])

    found = held(path, "a", "b")

    assert found[0] in (b"first", None)
    assert found[1] is None or cut > 100


def test_a_byte_that_changed_on_disk_is_no_value(tmp_path: Path) -> None:
    path = written(tmp_path / "x", a=b"first", b=b"second")
    data = path.read_bytes()

    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        found = held(path, "a", "b")
        assert found[0] in (b"first", None) and found[1] in (b"second", None)


def test_a_fresh_memo_finds_nothing_and_replaces(tmp_path: Path) -> None:
    path = written(tmp_path / "memo" / "x", a=b"1")
    one = Memos(tmp_path / "memo", fresh=True).open("x")

    assert one.get(sum_of("a")) is None
    one.put(sum_of("a"), b"2")
    one.save()
    assert held(path, "a") == [b"2"]


def test_nothing_is_kept_without_a_folder(tmp_path: Path) -> None:
    one = Memos().open("x")
    one.put(sum_of("a"), b"1")
    one.save()

    assert (one.keeps, one.get(sum_of("a"))) == (False, None)


def test_a_folder_that_cannot_be_written_costs_the_memo_only(tmp_path: Path) -> None:
    (tmp_path / "memo").write_text("a file where the folder should be")

    path = written(tmp_path / "memo" / "x", a=b"1")

    assert held(path, "a") == [None]


def test_what_a_killed_run_left_is_cleaned_away(tmp_path: Path) -> None:
    left = tmp_path / ".build-4711"
    left.write_bytes(b"half")

    Memos(tmp_path)

    assert not left.exists()
