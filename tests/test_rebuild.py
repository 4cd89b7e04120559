"""The catalogue can be made again from a copy of the archive alone."""

import shutil
from pathlib import Path

from test_cli import CRAWL, dh

NOW = ("--now", "2026-11-02T06:00:00Z", "--base", "https://x.test/")


def test_read_and_publish_on_a_copied_archive_give_the_same_catalogue(tmp_path: Path) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    assert dh("run", "--replay", CRAWL, "--output", first, *NOW).returncode == 0
    (other / "archive").mkdir(parents=True)
    shutil.copy(CRAWL, other / "archive" / "20261102T060000Z.warc.gz")

    assert dh("read", "--output", other, *NOW[:2]).returncode == 0
    assert dh("publish", "--output", other, *NOW).returncode == 0

    for name in ("catalog.nt", "catalog.ttl", "records/state.json", "quality/findings.jsonl"):
        assert (first / "current" / name).read_bytes() == (other / "current" / name).read_bytes()
