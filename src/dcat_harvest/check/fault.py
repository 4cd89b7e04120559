"""Whose fault a finding is: the source lacks it, or its record has it and we lost it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import msgspec

from dcat_harvest.check import evidence
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.checklist import checks
from dcat_harvest.check.statements import Index, named, term, text
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset, Distribution

ABSENT = frozenset(("MinCount", "QualifiedMinCount"))


def blamed(
    findings: Iterable[Finding], records: Mapping[str, Dataset], index: Index
) -> Iterator[Finding]:
    """The findings; those about a value that the record has become our own fault.

    `records` maps dataset IRI to its record. A finding whose fault is known (`rule`) stays.
    """
    for x in findings:
        record = records.get(x.subject)
        if record is None or x.fault == "rule" or x.component not in ABSENT:
            yield x
        elif _is_lost(x, record, index):
            yield msgspec.structs.replace(x, fault="mapping", actor="harvester")
        else:
            yield msgspec.structs.replace(x, fault=x.fault or "source")


def perhaps_stored(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of what an endpoint gave; a note where the store may have changed a number."""
    note = finding("perhaps-stored-so")
    for x in findings:
        if x.component == "Datatype" and x.value.endswith("#integer>"):
            yield msgspec.structs.replace(
                x,
                remedy_nl=f"{x.remedy_nl} {note.message_nl} {note.remedy_nl}",
                remedy_en=f"{x.remedy_en} {note.message_en} {note.remedy_en}",
            )
        else:
            yield x


def _is_lost(x: Finding, record: Dataset, index: Index) -> bool:
    """Whether the record has a value for the property, and the graph has none."""
    prop = evidence.property_of(x.code) if x.code in checks() else x.path
    subject = named(x.focus_node)
    own = _fields("dataset").get(prop, "")
    if own and subject == named(x.subject):
        return bool(getattr(record, own)) and not index.objects(subject, term(prop))
    field = _fields("distribution").get(prop, "")
    return bool(field) and any(
        getattr(part, field) is not None or _inherits(record, field)
        for node, part in _parts(record, subject, index)
        if not index.objects(node, term(prop))
    )


def _inherits(record: Dataset, field: str) -> bool:
    """Whether the dataset states it for every distribution that states none of its own."""
    return field in ("licence", "rights") and bool(getattr(record, field))


def _parts(record: Dataset, subject: str, index: Index) -> Iterator[tuple[str, Distribution]]:
    """Nodes of distributions with their records, matched by address: of one node or a dataset."""
    known = {x.download_url or x.access_url: x for x in record.distributions}
    for node in (subject, *index.objects(subject, v.DISTRIBUTION)):
        values = index.objects(node, v.DOWNLOAD_URL) + index.objects(node, v.ACCESS_URL)
        found = next((known[text(x)] for x in values if text(x) in known), None)
        if found is not None:
            yield node, found


@cache
def _fields(kind: str) -> Mapping[str, str]:
    names = {prefix: namespace for namespace, prefix in evidence.PREFIXES.items()}
    found: dict[str, str] = {}
    for short, field in v.table("record-fields.toml")[kind].items():
        prefix, _, name = short.partition(":")
        found[names[prefix] + name] = field
    return found
