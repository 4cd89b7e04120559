"""The recorded world, as issue 2 measures it; skipped where ../shared is absent."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.world
CODE = "from dcat_harvest.cli import main; main()"
TRUTHS = ("duo-ckan", "duo-pages", "cbs-v3", "cbs-v4", "inspectie")


@pytest.fixture(scope="module")
def run(world_run: Path) -> Path:
    """One run over the whole recorded world."""
    return world_run


@pytest.fixture(scope="module")
def scored(run: Path, shared: Path, world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:  # type: ignore[type-arg]
    """What `score.py` says of it."""
    out = tmp_path_factory.mktemp("score") / "score.json"
    flags = [x for name in TRUTHS for x in ("--source", name)]
    script = shared / "world" / "score.py"
    files = [str(run / "current" / "catalog.ttl"), str(world / "truth.jsonl")]
    subprocess.run(
        [sys.executable, str(script), *files, *flags, "--json", str(out)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return dict(json.loads(out.read_text()))


def test_every_dataset_is_found_and_none_besides(scored: dict) -> None:  # type: ignore[type-arg]
    assert (scored["lost"], scored["extra"]) == ([], 0)


def test_every_field_is_right_and_nothing_is_invented(scored: dict) -> None:  # type: ignore[type-arg]
    for name, field in scored["fields"].items():
        if field["precision"] is not None:
            assert field["precision"] >= 0.99, name
        if field["recall"] is not None:
            assert field["recall"] >= 0.97, name
        assert field.get("invented", 0) == 0, name


@pytest.mark.parametrize("profile", ["dcat-ap-nl-3.0.0", "dcat-ap-nl-3.0.1"])
def test_the_official_shapes_find_only_what_publishers_do_not_state(
    run: Path, shared: Path, profile: str
) -> None:
    words = ["check", str(run / "current" / "catalog.ttl"), "--profile", profile]
    done = subprocess.run(
        [sys.executable, "-c", CODE, *words, "--shapes", str(shared / "data" / "shapes"),
         "--format", "jsonl", "--fail-on", "never"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip

    found = [json.loads(line) for line in done.stdout.splitlines()]
    bad = [f for f in found if f["severity"] == "violation"]
    assert {(f["component"], f["path"].rpartition("/")[2]) for f in bad} <= {
        ("MinCount", "description"),
        ("MinCount", "dcat#theme"),
        ("MinCount", "license"),
    }
    unlicensed = {f["subject"] for f in bad if f["path"].endswith("/license")}
    assert all("/dataset/inspectie/" in x for x in unlicensed)
    themeless = {f["subject"] for f in bad if f["path"].endswith("#theme")}
    assert all("/dataset/cbs-statline/" in x for x in themeless)


def test_the_store_and_the_release_hold_the_same_number_of_datasets(run: Path) -> None:
    from dcat_harvest.store.release import store_at

    answer = store_at(run).query("SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a dcat:Dataset }", "csv")

    said = json.loads((run / "current" / "manifest.json").read_text())
    series = 6
    assert int(answer.split()[1]) == said["datasets"] - series
