"""A W3C SHACL validation report in Turtle, of the findings that are SHACL results."""

from collections.abc import Iterator

from dcat_harvest.findings import Finding
from dcat_harvest.report.data import ReportData, View
from dcat_harvest.report.turtle import iri, literal, path, term

SEVERITY = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}


def render(data: ReportData, view: View) -> Iterator[str]:
    """The report; findings without a SHACL component are counted in a comment only."""
    results = [f for f in data.findings if f.component]
    yield "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    yield "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    if len(results) < len(data.findings):
        left = len(data.findings) - len(results)
        yield f"# {left} findings are no SHACL results; the jsonl report has them all.\n"
    conforms = "false" if results else "true"
    yield f"\n[] a sh:ValidationReport ;\n  sh:conforms {conforms}"
    for finding in results:
        yield f" ;\n  sh:result {_result(finding)}"
    yield " .\n"


def _result(finding: Finding) -> str:
    parts = [
        "a sh:ValidationResult",
        f"sh:focusNode {_focus(finding.focus_node or finding.subject)}",
        f"sh:resultSeverity {SEVERITY[finding.severity]}",
        f"sh:sourceConstraintComponent sh:{_local(finding.component)}ConstraintComponent",
    ]
    if where := path(finding.path):
        parts.append(f"sh:resultPath {where}")
    if finding.value:
        parts.append(f"sh:value {term(finding.value)}")
    if finding.shape:
        parts.append(f"sh:sourceShape {iri(finding.shape)}")
    if finding.message_nl:
        parts.append(f"sh:resultMessage {literal(finding.message_nl, 'nl')}")
    if finding.message_en:
        parts.append(f"sh:resultMessage {literal(finding.message_en, 'en')}")
    return f"[ {' ; '.join(parts)} ]"


def _focus(node: str) -> str:
    """A focus node is an IRI, however odd, unless it says otherwise."""
    return term(node) if node.startswith(("_:", '"')) else iri(node)


def _local(component: str) -> str:
    return "".join(x for x in component if x.isalnum()) or "Node"
