"""dcat-harvest: Dutch education open data as a checked, published, queryable catalogue."""

__version__ = "0.1.0"
