"""What can be said of a dataset's levels: each statement with its evidence and certainty."""

from typing import Literal

import msgspec

Certainty = Literal["column", "declared", "usual", "text"]
CERTAINTY: tuple[Certainty, ...] = ("column", "declared", "usual", "text")
"""From the strongest to the weakest.

`column`: a column of the file holds it · `declared`: a dimension's codes do, or its title says so
· `usual`: a region dimension of CBS, its code list unread: what that classification consists of ·
`text`: a title or a printed cell says so.
"""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One column or dimension that identifies what a row is about."""

    column: str
    concept: str
    """The level, or the kind of key without one (`opleiding`, `aanbieder`)."""
    level: str = ""
    """Empty: a key, but of no level of this dataset (the postcode of a board's office)."""
    kind: Literal["code", "name", "dimension"] = "code"
    whole: bool = False
    """Of a vestiging: the column holds BRIN and number together."""
    of: str = ""
    """Whose it is, where the name says so: `WOON`, `VESTIGING`."""
    field: str = ""
    """Of a dimension: its name in the data (`RegioS`), where `column` is its title."""
    files: tuple[str, ...] = ()
    """Access addresses of the files that have it; none: the page says so for all."""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a dataset."""

    level: str
    certainty: Certainty
    evidence: str
    """The column, code or sentence that says so, as it stands at the source."""
    columns: tuple[str, ...] = ()
