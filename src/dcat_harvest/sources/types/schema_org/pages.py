"""Any site with Dataset descriptions of schema.org in its pages."""

from dcat_harvest.read.schema_org import finish, read, start

__all__ = ["finish", "read", "start"]
