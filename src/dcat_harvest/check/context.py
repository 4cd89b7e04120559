"""What checks in code may know, and what they find."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from dcat_harvest.check.probe import Probe
from dcat_harvest.check.statements import Index
from dcat_harvest.findings import Finding
from dcat_harvest.model import Origin


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What a check in code found: the value, where it stands, and words for its text."""

    value: str
    node: str = ""
    """Term of the node that it is about; empty: the dataset."""
    statement: str = ""
    """Term to look for as evidence; empty where something is absent."""
    words: Mapping[str, str] = msgspec.field(default_factory=dict)
    count: int = 1


class Context(msgspec.Struct, frozen=True):
    """All that checks in code may know beside the graph."""

    index: Index
    today: date
    origins: Mapping[str, Mapping[str, Origin]]
    probes: Mapping[str, Probe]
    official: Mapping[str, Sequence[Finding]] | None
    """Dataset IRI to its findings of the profile; None where the profile was not checked."""
    profile: str
    copies: Mapping[str, tuple[str, ...]]
    """Long description, made plain, to the datasets that have it."""


CodeCheck = Callable[[Context, str], Iterator[Seen]]
