"""Any CKAN portal: `package_search` page by page, or single packages by `package_show`."""

from dcat_harvest.read.ckan import finish, read, start

__all__ = ["finish", "read", "start"]
