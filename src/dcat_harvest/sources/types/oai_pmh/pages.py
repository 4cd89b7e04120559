"""Any OAI-PMH repository: `ListRecords` in Dublin Core or DataCite, token after token."""

from dcat_harvest.read.oai import finish, read, start

__all__ = ["finish", "read", "start"]
