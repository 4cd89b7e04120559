"""Any SDMX service: its lists of dataflows, SDMX-ML 2.1 or 3.0."""

from dcat_harvest.read.sdmx import finish, read, start

__all__ = ["finish", "read", "start"]
