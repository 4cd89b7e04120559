"""The steps of the GitHub Action, the GitLab job and the pre-commit hook, run as they are."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[1]
TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .

<https://e.org/catalog> a dcat:Catalog ; dcat:dataset <https://e.org/one> .

<https://e.org/one> a dcat:Dataset ;
  dct:title "Leerlingen per school en leerjaar"@nl .
"""
MORE = TURTLE.replace("<https://e.org/one> .", "<https://e.org/one> , <https://e.org/two> .", 1) + (
    '\n<https://e.org/two> a dcat:Dataset ;\n  dct:title "Scholen per gemeente"@nl .\n'
)
BETTER = TURTLE.replace("@nl .", '@nl ; dcat:keyword "onderwijs"@nl .')


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one catalogue, and `dcat-harvest` and `pip` on its PATH."""
    tools = tmp_path / "bin"
    tools.mkdir()
    start = "from dcat_harvest.cli import main; main()"
    tool(tools / "dcat-harvest", f"exec '{sys.executable}' -c '{start}' \"$@\"")
    tool(tools / "pip", 'echo "$@" >> "$PIP_LOG"')
    tool(tools / "python", f'if [ "$2" = pip ]; then exit 0; fi; exec "{sys.executable}" "$@"')
    tool(tools / "gh", 'echo "$@" >> "$GH_LOG"')
    project = tmp_path / "een map"
    project.mkdir()
    (project / "catalogus.ttl").write_text(TURTLE, encoding="utf-8")
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "begin")
    return project


def tool(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@e.org", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def run(project: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_"))}
    given = {
        "PATH": f"{project.parent / 'bin'}:{kept['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PIP_LOG": str(project.parent / "pip.log"),
        "GH_LOG": str(project.parent / "gh.log"),
        "SOURCE_DATE_EPOCH": "1793858400",
    }
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    return subprocess.run(
        [bash, "-c", script],
        cwd=project,
        env=kept | given | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def steps(**expressions: str) -> list[tuple[str, str, dict[str, str]]]:
    """The shell steps of action.yml: name, script, environment with its expressions filled."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    defaults = {f"inputs.{k}": str(v.get("default", "")) for k, v in action["inputs"].items()}
    known = {"github.action_path": str(ROOT), **defaults, **expressions}
    return [
        (step["name"], step["run"], {k: filled(v, known) for k, v in step["env"].items()})
        for step in action["runs"]["steps"]
        if "run" in step
    ]


def filled(text: str, known: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return next((known[x] for x in match[1].split(" || ") if known.get(x.strip())), "")

    return re.sub(r"\$\{\{ (.+?) \}\}", value, text)


def act(project: Path, **expressions: str) -> dict[str, subprocess.CompletedProcess[str]]:
    given = {x.replace("__", ".").replace("_", "-"): v for x, v in expressions.items()}
    summary = str(project.parent / "summary.md")
    return {
        name: run(project, script, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=summary, **env)
        for name, script, env in steps(**given)
        if "base of the pull request" not in name
    }


def test_the_action_checks_and_leaves_its_reports(project: Path) -> None:
    done = act(project, inputs__files="*.ttl")
    report = project / "dcat-report"

    assert done["Check"].returncode == 1, done["Check"].stderr
    assert "::error file=catalogus.ttl,line=6,title=" in done["Check"].stdout
    log = json.loads((report / "report.sarif").read_text(encoding="utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "catalogus.ttl"
    assert ElementTree.parse(report / "junit.xml").getroot().attrib["failures"] != "0"
    assert json.loads((report / "code-quality.json").read_text(encoding="utf-8"))
    assert "Wat eerst te herstellen" in (project.parent / "summary.md").read_text(encoding="utf-8")
    assert done["Comment the difference"].returncode == 0
    assert "--body-file dcat-report/summary.md" in (project.parent / "gh.log").read_text()


@pytest.mark.parametrize(("content", "code"), [(MORE, 1), (BETTER, 0), (TURTLE, 0)])
def test_a_change_fails_on_what_it_makes_worse_only(project: Path, content: str, code: int) -> None:
    (project / "catalogus.ttl").write_text(content, encoding="utf-8")
    environment = {"FILES": "*.ttl", "BASE_REF": "HEAD"}
    done = run(project, f'bash "{ROOT}/src/dcat_harvest/report/ci/check.sh"', **environment)

    assert done.returncode == code, done.stdout + done.stderr
    assert "against the baseline" in done.stdout
    log = json.loads((project / "dcat-report" / "report.sarif").read_text(encoding="utf-8"))
    about = {
        x["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
        for x in log["runs"][0]["results"]
        if "logicalLocations" in x["locations"][0]
    }
    assert "https://e.org/one" not in about
    assert ("https://e.org/two" in about) == bool(code)


def test_files_that_are_not_there_are_wrong_use(project: Path) -> None:
    script = f'bash "{ROOT}/src/dcat_harvest/report/ci/check.sh"'

    assert run(project, script, FILES="*.rdf").returncode == 2
    assert run(project, script).returncode == 2
    assert "FILES names no file" in run(project, script).stderr


def test_the_gitlab_job_runs_the_same_script(project: Path) -> None:
    job = yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text(encoding="utf-8"))["dcat-harvest"]
    named = [Path(x).name for x in job["artifacts"]["reports"].values()]
    script = "set -e\n" + "\n".join(job["script"])
    done = run(project, script, **{k: str(v) for k, v in job["variables"].items()})

    assert done.returncode == 1, done.stderr
    assert all((project / "dcat-report" / name).is_file() for name in named)


def test_the_hook_takes_the_files_of_a_commit(project: Path) -> None:
    hook: dict[str, Any]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    done = run(project, f"{hook['entry']} catalogus.ttl")

    assert re.search(hook["files"], "catalogus.ttl")
    assert done.returncode == 1
    assert done.stderr == ""
