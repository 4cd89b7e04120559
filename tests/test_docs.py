import re
import subprocess
import sys
from pathlib import Path

import pytest

from dcat_harvest.cli import COMMANDS
from dcat_harvest.findings import kinds

ROOT = Path(__file__).parents[1]


def test_the_generated_pages_are_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"## dcat-harvest {name}\n" not in text] == []


def test_every_finding_says_what_and_what_to_do_in_two_languages() -> None:
    for code, kind in kinds().items():
        texts = (kind.message_nl, kind.message_en, kind.remedy_nl, kind.remedy_en)
        assert all(len(text) > 10 for text in texts), code
        assert kind.message_nl != kind.message_en, code


def test_every_code_that_is_reported_is_in_the_catalogue() -> None:
    wanted = re.compile(r'\b(?:found|finding)\(\s*"([a-z0-9-]+)"')
    sources = (ROOT / "src").rglob("*.py")

    used = {code for path in sources for code in wanted.findall(path.read_text(encoding="utf-8"))}

    assert len(used) > 20
    assert sorted(used - kinds().keys()) == []


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_every_link_in_the_docs_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [x for x in links if not (page.parent / x).exists()] == []


def test_no_registry_host_is_named_anywhere() -> None:
    hosts = re.compile(r"(pypi|pythonhosted|npmjs|registry\.npm|ghcr|docker)\.(org|io|com)\b")
    asked = ["git", "ls-files"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: the list of files is not to be had")

    names = [n for n in listed.stdout.splitlines() if not n.endswith((".gz", ".png", ".min.js"))]
    told = [n for n in names if n != "tests/test_docs.py" and _names(ROOT / n, hosts)]
    assert told == []


def _names(path: Path, hosts: re.Pattern[str]) -> bool:
    return path.is_file() and bool(hosts.search(path.read_text(encoding="utf-8", errors="replace")))
