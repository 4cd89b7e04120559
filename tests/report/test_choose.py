import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.report.choose import choose, failing, ignored, worst
from report import made

FINDINGS = made.data(60).findings


@pytest.mark.parametrize("pattern", ["c8-description", "c8-*", "criterion-8", "8"])
def test_only_keeps_a_code_or_a_criterion(pattern: str) -> None:
    kept, notes = choose(FINDINGS, only=[pattern])

    assert {f.code for f in kept} == {"c8-description"}
    assert f"{len(kept)} of {len(FINDINGS)}" in notes[0]


def test_what_is_ignored_is_said_with_its_reason() -> None:
    rules = ignored(["c8-*=the owner writes them in December", "nothing-like-it=typed wrong"])
    kept, notes = choose(FINDINGS, ignore=rules)

    assert "c8-description" not in {f.code for f in kept}
    assert notes[0] == "ignored c8-*: 20 findings (the owner writes them in December)"
    assert notes[1] == "ignored nothing-like-it: 0 findings (typed wrong)"


@pytest.mark.parametrize("text", ["c8-description", "c8-description=", "=why"])
def test_ignoring_needs_a_reason(text: str) -> None:
    with pytest.raises(UsageError, match="lacks its reason"):
        ignored([text])


def test_a_run_fails_on_what_is_as_severe_as_asked() -> None:
    mild = [f for f in FINDINGS if f.severity.rank < 3]

    assert failing(FINDINGS, "violation")
    assert not failing(mild, "violation")
    assert failing(mild, "warning")
    assert not failing(FINDINGS, "never")


def test_where_only_so_many_are_shown_they_are_the_worst() -> None:
    found = worst(FINDINGS, 10)

    assert [f.severity.rank for f in found] == [3] * 10
    assert len(worst(FINDINGS, 9_999)) == len(FINDINGS)


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(UsageError, match="never, violation, warning, info"):
        failing(FINDINGS, "error")
