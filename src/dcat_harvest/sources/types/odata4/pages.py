"""Any StatLine catalogue by OData 4: Datasets, and the Properties of each."""

from dcat_harvest.sources.types.odata3.pages import finish, read, start

__all__ = ["finish", "read", "start"]
