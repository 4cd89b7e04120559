import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest import operations
from dcat_harvest.errors import StoreError
from dcat_harvest.operations import Run, SourceLine, journal, metrics, note, notify, run_of, status
from test_cli import CRAWL, dh
from test_run import NOW, Down, dataset, many, ran
from web import Web, reply, serving

AT = "2026-11-02T06:00:00Z"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as web:
        yield web


def one(**values: Any) -> Run:
    source = SourceLine(status="ok", datasets=3)
    given = {"release": "abc", "datasets": 3, "sources": {"s": source}, **values}
    return Run(at=AT, seconds=1.5, exit_code=0, **given)


def test_each_run_is_one_line_of_the_journal(tmp_path: Path) -> None:
    note(tmp_path, one())
    note(tmp_path, operations.failed_run(StoreError("no room"), AT, 1))

    assert [(r.exit_code, r.error) for r in journal(tmp_path)] == [(0, ""), (4, "no room")]


def test_a_line_that_a_kill_cut_short_is_passed_over_and_mended(tmp_path: Path) -> None:
    note(tmp_path, one())
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write('{"at": "2026')

    note(tmp_path, one())

    assert len(journal(tmp_path)) == 2


def test_a_journal_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_LINES", 10)
    for _ in range(25):
        note(tmp_path, one())

    assert 5 <= len(journal(tmp_path)) <= 10


def test_metrics_are_in_the_text_format_of_prometheus() -> None:
    import re

    text = list(metrics(one(sources={'a"b': SourceLine(status="stale", datasets=3, stale=3)})))

    assert 'dcat_harvest_source_ok{source="a\\"b"} 0' in text
    assert 'dcat_harvest_source_stale{source="a\\"b"} 3' in text
    assert "dcat_harvest_last_run_timestamp_seconds 1793599200" in text
    form = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{\w+="([^"\\]|\\.)*"\})? [\d.]+)')
    assert [line for line in text if not form.fullmatch(line)] == []


def test_a_failed_run_has_metrics_too_and_no_counts_it_does_not_know() -> None:
    text = "\n".join(metrics(operations.failed_run(StoreError("x"), AT, 1)))

    assert "dcat_harvest_last_run_exit_code 4" in text
    assert "dcat_harvest_datasets" not in text


def test_a_folder_that_cannot_be_written_fails_no_run(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").mkdir()

    assert len(note(tmp_path, one())) == 1
    assert (tmp_path / "metrics.prom").is_file()


def test_a_command_gets_the_summary_on_standard_input(tmp_path: Path) -> None:
    code = (
        f"import sys,pathlib; pathlib.Path({str(tmp_path / 'got')!r}).write_text(sys.stdin.read())"
    )
    (tmp_path / "hook.py").write_text(code)

    assert notify(one(), command=f"{sys.executable} {tmp_path / 'hook.py'}") == []

    assert json.loads((tmp_path / "got").read_text())["sources"]["s"]["datasets"] == 3


def test_a_webhook_gets_the_summary_as_json(web: Web) -> None:
    url = web.on("/hook?token=s3cret", reply(b"ok"))

    assert notify(one(), url=url) == []

    assert web.asked == [("POST", "/hook?token=s3cret")]
    assert "application/json" in web.heads[0]


def test_what_goes_wrong_with_a_notice_is_said_without_its_address(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "PATIENCE", 0.2)
    refused = web.on("/hook?token=s3cret", reply(b"no", status="500 No"))
    moved = web.on("/moved", reply(b"", f"Location: {web.url('/other')}", status="302 Found"))

    said = [
        *notify(one(), url=refused),
        *notify(one(), url=moved.replace("/moved", "/silent")),
        *notify(one(), url="http://127.0.0.1:1/s3cret"),
        *notify(one(), url="s3cret"),
        *notify(one(), command="/no/such/command s3cret"),
        *notify(one(), command=f"{sys.executable} -c 'import time; time.sleep(9)'"),
        *notify(one(), command=f"{sys.executable} -c 'raise SystemExit(7)'"),
        *notify(one(), command="'"),
    ]

    assert len(said) == 8
    assert "s3cret" not in "".join(said)


def test_a_run_leaves_journal_and_metrics_and_a_changed_source_is_counted(tmp_path: Path) -> None:
    first = ran(tmp_path, *many(3))
    note(tmp_path, run_of(first, AT, 1, first.exit_code))
    second = ran(tmp_path, web=Down())
    note(tmp_path, run_of(second, "2026-11-03T06:00:00Z", 1, second.exit_code))

    found = status(tmp_path, datetime(2026, 11, 5, 6, tzinfo=UTC))

    (s,) = found.sources
    assert (s.status, s.stale, s.last_good, s.age_days) == ("stale", 3, AT, 3)
    assert "503" in s.guard
    assert found.next == "see s"


def test_status_before_any_run_says_to_run(tmp_path: Path) -> None:
    assert status(tmp_path, NOW).next == "dcat-harvest run"


def test_status_knows_a_release_without_a_journal(tmp_path: Path) -> None:
    ran(tmp_path, dataset("a"))

    found = status(tmp_path, NOW)

    assert [(s.source, s.status, s.age_days) for s in found.sources] == [("s", "ok", 0)]
    assert found.next == "nothing to do"


def test_on_the_command_line_the_log_is_json_and_status_reads_the_journal(tmp_path: Path) -> None:
    (tmp_path / "dcat-harvest.toml").write_text(
        f'base = "https://x.test/"\nnotify_url = "http://127.0.0.1:1/s3cret"\n'
        f'notify_command = "{sys.executable} -c pass"\n'
    )
    words = ("--output", "out", "--now", AT)

    done = dh("run", "--replay", CRAWL, *words, "--log-format", "json", cwd=tmp_path)
    told = dh("status", *words, "--format", "json", cwd=tmp_path)
    shown = dh("config", "show", cwd=tmp_path)

    lines = [json.loads(x) for x in done.stderr.splitlines() if not x.startswith("note: ")]
    events = [line["event"] for line in lines]
    assert (done.returncode, done.stdout) == (0, "")
    assert {"stage", "pages", "source", "release"} <= set(events)
    said = json.loads(told.stdout)
    assert (told.returncode, said["exit_code"], len(said["sources"])) == (0, 0, 4)
    assert "note: notify_url could not be told" in done.stderr
    files = [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert not any(b"s3cret" in p.read_bytes() for p in files)
    assert "s3cret" not in done.stderr + told.stdout + shown.stdout


def test_a_run_that_stops_is_in_the_journal_too(tmp_path: Path) -> None:
    out = tmp_path / "out"
    dh("run", "--replay", CRAWL, "--output", out, "--now", AT)

    done = dh(
        "run", "--replay", CRAWL, "duo-ckan", "--output", out, "--now", "2026-01-01T00:00:00Z"
    )

    assert done.returncode == 3
    assert "the clock says 2026-01-01" in done.stderr
    assert [r.exit_code for r in journal(out)] == [0, 3]


def test_an_output_folder_is_backed_up_and_restored_by_copying(tmp_path: Path) -> None:
    from dcat_harvest.publish import release

    ran(tmp_path / "out", *many(3))
    subprocess.run(["tar", "-C", tmp_path, "-cf", tmp_path / "b.tar", "out"], check=True)
    (tmp_path / "other").mkdir()
    subprocess.run(["tar", "-C", tmp_path / "other", "-xf", tmp_path / "b.tar"], check=True)
    restored = tmp_path / "other" / "out"

    again = ran(restored, *many(3))
    current = release.current(restored)

    assert current is not None
    assert (again.fresh, release.verify(current), again.data.sources["s"].new) == (False, [], 0)
