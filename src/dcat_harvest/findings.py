"""Findings: the one currency of everything that is observed, from fetch errors to SHACL results."""

import enum
import threading
import tomllib
from string import Formatter
from typing import Any, Literal

import msgspec

from dcat_harvest import resources
from dcat_harvest.errors import BrokenInvariant

Actor = Literal["publisher", "harvester", "portal", "operator"]
Fault = Literal["source", "mapping", "rule", ""]


class Severity(enum.StrEnum):
    """How bad a finding is."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """3 for a violation, 2 for a warning, 1 for an info."""
        return {"violation": 3, "warning": 2, "info": 1}[self.value]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One observation: code, severity, place, remedy, and who should act."""

    code: str
    severity: Severity
    source: str = ""
    subject: str = ""
    """IRI of the dataset (or series, service, catalogue) that it is about."""
    key: str = ""
    """Key of the dataset in its source, while it has no IRI yet."""
    where: str = ""
    """Address of the page, or file, where it was seen."""
    profile: str = ""
    profiles: tuple[str, ...] = ()
    """All profiles that say it; `profile` is the first."""
    focus_node: str = ""
    path: str = ""
    component: str = ""
    value: str = ""
    shape: str = ""
    message_nl: str = ""
    message_en: str = ""
    remedy_nl: str = ""
    remedy_en: str = ""
    actor: Actor = "harvester"
    fault: Fault = ""
    criterion: str = ""
    evidence: str = ""
    count: int = 1


MOST_VALUE = 2000
"""Characters of a value in a finding: it shall be found again, not kept."""


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of `vocab/findings.toml`: texts are templates with {names}."""

    severity: Severity
    actor: Actor
    message_nl: str
    message_en: str
    remedy_nl: str
    remedy_en: str
    criterion: str = ""
    fault: Fault = ""


def kinds() -> dict[str, Kind]:
    """The catalogue of codes, in the order of `vocab/findings.toml`."""
    if not _KINDS:
        # Two threads that make msgspec learn one type at once crash the interpreter (0.22).
        with _LOCK:
            text = resources.text("vocab/findings.toml")
            _KINDS.update(msgspec.convert(tomllib.loads(text), dict[str, Kind]))
    return _KINDS


_LOCK = threading.Lock()
_KINDS: dict[str, Kind] = {}


def finding(
    code: str,
    *,
    source: str = "",
    key: str = "",
    subject: str = "",
    where: str = "",
    severity: Severity | None = None,
    **values: Any,
) -> Finding:
    """A finding of a known code, its texts filled with `values`.

    Raises BrokenInvariant where the code is not in the catalogue or a template name is missing.
    """
    kind = kinds().get(code)
    if kind is None:
        raise BrokenInvariant(f"finding code {code!r} is not in vocab/findings.toml; add it there")
    values = {name: _short(value) for name, value in values.items()}
    names = {"source": source, "key": key, "where": where, "subject": subject, **values}
    return Finding(
        code=code,
        severity=severity or kind.severity,
        source=source,
        key=key,
        subject=subject,
        where=where,
        value=str(values.get("value", "")),
        message_nl=_fill(kind.message_nl, names),
        message_en=_fill(kind.message_en, names),
        remedy_nl=_fill(kind.remedy_nl, names),
        remedy_en=_fill(kind.remedy_en, names),
        actor=kind.actor,
        fault=kind.fault,
        criterion=kind.criterion,
        evidence=str(values.get("evidence", "")),
        count=int(values.get("count", 1)),
    )


def _short(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > MOST_VALUE
    return f"{value[:MOST_VALUE]}…" if is_long else value


def _fill(template: str, names: dict[str, Any]) -> str:
    wanted = {name for _, name, _, _ in Formatter().parse(template) if name}
    missing = wanted - names.keys()
    if missing:
        raise BrokenInvariant(f"finding text {template!r} needs {sorted(missing)}")
    return template.format_map(names)
