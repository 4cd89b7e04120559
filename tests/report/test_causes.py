import msgspec

from dcat_harvest.findings import Finding, Severity
from dcat_harvest.model import Score
from dcat_harvest.report import ReportData, Subject
from dcat_harvest.report.causes import causes
from report import made


def a_score(name: str, **criteria: str) -> Score:
    verdicts = dict.fromkeys("12345678", "pass") | {k[1:]: v for k, v in criteria.items()}
    return Score(
        dataset=name,
        source="s",
        key=name,
        publisher="P",
        title=name,
        criteria=verdicts,
        mqa={"points": 0, "metrics": {}},
        stars=0,
        conforms={"p": True},
    )


def a_finding(code: str, subject: str, criterion: str, severity: str = "violation") -> Finding:
    return Finding(code=code, severity=Severity(severity), subject=subject, criterion=criterion)


def test_one_line_per_cause_whatever_the_values() -> None:
    data = made.data(60, hostile=True)
    found = causes(data)

    assert len(found) == 6
    assert sum(cause.count for cause in found) == len(data.findings)


def test_what_nobody_keeps_any_more_comes_after_what_is_current() -> None:
    old = [a_finding("old", f"o{i}", "8") for i in range(300)]
    scores = [a_score(f"o{i}", c8="fail") for i in range(300)] + [a_score("n", c3="partly")]
    data = ReportData(
        scores=tuple(scores),
        findings=(*old, a_finding("new", "n", "3", "warning")),
        subjects={f"o{i}": Subject(dataset=f"o{i}", current=False) for i in range(300)},
    )
    first, second = causes(data)

    assert (first.code, first.lifts, first.current) == ("new", 1, 1)
    assert (second.code, second.lifts, second.current, second.count) == ("old", 0, 0, 300)


def test_a_verdict_that_waits_for_two_causes_is_shared_by_them() -> None:
    data = ReportData(
        scores=(a_score("a", c8="fail"), a_score("b", c8="fail")),
        findings=(
            a_finding("x", "a", "8"),
            a_finding("y", "a", "8"),
            a_finding("x", "b", "8"),
            a_finding("z", "b", "8", "warning"),
        ),
    )
    found = {cause.code: cause for cause in causes(data)}

    assert (found["x"].effect, found["x"].lifts, found["x"].blocks) == (1.5, 1, 2)
    assert (found["y"].effect, found["y"].lifts, found["y"].blocks) == (0.5, 0, 1)
    assert (found["z"].effect, found["z"].blocks) == (0, 0)


def test_a_violation_of_a_profile_holds_back_conformance() -> None:
    score = msgspec.structs.replace(a_score("a"), conforms={"p": False, "q": True})
    bad = msgspec.structs.replace(a_finding("x", "a", ""), profile="p", profiles=("p",))
    (cause,) = causes(ReportData(scores=(score,), findings=(bad,)))

    assert (cause.lifts, cause.criteria) == (1, {"c": 1})


def test_the_order_does_not_hang_on_the_order_of_the_findings() -> None:
    data = made.data(60)
    turned = msgspec.structs.replace(data, findings=tuple(reversed(data.findings)))

    assert causes(turned) == causes(data)


def test_texts_with_values_become_the_template_of_their_code() -> None:
    from dcat_harvest.findings import finding

    both = tuple(
        finding("unknown-word", source="s", key=x, where="w", field="frequency", value=x)
        for x in ("ooit", "soms")
    )
    (cause,) = causes(ReportData(findings=both))

    assert "ooit" not in cause.message_nl
    assert "…" in cause.message_nl
