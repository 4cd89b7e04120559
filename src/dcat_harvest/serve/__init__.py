"""The catalogue over HTTP: pages, content negotiation, SPARQL; from the files of the release."""

from dcat_harvest.serve.settings import Limits

__all__ = ["Limits"]
