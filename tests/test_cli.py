import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CRAWL = ROOT / "examples" / "crawl.warc.gz"
CODE = "from dcat_harvest.cli import main; main()"


def dh(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)],
        capture_output=True, text=True, check=False, cwd=cwd,
    )  # fmt: skip


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example crawl, run once."""
    folder = tmp_path_factory.mktemp("run") / "out"
    done = dh("run", "--replay", CRAWL, "--output", folder, "--now", "2026-11-02T06:00:00Z")
    assert done.returncode == 0, done.stderr
    return folder


def test_the_summary_names_sources_findings_criteria_files_and_what_to_do_next(
    tmp_path: Path,
) -> None:
    done = dh("run", "--replay", CRAWL, "--output", tmp_path / "out")

    assert done.stdout == ""
    for word in (
        "duo-ckan",
        "overtredingen",
        "vrij van rechten",
        "catalog.ttl",
        "dcat-harvest query",
    ):
        assert word in done.stderr


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    probe = (
        "import sys\nfrom dcat_harvest.cli import cli\n"
        "try: cli.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "heavy = {'rdflib', 'requests', 'pyshacl', 'jinja2', 'bs4', 'pyoxigraph'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("[]")
    for name in ("run", "fetch", "read", "build", "check", "publish", "load", "query", "explain"):
        assert f"  {name} " in done.stdout


def test_a_warc_that_is_cut_or_none_is_named_with_exit_code_2(tmp_path: Path) -> None:
    cut, none = tmp_path / "cut.warc.gz", tmp_path / "none.warc.gz"
    cut.write_bytes(CRAWL.read_bytes()[:5000])
    none.write_text("no archive")

    for path in (cut, none, tmp_path / "absent.warc.gz"):
        done = dh("run", "--replay", path, "--output", tmp_path / "out")
        assert (done.returncode, path.name in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr


def test_an_unwritable_output_is_an_error_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = dh("run", "--replay", CRAWL, "--output", tmp_path / "file" / "out")

    assert done.returncode == 2
    assert "--output" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nosource"), "no source named"),
        (("run", "--base", "example"), "--base"),
        (("run", "--set", "x"), "SOURCE.KEY=VALUE"),
        (("--config", "none.toml", "config", "show"), "none.toml"),
        (("config", "show", "--config", "none.toml"), "none.toml"),
        (("query",), "give a query"),
        (("report", "--output", "nowhere"), "nowhere"),
        (("check", "nofile.ttl"), "nofile.ttl"),
        (("nocommand",), "No such command"),
    ],
)
def test_a_wrong_call_is_one_message_and_exit_code_2(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = dh(*words, cwd=tmp_path)

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_stages_one_by_one_give_the_release_of_a_run(output: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "archive").mkdir(parents=True)
    shutil.copy(CRAWL, folder / "archive" / "20261102T060000Z.warc.gz")
    now = ("--now", "2026-11-02T06:00:00Z", "--output", folder, "--quiet")

    for stage in ("read", "build", "publish", "load"):
        done = dh(stage, *(now if stage != "load" else now[2:]))
        assert done.returncode == 0, (stage, done.stderr)

    assert (folder / "current").resolve().name == (output / "current").resolve().name
    built = (folder / "work" / "catalog.nt").read_text().splitlines()
    published = (output / "current" / "catalog.nt").read_text().splitlines()
    # What only a check can add: that a dataset conforms to the profile.
    assert [x for x in published if "/dcat/dcat-ap-nl30/>" not in x] == built


def test_a_query_answers_in_every_format(output: Path) -> None:
    text = "SELECT (COUNT(?d) AS ?n) { ?d a dcat:Dataset }"

    for name in ("table", "csv", "tsv", "json", "xml"):
        done = dh("query", text, "--output", output, "--format", name)
        assert (done.returncode, "16" in done.stdout) == (0, True), done.stderr


def test_every_example_query_runs(output: Path) -> None:
    for path in sorted((ROOT / "queries").glob("*.rq")):
        done = dh("query", "--file", path, "--output", output)
        assert done.returncode == 0, (path, done.stderr)
        assert path.read_text(encoding="utf-8").startswith("#"), path


def test_check_prints_findings_and_nothing_else_as_json_lines(output: Path) -> None:
    done = dh("check", "--output", output, "--format", "jsonl", "--fail-on", "never")

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    keys = {"code", "severity", "source", "subject", "profile", "focus_node", "path", "component"}
    keys |= {"value", "message_nl", "message_en", "remedy_nl", "remedy_en", "actor", "criterion"}
    assert rows
    assert all(keys <= row.keys() for row in rows)
    assert {row["profile"] for row in rows} <= {"dcat-ap-nl-3.0.0", "criteria"}


def test_check_fails_on_a_violation_unless_told_otherwise(output: Path) -> None:
    codes = [
        dh("check", "--output", output, "--format", "badge", *more).returncode
        for more in ((), ("--fail-on", "never"), ("--profile", "dcat-ap-3.0.1"))
    ]

    assert codes == [1, 0, 0]


def test_diff_of_a_release_with_itself_is_empty(output: Path) -> None:
    done = dh("diff", output, output)

    assert (done.returncode, "no difference" in done.stdout) == (0, True)


def test_config_show_tells_which_place_won(tmp_path: Path) -> None:
    (tmp_path / "dcat-harvest.toml").write_text('base = "https://here.test/"\n')

    said = json.loads(dh("config", "show", "--format", "json", cwd=tmp_path).stdout)

    assert said["base"] == {"value": "https://here.test/", "origin": "file dcat-harvest.toml"}


def test_the_example_crawl_is_what_its_script_writes(tmp_path: Path) -> None:
    made = tmp_path / "crawl.warc.gz"

    subprocess.run([sys.executable, ROOT / "examples" / "make_crawl.py", made], check=True)

    assert made.read_bytes() == CRAWL.read_bytes()


def test_the_summary_speaks_english_where_that_is_asked(tmp_path: Path) -> None:
    done = dh("run", "--replay", CRAWL, "--output", tmp_path / "out", "--lang", "en")

    assert "free of rights" in done.stderr
    assert "vrij van rechten" not in done.stderr
