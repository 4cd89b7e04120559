"""Evidence of a check: the statement that shows it, or the absence of one, as one line."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dcat_harvest.check import constraints
from dcat_harvest.check.checklist import Check, checks
from dcat_harvest.check.statements import Index, bare, term

MOST_OBJECTS = 200
"""More of one property leads through a catalogue to everything; no evidence is sought there."""
DEEPEST = 6
"""Steps from a dataset to the value of the longest path: the action of a duty of a policy."""
PRIMARY_TOPIC = "<http://xmlns.com/foaf/0.1/primaryTopic>"
_BLANK = re.compile(r"^_:\S+")
_IRI = re.compile(r"<([^>]*)>")
PREFIXES = {
    "http://www.w3.org/ns/adms#": "adms",
    "http://www.w3.org/ns/dcat#": "dcat",
    "http://purl.org/dc/terms/": "dct",
    "https://w3id.org/dcat-harvest/def#": "def",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/ns/odrl/2/": "odrl",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.w3.org/2006/vcard/ns#": "vcard",
}


def statement(index: Index, dataset: str, value: str) -> str:
    """The statement near a dataset that has this value as object, as an N-Triples line.

    Looked for at the dataset, its distributions and what those name; empty where there is none.
    """
    seen: set[str] = set()
    level: Sequence[str] = (dataset,)
    for _ in range(DEEPEST):
        deeper: list[str] = []
        for subject in level:
            if subject in seen:
                continue  # cycles
            seen.add(subject)
            for predicate, objects in index.node(subject).items():
                if value in objects:
                    return _BLANK.sub("[]", f"{subject} {predicate}") + f" {_named(value)} ."
                if len(objects) <= MOST_OBJECTS:
                    deeper += (x for x in objects if x[0] in "<_")
        level = deeper
    return ""


def _named(value: str) -> str:
    # Labels of blank nodes differ from one reading to the next.
    return "[]" if value.startswith("_:") else value


def absence(dataset: str, path: str) -> str:
    """The absence of a property, by its short path."""
    return f"{_named(dataset)} {path} –" if path else ""


def short(iri: str) -> str:
    """An IRI with a usual prefix, where there is one."""
    for namespace, prefix in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def reached(index: Index, dataset: str, check: Check) -> Iterator[str]:
    """The statements that a check looks at: what a pass rests on."""
    if check.by_code:
        values = index.objects(dataset, term(check.path)) if check.path else ()
    else:
        values = constraints.paths()[check.name](index, dataset)
    for value in values:
        if not check.shows:
            yield statement(index, dataset, value) or _inverse(index, dataset, value)
        for shown in index.objects(value, term(check.shows)) if check.shows else ():
            yield statement(index, value, shown)


def _inverse(index: Index, dataset: str, value: str) -> str:
    # A path that begins at what refers to the dataset: its catalogue record.
    for record in index.subjects(PRIMARY_TOPIC, dataset):
        if found := statement(index, record, value):
            return found
    return ""


@cache
def path_of(name: str) -> str:
    """The path of a check as a finding has it: one property bare, a longer path as SHACL text."""
    check = checks()[name]
    if check.by_code:
        return check.path
    whole, last = constraints.path_texts()[name]
    return bare(last) if whole == last else whole


@cache
def path_text(name: str) -> str:
    """The path of a check in short names, such as dcat:distribution/dct:license."""
    check = checks()[name]
    whole = f"<{check.path}>" if check.by_code else constraints.path_texts()[name][0]
    told = _IRI.sub(lambda m: short(m[1]), whole) if whole != "<>" else ""
    return f"{told}/{short(check.shows)}" if check.shows else told


def property_of(name: str) -> str:
    """The last property of the path, bare: what somebody has to write."""
    check = checks()[name]
    if check.by_code or check.shows:
        return check.shows or check.path
    return bare(constraints.path_texts()[name][1])
