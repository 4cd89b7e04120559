"""Each folder `captures/<source>/<case>/` is a test: captured bytes in, expected records out.

`page.toml` describes the capture: `url`, `kind`, `data`, `method`, `status`, `content_type`,
`headers`, `time`, `file`, `start`; or several of them as `[[page]]`, read in turn and then given
to `finish`. `raises = "PageChanged"` marks a page that must be refused; `[options]` adds options
to the manifest. `pytest --regenerate` rewrites `expected.json`.
"""

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dcat_harvest import errors, sources
from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read import Manifest
from dcat_harvest.read.things import Things

CAPTURES = Path(__file__).parent / "captures"
CASES = sorted(path.parent for path in CAPTURES.glob("*/*/page.toml"))
SOURCES = sorted({case.parent.name for case in CASES})
FINDING_FIELDS = ("code", "severity", "source", "key", "where", "value")
TIME = "2026-11-02T06:00:00Z"

Item = Page | Dataset | DataService | Part | Finding


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_captured_page_gives_the_records_expected_of_it(
    case: Path, request: pytest.FixtureRequest
) -> None:
    described = tomllib.loads((case / "page.toml").read_text(encoding="utf-8"))
    if raises := described.get("raises"):
        with pytest.raises(getattr(errors, raises)):
            _read_all(case, described)
        return
    expected_path = case / "expected.json"

    actual = [_plain(item) for item in _read_all(case, described)]

    if request.config.getoption("--regenerate"):
        text = json.dumps(actual, ensure_ascii=False, indent=1)
        expected_path.write_text(text + "\n", encoding="utf-8")
    expected = json.loads(expected_path.read_text(encoding="utf-8"))
    wrong = list(_differences(expected, actual, ""))
    assert not wrong, "\n".join([str(case), *wrong])


READERS = [name for name in SOURCES if {**sources.kinds(), **sources.built_in()}[name].has_reader]


@pytest.mark.parametrize("source", READERS)
def test_a_source_has_three_captures_and_one_that_is_broken(source: str) -> None:
    cases = [case for case in CASES if case.parent.name == source]

    broken = [case for case in cases if "raises" in _toml(case / "page.toml")]

    assert broken
    assert len(cases) - len(broken) >= 3


def _read_all(case: Path, described: dict[str, Any]) -> list[Item]:
    module, manifest = _source(case.parent.name, described)
    items: list[Item] = []
    for number, page in enumerate(described.get("page", [described]), start=1):
        items.extend(module.read(_capture(case, page, number), manifest))
    finish = getattr(module, "finish", None)
    if finish is None or "page" not in described:
        return items
    things = Things(
        datasets=[item for item in items if isinstance(item, Dataset)],
        services=[item for item in items if isinstance(item, DataService)],
        parts=[item for item in items if isinstance(item, Part)],
    )
    return [item for item in items if isinstance(item, Finding)] + list(finish(things, manifest))


def _source(name: str, described: dict[str, Any]) -> tuple[Any, Manifest]:
    """A built-in source by its name; a type as a source that a user configures."""
    options = described.get("options", {})
    given = {
        "type": name,
        "start": described.get("start", "https://example.org/"),
        "publisher": "P",
    }
    found = sources.load([name], {name: {} if name in sources.built_in() else given})[0]
    manifest = found.manifest
    return found.reader, msgspec.structs.replace(manifest, options={**manifest.options, **options})


def _capture(case: Path, page: dict[str, Any], number: int) -> Capture:
    body = b"" if page.get("method") == "HEAD" else _file(case, page, number).read_bytes()
    headers = {"content-type": page.get("content_type", "text/html;charset=UTF-8")}
    return Capture(
        url=page["url"],
        final_url=page.get("final_url", page["url"]),
        status=page.get("status", 200),
        headers=headers | page.get("headers", {}),
        body=body,
        time=page.get("time", TIME),
        digest="sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode(),
        page=Page(
            url=page["url"],
            kind=page["kind"],
            method=page.get("method", "GET"),
            data=page.get("data", {}),
        ),
    )


def _file(case: Path, page: dict[str, Any], number: int) -> Path:
    """The file that `page.toml` names, else `page.*`, or `page-2.*` for the second of several."""
    if "file" in page:
        return case / str(page["file"])
    names = (f"page-{number}.*", "page.*")
    found = [path for name in names for path in case.glob(name) if path.suffix != ".toml"]
    return found[0]


def _plain(item: Item) -> dict[str, Any]:
    fields = json.loads(msgspec.json.encode(item))
    if isinstance(item, Finding):
        fields = {name: fields[name] for name in FINDING_FIELDS if fields[name]}
    return {"type": type(item).__name__, **fields}


def _differences(expected: Any, actual: Any, place: str) -> Iterator[str]:
    """Where two JSON values differ: a failure names the field."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in sorted(expected.keys() | actual.keys()):
            left, right = expected.get(name, "(none)"), actual.get(name, "(none)")
            yield from _differences(left, right, f"{place}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            left = expected[index] if index < len(expected) else "(none)"
            right = actual[index] if index < len(actual) else "(none)"
            yield from _differences(left, right, f"{place}[{index}]")
    elif expected != actual:
        yield f"{place}: expected {expected!r}, read {actual!r}"


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
