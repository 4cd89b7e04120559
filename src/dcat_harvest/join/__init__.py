"""Which datasets can be joined, on which keys, and how."""

from dcat_harvest.join.asking import Wish, asked
from dcat_harvest.join.catalogue import Item, load, one
from dcat_harvest.join.pairs import Joining, joinings

__all__ = ["Item", "Joining", "Wish", "asked", "joinings", "load", "one"]
