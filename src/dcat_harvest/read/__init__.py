"""What sources share to read pages: HTML, JSON, CKAN, OData, dates, and strictness helpers."""

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding
from dcat_harvest.findings import finding as found
from dcat_harvest.read.manifest import Assumption, Manifest

__all__ = ["Assumption", "Finding", "Manifest", "PageChanged", "found"]
