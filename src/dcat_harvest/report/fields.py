"""What a publisher can write where a finding points (`fields.toml` beside this module)."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from dcat_harvest.findings import Finding

MISSING = frozenset({"MinCount", "QualifiedMinCount"})


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field: its name in records, its names for people, how to write it."""

    field: str
    nl: str
    en: str
    write_nl: str
    write_en: str
    file: bool = False
    merges: bool = True
    """Whether all that call it missing are one cause."""
    codes: tuple[str, ...] = ()
    """Findings without a path that say that it is missing."""
    at: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Source -> the name of the field there."""


@cache
def fields() -> dict[str, Field]:
    """IRI of a property -> its field."""
    path = Path(__file__).with_name("fields.toml")
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, Field])


def field_of(finding: Finding) -> Field | None:
    """The field that a finding is about: by its code, or the last property of its path.

    Of several paths the first one counts.
    """
    return _found(finding.code, finding.path)


def missing_field(finding: Finding) -> str:
    """The name of the field that a finding calls missing; empty where it says something else."""
    known = _found(finding.code, finding.path)
    if known is None or not known.merges:
        return ""
    return known.field if finding.component in MISSING or finding.code in known.codes else ""


@cache
def _found(code: str, path: str) -> Field | None:
    by_code = next((x for x in fields().values() if code in x.codes), None)
    first = path.partition("|")[0]
    iri = (re.findall(r"<([^<>]+)>", first) or [path])[-1]
    return by_code or fields().get(iri)
