"""Stable names for findings: the same finding has the same name in every run and every file."""

import hashlib
import re

from dcat_harvest.findings import Finding

_BLANK = re.compile(r"^_:.*|^https?://[^ ]*/\.well-known/genid/.*")


def fingerprint(finding: Finding) -> str:
    """A name made of what was seen, not of the file, the line, the severity or the wording.

    Blank nodes have no name that lasts; they count as one.
    """
    place = finding.subject or finding.key or _address(finding.where)
    parts = (
        finding.code,
        "" if finding.subject else finding.source,
        _lasting(place),
        _lasting(finding.focus_node),
        finding.shape,
        finding.path,
        finding.component,
        _lasting(finding.value),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _lasting(term: str) -> str:
    return _BLANK.sub("_:", term)


def _address(where: str) -> str:
    """A page has a lasting address; the name of a file may change."""
    return where if where.startswith(("http://", "https://")) else ""
