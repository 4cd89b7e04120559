"""SHACL results to findings: our texts, who should act, and whose fault it is."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from dcat_harvest import resources
from dcat_harvest.check.engine import Result
from dcat_harvest.check.profiles import Known, Loaded
from dcat_harvest.check.rules import Rule
from dcat_harvest.findings import Fault, Finding, Kind, Severity, finding, kinds

PREFIXES = {
    "http://www.w3.org/ns/adms#": "adms",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://data.europa.eu/r5r/": "dcatap",
    "http://purl.org/dc/terms/": "dct",
    "http://data.europa.eu/eli/ontology#": "eli",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/ns/locn#": "locn",
    "http://www.w3.org/ns/odrl/2/": "odrl",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://www.w3.org/ns/shacl#": "sh",
    "http://www.w3.org/2004/02/skos/core#": "skos",
    "http://spdx.org/rdf/terms#": "spdx",
    "http://www.w3.org/2006/time#": "time",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
    "http://www.w3.org/2001/XMLSchema#": "xsd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}
SEVERITIES = {
    "Violation": Severity.VIOLATION,
    "Warning": Severity.WARNING,
    "Info": Severity.INFO,
}
SPECIFIC = ("dcat:Dataset", "dcat:Distribution", "dcat:DataService", "dcat:Catalog")


def curie(iri: str) -> str:
    """`dct:title` for the IRI; the IRI itself where there is no prefix."""
    for start, prefix in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri[len(start) :]}"
    return iri


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """`vocab/properties.toml`: labels and hints of classes and properties."""
    known: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
        resources.text("vocab/properties.toml")
    )
    return known


class Texts:
    """Findings of results, with everything that repeats made once."""

    def __init__(self, loaded: Iterable[Loaded]) -> None:
        self.loaded = {x.profile.name: x for x in loaded}
        self.made: dict[tuple[Any, ...], Finding] = {}

    def finding(
        self,
        result: Result,
        profiles: tuple[str, ...],
        classes: tuple[str, ...],
        place: Mapping[str, Any],
    ) -> Finding:
        """One finding. `classes`: IRIs of the focus node's types; `place`: subject, source, key."""
        given = result.value[:1] in ('"', "_")
        key = (
            result.path,
            result.component,
            result.severity,
            result.shape,
            profiles,
            classes,
            given,
        )
        if key not in self.made:
            self.made[key] = self._made(result, profiles, classes)
        pattern = self.made[key]
        return Finding(
            code=pattern.code,
            severity=pattern.severity,
            profile=pattern.profile,
            profiles=profiles,
            focus_node=result.focus,
            path=result.path,
            component=result.component,
            value=result.value,
            shape=result.shape,
            message_nl=pattern.message_nl,
            message_en=pattern.message_en,
            remedy_nl=pattern.remedy_nl,
            remedy_en=pattern.remedy_en,
            actor=pattern.actor,
            fault=pattern.fault,
            criterion=pattern.criterion,
            evidence=pattern.evidence,
            **place,
        )

    def _made(self, result: Result, profiles: tuple[str, ...], classes: tuple[str, ...]) -> Finding:
        rule = self._rule(result, profiles)
        values = _values(result, rule, classes)
        code = _code(result, rule)
        kind = kinds()[code]
        known = self._known(result, profiles, classes)
        fault: Fault = "rule" if known else "source"
        note_nl = f" Let op: {known.because_nl}" if known else ""
        note_en = f" Note: {known.because_en}" if known else ""
        return Finding(
            code=code,
            severity=SEVERITIES.get(result.severity, Severity.VIOLATION),
            profile=profiles[0],
            message_nl=rule.message.get("nl") or kind.message_nl.format_map(values),
            message_en=rule.message.get("en") or kind.message_en.format_map(values),
            remedy_nl=(rule.remedy.get("nl") or kind.remedy_nl.format_map(values)) + note_nl,
            remedy_en=(rule.remedy.get("en") or kind.remedy_en.format_map(values)) + note_en,
            actor=_actor(rule, kind),
            fault=fault,
            criterion=rule.criterion,
            evidence=rule.clause,
        )

    def _rule(self, result: Result, profiles: tuple[str, ...]) -> Rule:
        for name in profiles:
            if (rule := self.loaded[name].rules.get(result.shape)) is not None:
                return rule
        return Rule(shape=result.shape, path=result.path)

    def _known(
        self, result: Result, profiles: tuple[str, ...], classes: tuple[str, ...]
    ) -> Known | None:
        """The known defect, where every profile that says this has it."""
        found = None
        for name in profiles:
            one = next(
                (
                    x
                    for x in self.loaded[name].profile.known
                    if (x.path, x.component) == (result.path, result.component)
                    and x.unless_class not in classes
                    and (not x.only_class or x.only_class in classes)
                ),
                None,
            )
            if one is None:
                return None
            found = found or one
        return found


def repaired(loaded: Loaded) -> Finding | None:
    """One finding for all the references that an official file had to lose."""
    if not loaded.dropped:
        return None
    name = loaded.profile.name
    told = finding(
        "official-shapes-repaired",
        profile=name,
        count=len(loaded.dropped),
        value=" ".join(loaded.dropped),
    )
    return msgspec.structs.replace(told, profile=name, profiles=(name,))


def _actor(rule: Rule, kind: Kind) -> Any:
    return rule.actor or kind.actor


CODES = {
    "MaxCount": "too-many-values",
    "NodeKind": "wrong-node-kind",
    "Class": "wrong-class",
    "Datatype": "wrong-datatype",
    "HasValue": "wrong-value",
}


def _code(result: Result, rule: Rule) -> str:
    if result.component == "MinCount":
        return "missing-value" if result.severity == "Violation" else "missing-recommended"
    if result.component == "Node" and any("Temporal" in x for x in rule.expected.get("node", ())):
        return "not-a-date"
    return CODES.get(result.component, "shape-rule")


def _values(result: Result, rule: Rule, classes: tuple[str, ...]) -> dict[str, str]:
    """What the templates of `vocab/findings.toml` may name."""
    known = words()
    cls = _class(rule, classes)
    path = curie(result.path)
    label = known["properties"].get(path, {})
    parameter = result.component[:1].lower() + result.component[1:]
    expected = [curie(x) for x in rule.expected.get(parameter, ())]
    wanted = [known["classes"].get(x, {}) for x in expected]
    is_text = result.value.startswith('"')
    to_text = expected == ["sh:Literal"]
    class_nl = known["classes"].get(cls, {}).get("nl", cls)
    article = "het" if known["classes"].get(cls, {}).get("het") else "de"
    return {
        "class_nl": class_nl,
        "the_class_nl": f"{article} {class_nl}",
        "The_class_nl": f"{article.capitalize()} {class_nl}",
        "class_en": known["classes"].get(cls, {}).get("en", cls),
        "label_nl": label.get("nl", path),
        "label_en": label.get("en", path),
        "hint_nl": label.get("hint_nl", f"een waarde voor {path}"),
        "hint_en": label.get("hint_en", f"a value of {path}"),
        "name": path,
        "component": result.component,
        "expected": ", ".join(expected),
        "expected_nl": _kind_nl(to_text) if result.component == "NodeKind" else _of(wanted, "nl"),
        "expected_en": _kind_en(to_text) if result.component == "NodeKind" else _of(wanted, "en"),
        "given_nl": _kind_nl(is_text),
        "given_en": _kind_en(is_text),
    }


def _kind_nl(is_text: bool) -> str:
    return "een tekst" if is_text else "een verwijzing (IRI)"


def _kind_en(is_text: bool) -> str:
    return "a text" if is_text else "a reference (IRI)"


def _of(wanted: list[dict[str, str]], language: str) -> str:
    return ", ".join(x.get(language, "") for x in wanted)


def _class(rule: Rule, classes: tuple[str, ...]) -> str:
    """The class to name: of the rule's classes one that the node has, the most telling first."""
    mine = [curie(x) for x in classes]
    named = [curie(x) for x in rule.classes]
    for choice in (
        [x for x in named if x in mine],
        named,
        [x for x in SPECIFIC if x in mine],
        mine,
    ):
        if choice:
            return choice[0]
    return "rdfs:Resource"
