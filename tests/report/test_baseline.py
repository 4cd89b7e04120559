import json
from pathlib import Path

import msgspec
import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.report import baseline
from report import made

PROFILES = ("criteria", "dcat-ap-nl-3.0.0")


@pytest.fixture
def known(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    baseline.write(path, baseline.make(made.data(4_000).findings, PROFILES))
    return path


def test_one_defect_more_among_4000_datasets_is_exactly_that_finding(known: Path) -> None:
    findings = made.data(4_000).findings
    extra = msgspec.structs.replace(findings[7], path="http://purl.org/dc/terms/title")
    found = baseline.compare((*findings, extra), baseline.read(known, PROFILES))

    assert found.failing == (extra,)
    assert len(found.known) == len(findings)
    assert found.fixed == ()


def test_mending_one_never_fails(known: Path) -> None:
    findings = made.data(4_000).findings
    found = baseline.compare(findings[1:], baseline.read(known, PROFILES))

    assert found.failing == ()
    assert [x.subject for x in found.fixed] == [findings[0].subject]


def test_renaming_a_file_makes_no_finding_new(known: Path) -> None:
    moved = [
        msgspec.structs.replace(f, where="elders/anders.ttl", source="anders")
        for f in made.data(4_000).findings
        if f.subject
    ]
    found = baseline.compare(moved, baseline.read(known, PROFILES))

    assert found.failing == ()


def test_a_finding_in_a_file_without_a_subject_survives_a_rename() -> None:
    one = Finding(code="json-key-twice", severity=Severity.WARNING, where="oud.json", value="x")
    other = msgspec.structs.replace(one, where="nieuw.json")

    assert baseline.compare([other], baseline.make([one], ())).failing == ()


def test_a_severer_or_more_frequent_finding_is_worse() -> None:
    one = Finding(code="x", severity=Severity.WARNING, subject="a", count=3)
    was = baseline.make([one], ())
    severer = msgspec.structs.replace(one, severity=Severity.VIOLATION)
    more = msgspec.structs.replace(one, count=4)
    fewer = msgspec.structs.replace(one, count=2, severity=Severity.INFO)

    assert baseline.compare([severer], was).worse == (severer,)
    assert baseline.compare([more], was).worse == (more,)
    assert baseline.compare([one, one], was).worse == (one, one)
    assert baseline.compare([fewer], was).failing == ()


def test_the_file_has_one_line_a_finding_and_is_the_same_each_time(tmp_path: Path) -> None:
    data = made.data(30, hostile=True)
    paths = tmp_path / "a", tmp_path / "b"
    baseline.write(paths[0], baseline.make(data.findings, PROFILES))
    baseline.write(paths[1], baseline.make(reversed(data.findings), PROFILES[::-1]))
    lines = paths[0].read_text(encoding="utf-8").splitlines()

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(lines) == len(json.loads(paths[0].read_bytes())["findings"]) + 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no baseline there"),
        (b"{", "is no baseline"),
        (b"\xff\xfe", "is no baseline"),
        (b'{"findings": {}}', "is no baseline"),
        (
            b'{"format":"dcat-harvest-baseline","version":2,"profiles":[],"findings":{}}',
            "baseline of version 2",
        ),
        (
            b'{"format":"dcat-harvest-baseline","version":1,"profiles":["hvd"],"findings":{}}',
            "baseline of hvd, but you check criteria, dcat-ap-nl-3.0.0",
        ),
    ],
)
def test_a_baseline_that_does_not_fit_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError, match=message) as caught:
        baseline.read(path, PROFILES)
    assert "--update-baseline" in str(caught.value)


def test_a_baseline_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        baseline.write(tmp_path / "no" / "folder.json", baseline.make([], ()))
