"""At which level a dataset can be joined: levels, key columns, sectors and time, with evidence.

Pure functions of a record: what its columns, its declared dimensions and its titles say.
"""

from dcat_harvest.levels.describe import Described, describe
from dcat_harvest.levels.statement import CERTAINTY, Key, Level

__all__ = ["CERTAINTY", "Described", "Key", "Level", "describe"]
