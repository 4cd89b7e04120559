"""Any DCAT catalogue: an RDF file, a paged feed, or a SPARQL endpoint."""

from dcat_harvest.read.dcat import finish, read, start

__all__ = ["finish", "read", "start"]
