"""JUnit XML: one suite per source, one test case per dataset, a failure where it has violations."""

import re
from collections import defaultdict
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from dcat_harvest.findings import Finding
from dcat_harvest.report.data import ReportData, View, subject, title
from dcat_harvest.report.texts import path_name, plain

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LOOSE = "(no dataset)"


def render(data: ReportData, view: View) -> Iterator[str]:
    """The suites; warnings and remarks stand in `system-out` of their case."""
    here: dict[str, list[Finding]] = defaultdict(list)
    suites: dict[str, dict[str, None]] = defaultdict(dict)
    homes = {score.dataset: score.source for score in data.scores}
    for dataset, source in homes.items():
        suites[source][dataset] = None
    for finding in data.findings:
        source = homes.get(finding.subject, finding.source)
        name = finding.subject or f"{LOOSE} {source}".strip()
        here[name].append(finding)
        suites[source][name] = None
    failing = sum(_failed(here[x]) for cases in suites.values() for x in cases)
    tests = sum(map(len, suites.values()))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="dcat-harvest" tests="{tests}" failures="{failing}" errors="0">\n'
    for source, cases in sorted(suites.items()):
        failures = sum(_failed(here[x]) for x in cases)
        yield f"<testsuite name={_attribute(source or 'check')} "
        moment = data.generated.removesuffix("Z")[:19]
        stamp = f" timestamp={_attribute(moment)}" if len(moment) == 19 else ""
        yield f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="0"{stamp}>\n'
        for name in cases:
            yield from _case(data, source, name, here[name], view)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _failed(findings: list[Finding]) -> bool:
    return any(f.severity.rank == 3 for f in findings)


def _case(
    data: ReportData, source: str, name: str, findings: list[Finding], view: View
) -> Iterator[str]:
    known = subject(data, name)
    where = f' file={_attribute(known.file)} line="{known.line}"' if known.file else ""
    label = f"{plain(title(data, name), 150)} [{name.rsplit('/', 1)[-1]}]"
    group = f"{source}.{known.publisher}" if known.publisher else source or "check"
    yield f"<testcase classname={_attribute(plain(group, 120))} name={_attribute(label)}{where}"
    if not findings:
        yield "/>\n"
        return
    yield ">"
    bad = [f for f in findings if f.severity.rank == 3]
    rest = [f for f in findings if f.severity.rank < 3]
    if bad:
        head = f"{len(bad)}: {_line(bad[0], view)}"
        yield f'<failure type="violation" message={_attribute(head[:300])}>'
        yield escape(_clean("\n".join(_block(f, view) for f in bad))) + "</failure>"
    if rest:
        lines = "\n".join(_line(f, view) for f in rest)
        yield f"<system-out>{escape(_clean(lines))}</system-out>"
    yield "</testcase>\n"


def _line(finding: Finding, view: View) -> str:
    message = finding.message_nl if view.lang == "nl" else finding.message_en
    value = f" '{plain(finding.value, 100)}'" if finding.value else ""
    place = f" ({path_name(finding.path)})" if finding.path else ""
    return f"[{finding.code}] {plain(message)}{place}{value}"


def _block(finding: Finding, view: View) -> str:
    remedy = finding.remedy_nl if view.lang == "nl" else finding.remedy_en
    return "\n".join(x for x in (_line(finding, view), plain(remedy, 600), finding.where) if x)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
