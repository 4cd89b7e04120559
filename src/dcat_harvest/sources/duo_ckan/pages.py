"""DUO's CKAN portal, onderwijsdata.duo.nl: one answer of `package_search` gives everything."""

from dcat_harvest.read.ckan import finish, read, start

__all__ = ["finish", "read", "start"]
