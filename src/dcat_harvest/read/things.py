"""What a source's pages gave, before `finish` joins it."""

import msgspec

from dcat_harvest.model import DataService, Dataset, Part


class Things(msgspec.Struct, kw_only=True):
    """All datasets, services and parts of one source, in the order read."""

    datasets: list[Dataset] = msgspec.field(default_factory=list)
    services: list[DataService] = msgspec.field(default_factory=list)
    parts: list[Part] = msgspec.field(default_factory=list)
