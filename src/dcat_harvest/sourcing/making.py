"""A new source: folder, manifest, first capture, what is expected of it, and a test."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.errors import PageChanged, UsageError
from dcat_harvest.harvest import Fetches, harvest_one
from dcat_harvest.sources import built_in, load
from dcat_harvest.sourcing.cases import write_case

CHECKOUT = Path("src/dcat_harvest/sources")
TEST = '''"""The captures of source {name} give what is expected of them."""

from pathlib import Path

from dcat_harvest.sourcing import differences


def test_the_captures_give_what_is_expected_of_them() -> None:
    wrong = differences(Path(__file__).parent)

    assert wrong == []
'''


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, and how many datasets the first harvest gave."""

    files: tuple[str, ...]
    datasets: int
    failed: str = ""
    configuration: str = ""
    """What to write in `dcat-harvest.toml`, where the source is not part of a checkout."""


def make(
    name: str,
    *,
    kind: str,
    start: str,
    publisher: str,
    fetches: Fetches,
    folder: Path | None = None,
) -> Made:
    """Make the files of a new source. Raises UsageError for a name that is taken or no name.

    In a checkout of this project the source becomes part of it; elsewhere it is a folder of
    one's own, which the configuration names.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,40}", name):
        raise UsageError(f"{name!r}: write a name of small letters, digits and hyphens")
    if name in built_in():
        raise UsageError(f"there is a source {name}; see `dcat-harvest sources show {name}`")
    inside = folder is None and CHECKOUT.is_dir()
    place = CHECKOUT / name.replace("-", "_") if inside else (folder or Path("sources")) / name
    if place.exists():
        raise UsageError(f"{place} is there already; remove it or choose another name")
    given = {"type": kind, "start": start, "publisher": publisher}
    source = load([name], {name: given})[0]
    first = harvest_one(source, fetches, max_pages=50)
    place.mkdir(parents=True)
    _write(
        place / "source.toml",
        _manifest(name, given, source.manifest.publisher, len(first.datasets)),
    )
    own = load([name], {name: {"manifest": str(place / "source.toml")}})[0]
    case = Path("tests/captures") / name / "first" if inside else place / "captures" / "first"
    failed = first.failed
    try:
        page = next(iter(own.reader.start(own.manifest)))
        write_case(case, fetches.fetch(page, own.manifest), own)
    except (PageChanged, StopIteration) as error:
        failed = failed or str(error) or "no page to begin with"
    if not inside:
        _write(place / f"test_{name.replace('-', '_')}.py", TEST.format(name=name))
    files = sorted(str(p) for root in {place, case} for p in root.rglob("*") if p.is_file())
    told = "" if inside else f'[sources.{name}]\nmanifest = "{place.as_posix()}/source.toml"\n'
    return Made(
        files=tuple(dict.fromkeys(files)), datasets=len(first.datasets), failed=failed,
        configuration=told,
    )  # fmt: skip


def _manifest(name: str, given: dict[str, str], publisher: Any, count: int) -> str:
    """Write what is known; what may be assumed stands there as a comment, to be decided."""
    agent = f"{{ name = {json.dumps(publisher.name, ensure_ascii=False)}"
    agent += f", iri = {json.dumps(publisher.iri)} }}" if publisher.iri else " }"
    return "\n".join(
        [
            f"name = {json.dumps(name)}",
            f"type = {json.dumps(given['type'])}",
            f"title = {json.dumps(name)} # how people know the place",
            f"start = [{json.dumps(given['start'])}]",
            f"publisher = {agent}",
            "caveats = [] # what a user of these data must know",
            "",
            "# What holds for all its datasets, and where that is said (seen_at) or why (because).",
            "[stated_for_all]",
            f'publisher = {{ {agent[2:-2]}, because = "stated when the source was made" }}',
            '# licence = { value = "cc-by-4.0", seen_at = "https://…" }',
            '# contact = { name = "…", email = "…", seen_at = "https://…" }',
            '# access = { value = "PUBLIC", because = "every file can be fetched without a key" }',
            "",
            "# 80 % and 200 % of the first harvest.",
            "[expect]",
            f"datasets = [{count * 4 // 5}, {max(1, count * 2)}]",
            "",
        ]
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
