"""`sources list | show | new | check`: what they print, make and judge."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import dcat_harvest
from dcat_harvest.cli import cli

FEED = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://feed.example.org/1> a dcat:Dataset ; dct:title "Een"@nl ; dct:accrualPeriodicity "soms" .
<https://feed.example.org/2> a dcat:Dataset ; dct:title "Twee"@nl ; dct:description "Wat."@nl .
"""
START = "https://feed.example.org/catalog.ttl"


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """A recorded feed of two datasets."""
    import io

    file = tmp_path / "feed.warc.gz"
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/turtle")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            START, "response", payload=io.BytesIO(FEED.encode()), http_headers=headers
        )
        writer.write_record(record)
    return file


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def test_the_list_names_every_source_and_says_which_are_on() -> None:
    code, text = run("sources", "list", "--format", "json")
    found = {entry["name"]: entry for entry in json.loads(text)}

    assert code == 0
    assert found["duo-ckan"]["on"] is True
    assert found["dans"]["on"] is False
    assert found["dans"]["type"] == "dataverse"


def test_the_types_are_listed_with_what_they_take() -> None:
    _, text = run("sources", "list", "--types")
    names = {line.split()[0] for line in text.splitlines()}

    assert {"ckan", "odata3", "odata4", "dcat", "oai-pmh", "dataverse", "sdmx"} <= names
    assert {"schema-org", "rijksoverheid", "register", "described", "cbs-statline"} <= names


def test_a_configured_source_is_shown_with_its_settings(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text(
        '[sources.mijn]\ntype = "ckan"\nstart = "https://a.example.org"\npublisher = "De Bron"\n',
        encoding="utf-8",
    )
    _, text = run("sources", "show", "mijn", "--config", str(config), "--format", "json")
    manifest = json.loads(text)

    assert manifest["publisher"]["name"] == "De Bron"
    assert manifest["robots"] == "api"


def test_a_new_source_has_a_manifest_a_capture_an_expected_file_and_a_test_that_passes(
    warc: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bronnen"
    code, text = run(
        *("sources", "new", "mijn-feed", "--type", "dcat", "--start", START, "--publisher", "Ik"),
        *("--folder", str(folder), "--replay", str(warc)),
    )
    names = {Path(line).relative_to(folder / "mijn-feed").as_posix() for line in text.splitlines()}
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(dcat_harvest.__file__).parents[1])},
    )

    assert code == 0
    assert names == {
        "source.toml",
        "test_mijn_feed.py",
        "captures/first/page.ttl",
        "captures/first/page.toml",
        "captures/first/expected.json",
    }
    assert "datasets = [1, 4]" in (folder / "mijn-feed" / "source.toml").read_text("utf-8")
    assert tested.returncode == 0, tested.stdout


def test_a_capture_that_gives_something_else_fails_the_made_test(
    warc: Path, tmp_path: Path
) -> None:
    from dcat_harvest.sourcing import differences

    given = ("--type", "dcat", "--start", START, "--publisher", "Ik", "--replay", str(warc))
    run("sources", "new", "anders", *given, "--folder", str(tmp_path / "b"))
    page = tmp_path / "b" / "anders" / "captures" / "first" / "page.ttl"
    page.write_text(page.read_text("utf-8").replace("Twee", "Drie"), encoding="utf-8")

    assert differences(tmp_path / "b" / "anders") == ["first"]


@pytest.mark.parametrize("name", ["duo-ckan", "Met Spaties", "../weg"])
def test_a_name_that_is_taken_or_no_name_is_refused(name: str, tmp_path: Path) -> None:
    from dcat_harvest.errors import UsageError

    with pytest.raises(UsageError):
        run("sources", "new", name, "--type", "ckan", "--start", START, "--folder", str(tmp_path))


def test_the_check_tells_counts_fill_rates_and_unknown_words(warc: Path, tmp_path: Path) -> None:
    config, output = tmp_path / "c.toml", tmp_path / "uit"
    config.write_text(
        f'[sources.feed]\ntype = "dcat"\nstart = "{START}"\npublisher = "P"\n'
        "[sources.feed.expect]\ndatasets = [5, 9]\nfill = { description = 0.9 }\n",
        encoding="utf-8",
    )
    common = ("--config", str(config), "--output", str(output))
    run("run", "feed", "--replay", str(warc), "--now", "2026-11-02T06:00:00Z", "--quiet", *common)
    code, text = run("sources", "check", "feed", "dans", "--format", "json", *common)
    feed, dans = json.loads(text)

    assert code == 1
    assert feed["datasets"] == 2
    assert feed["as_expected"] is False
    assert feed["low"] == ["description"]
    assert feed["fill"]["title"] == 1.0
    assert feed["fill"]["publisher"] == 0.0
    assert feed["unknown_words"] == {"soms": 1}
    assert dans["status"] == "never"
