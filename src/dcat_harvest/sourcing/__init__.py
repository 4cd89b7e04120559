"""Sources as things to look after: list them, make a new one, see how they do."""

from dcat_harvest.sourcing.cases import differences, results
from dcat_harvest.sourcing.health import Health, check
from dcat_harvest.sourcing.listing import Entry, Kind, entries, kinds_of
from dcat_harvest.sourcing.making import Made, make

__all__ = [
    "Entry",
    "Health",
    "Kind",
    "Made",
    "check",
    "differences",
    "entries",
    "kinds_of",
    "make",
    "results",
]
