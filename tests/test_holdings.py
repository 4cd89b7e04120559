"""The index of an archive folder, and its upkeep: list, verify, compact, export."""

import gzip
from pathlib import Path

import msgspec
import pytest

from dcat_harvest.archive import Archive, Exchange, Replay
from dcat_harvest.errors import ArchiveError
from dcat_harvest.holdings import INDEX, Holdings
from dcat_harvest.model import CaptureRef
from dcat_harvest.upkeep import compact, export, list_files, verify

SITE = "https://www.example.org"


class Run:
    """One run of a harvest: writes answers of one moment."""

    def __init__(self, folder: Path, number: int) -> None:
        self.time = f"2026-11-{number:02}T06:00:00Z"
        self.archive = Archive(folder, f"202611{number:02}", now=self.time)

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *error: object) -> None:
        self.archive.close()

    def exchange(self, path: str, payload: bytes, status: int) -> Exchange:
        return Exchange(
            method="GET",
            url=f"{SITE}{path}",
            asked=(),
            status=status,
            reason="",
            answered=(("ETag", f'"{self.time[:10]}"'),),
            payload=payload,
            time=self.time,
        )

    def answer(self, path: str, payload: bytes, status: int = 200) -> str:
        return self.archive.add(self.exchange(path, payload, status)).digest

    def same(self, path: str, digest: str) -> None:
        self.archive.add_revisit(self.exchange(path, b"", 304), digest=digest, time=self.time)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three runs: /a stays, /b changes, /c fails and then is gone, /d is new."""
    folder = tmp_path / "archive"
    with Run(folder, 1) as run:
        a = run.answer("/a", b"a" * 3000)
        run.answer("/b", b"old b")
        run.answer("/c", b"good c")
    with Run(folder, 2) as run:
        run.same("/a", a)
        run.answer("/b", b"new b")
        run.answer("/c", b"oops", 503)
    with Run(folder, 3) as run:
        run.same("/a", a)
        run.answer("/c", b"gone", 404)
        run.answer("/d", b"d")
    return folder


def bodies(holdings: Holdings) -> dict[str, tuple[bytes, str]]:
    found = {}
    for path in ("/a", "/b", "/c", "/d"):
        capture = holdings.get(f"{SITE}{path}")
        if capture:
            found[path] = (capture.body[:6], capture.time[:10])
    return found


NEWEST = {
    "/a": (b"aaaaaa", "2026-11-03"),
    "/b": (b"new b", "2026-11-02"),
    "/c": (b"good c", "2026-11-01"),
    "/d": (b"d", "2026-11-03"),
}


def test_the_last_good_capture_of_each_address_is_held(folder: Path) -> None:
    assert bodies(Holdings(folder)) == NEWEST


def test_time_and_digest_are_known_without_reading_the_capture(folder: Path) -> None:
    holdings = Holdings(folder)

    for path in NEWEST:
        entry, capture = holdings.entry(f"{SITE}{path}"), holdings.get(f"{SITE}{path}")
        assert entry is not None
        assert capture is not None
        assert (entry.time, entry.digest) == (capture.time, capture.digest)
    assert holdings.entry(f"{SITE}/none") is None


def test_the_index_gives_what_the_files_give(folder: Path) -> None:
    Holdings(folder)
    before = (folder / INDEX).read_bytes()

    again = Holdings(folder)

    assert bodies(again) == NEWEST
    assert (folder / INDEX).read_bytes() == before


def test_the_index_is_used_and_only_new_files_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Holdings(folder)
    with Run(folder, 4) as run:
        run.answer("/d", b"newer")
    read: list[str] = []
    add = Replay.add

    def noted(self: Replay, path: Path, *, allow_torn: bool = False) -> None:
        read.append(path.name)
        add(self, path, allow_torn=allow_torn)

    monkeypatch.setattr(Replay, "add", noted)

    assert bodies(Holdings(folder)) == NEWEST | {"/d": (b"newer", "2026-11-04")}
    assert read == ["20261104.warc.gz"]


@pytest.mark.parametrize("index", [b"", b"{}", b"[1", b'{"files": {"x": 1}, "captures": []}'])
def test_state_is_made_again_from_the_archive_alone(folder: Path, index: bytes) -> None:
    Holdings(folder)
    (folder / INDEX).write_bytes(index)

    assert bodies(Holdings(folder)) == NEWEST


def test_a_file_that_was_taken_away_is_forgotten(folder: Path) -> None:
    Holdings(folder)
    (folder / "20261103.warc.gz").unlink()

    assert bodies(Holdings(folder)) == {
        "/a": (b"aaaaaa", "2026-11-02"),
        "/b": NEWEST["/b"],
        "/c": NEWEST["/c"],
    }


def test_a_torn_or_odd_file_gives_a_finding_and_not_an_end(folder: Path) -> None:
    last = folder / "20261103.warc.gz"
    last.write_bytes(last.read_bytes()[:-40])
    (folder / "20261104.warc.gz").write_bytes(b"no archive")

    holdings = Holdings(folder)

    assert bodies(holdings)["/b"] == NEWEST["/b"]
    assert [f.code for f in holdings.findings] == ["archive-torn", "archive-torn"]


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert len(Holdings(tmp_path / "none")) == 0


def test_files_are_listed(folder: Path) -> None:
    first, second, _ = list_files(folder)

    assert (first.name, first.captures, first.revisits) == ("20261101.warc.gz", 3, 0)
    assert (second.captures, second.revisits, second.hosts) == (2, 1, 1)
    assert first.first == first.last == "2026-11-01T06:00:00Z"


def test_a_right_archive_verifies(folder: Path) -> None:
    assert verify(sorted(folder.glob("*.warc.gz"))) == []


def test_a_changed_byte_is_found_with_its_address(folder: Path) -> None:
    path = folder / "20261101.warc.gz"
    text = gzip.decompress(path.read_bytes()).replace(b"old b", b"odd b")
    plain = folder / "changed.warc"
    plain.write_bytes(text)

    problems = verify([plain])

    assert {problem.url for problem in problems} == {f"{SITE}/b"}


def test_a_cut_file_is_found(folder: Path) -> None:
    path = folder / "20261101.warc.gz"
    path.write_bytes(path.read_bytes()[:-9])

    assert [problem.file for problem in verify([path])] == [path.name]


def test_compacting_keeps_what_is_held_and_what_is_cited(folder: Path) -> None:
    old = Replay([folder / "20261101.warc.gz"]).get(f"{SITE}/b")
    assert old is not None
    cited = CaptureRef(url=old.url, time=old.time, digest=old.digest)

    done = compact(folder, "20261103-compact", keep=[cited])

    assert [path.name for path in folder.glob("*.warc.gz")] == ["20261103-compact.warc.gz"]
    assert bodies(Holdings(folder)) == NEWEST
    assert len(done.removed) == 3
    assert done.path is not None
    text = gzip.decompress(done.path.read_bytes())
    assert b"old b" in text
    assert b"oops" not in text
    assert verify([done.path]) == []


def test_compacting_drops_what_nobody_cites(folder: Path) -> None:
    done = compact(folder, "20261103-compact")

    assert done.path is not None
    assert b"old b" not in gzip.decompress(done.path.read_bytes())
    assert done.bytes_after < done.bytes_before


def test_compacting_twice_changes_nothing(folder: Path) -> None:
    compact(folder, "20261103-compact")

    assert compact(folder, "20261104-compact").removed == ()


def test_compacting_onto_a_file_that_is_there_is_refused(folder: Path) -> None:
    with pytest.raises(ArchiveError, match="another run id"):
        compact(folder, "20261102")

    assert len(list(folder.glob("*.warc.gz"))) == 3


def test_an_export_answers_as_the_folder_does(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.warc.gz"
    whole = Replay(sorted(folder.glob("*.warc.gz")))

    export(folder, target)

    exported = Replay([target])
    for method, url in whole.addresses():
        assert exported.get(url, method) == whole.get(url, method)
    with pytest.raises(ArchiveError, match="another name"):
        export(folder, target)


def test_an_export_may_be_of_some_hosts(folder: Path, tmp_path: Path) -> None:
    with Run(folder, 4) as run:
        here = run.exchange("/x", b"elsewhere", 200)
        run.archive.add(msgspec.structs.replace(here, url="https://elsewhere.example/x"))
    target = tmp_path / "some.warc.gz"

    export(folder, target, hosts=["elsewhere.example"])

    assert list(Replay([target]).addresses()) == [("GET", "https://elsewhere.example/x")]
    with pytest.raises(ArchiveError, match="nothing to write"):
        export(folder, tmp_path / "none.warc.gz", hosts=["nobody.example"])


@pytest.mark.parametrize("content", [None, b"", b"x", b"WARC/1.0\r\n\r\n", b"\x1f\x8b\x08" * 200])
def test_a_file_changed_under_the_index_is_an_archive_error(
    folder: Path, content: bytes | None
) -> None:
    holdings = Holdings(folder)
    path = folder / "20261101.warc.gz"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)

    with pytest.raises(ArchiveError, match=path.name):
        holdings.get(f"{SITE}/a")
