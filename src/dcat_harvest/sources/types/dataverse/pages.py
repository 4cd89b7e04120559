"""Any Dataverse: exports of its datasets, found by search, by OAI-PMH or by a list of DOIs."""

from dcat_harvest.read.dataverse import finish, read, start

__all__ = ["finish", "read", "start"]
