"""The manifest of a source (`source.toml`): what is known of it before a page is read."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from dcat_harvest.model import Agent


class Assumption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of `[stated_for_all]`: a value and where it is said, or why we hold it."""

    value: str = ""
    name: str = ""
    iri: str | None = None
    email: str | None = None
    url: str | None = None
    telephone: str | None = None
    seen_at: str = ""
    because: str = ""


class Expectations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a healthy harvest gives: bounds on the count, and fill rates (0..1) per field."""

    datasets: tuple[int, int] | None = None
    fill: Mapping[str, float] = msgspec.field(default_factory=dict)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`source.toml` as values. `options` are those of the source's type."""

    name: str
    type: str
    title: str
    start: tuple[str, ...]
    publisher: Agent
    homepage: str = ""
    robots: Literal["obey", "api"] = "obey"
    """`api`: a documented API whose terms stand at `api_terms` (design, decision 16)."""
    api_terms: str = ""
    pace: float = 1.0
    """Seconds between requests to one host."""
    accept: str = ""
    """`Accept` of its requests, where the host offers one thing in several formats."""
    deliver: bool = True
    stated_for_all: Mapping[str, Assumption] = msgspec.field(default_factory=dict)
    expect: Expectations = msgspec.field(default_factory=Expectations)
    options: Mapping[str, Any] = msgspec.field(default_factory=dict)
    caveats: tuple[str, ...] = ()
