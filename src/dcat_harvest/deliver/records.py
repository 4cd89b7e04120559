"""What a delivery is made of: items, problems, steps, and what became of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Action = Literal[
    "create", "change", "publish", "withdraw", "unchanged", "already-there", "refused", "held",
    "left-out",
]  # fmt: skip
Outcome = Literal["done", "already-there", "refused", "failed", "not-tried"]
Status = Literal["DRAFT", "PUBLISHED", "WITHDRAWN"]
Payload = Mapping[str, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the API refuses a dataset: its own error code and the path of the field."""

    code: str
    path: str
    message: str = ""


class Lost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A statement that the API has no field for."""

    field: str
    value: str


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dataset as the API wants it, and what gets lost on the way."""

    iri: str
    source: str
    owner: str
    """Name of the publisher: credentials are looked up by it."""
    identifier: str
    title: str
    payload: Payload
    lost: tuple[Lost, ...] = ()
    community: str = ""
    """Whether it will land in the portal's community for education, or why that is not known."""
    files: tuple[str, ...] = ()
    """Download addresses, by which the portal may hold it under another identifier."""


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record that the portal holds under our account."""

    id: str
    identifier: str
    status: Status
    digest: str = ""
    source: str = ""
    """Empty: not delivered by us, so not ours to withdraw."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be done with one dataset, and why."""

    action: Action
    identifier: str
    title: str = ""
    iri: str = ""
    source: str = ""
    owner: str = ""
    id: str = ""
    """The portal's id, where it holds the dataset."""
    status: Status | Literal[""] = ""
    """Status at the portal now."""
    why: str = ""
    problems: tuple[Problem, ...] = ()
    lost: tuple[Lost, ...] = ()
    community: str = ""
    payload: Payload = msgspec.field(default_factory=dict)


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All steps, in the order in which they are taken."""

    steps: tuple[Step, ...]
    publish: bool = True

    def counts(self) -> dict[str, int]:
        """How many steps of each action."""
        return dict(sorted(Counter(step.action for step in self.steps).items()))

    def todo(self) -> tuple[Step, ...]:
        """The steps that send something."""
        active = ("create", "change", "publish", "withdraw")
        return tuple(step for step in self.steps if step.action in active)


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a step."""

    identifier: str
    action: Action
    outcome: Outcome
    iri: str = ""
    id: str = ""
    problems: tuple[Problem, ...] = ()
    why: str = ""
