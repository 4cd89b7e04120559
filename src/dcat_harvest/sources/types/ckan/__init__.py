"""Any CKAN portal."""
