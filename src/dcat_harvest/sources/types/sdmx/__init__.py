"""Services that speak SDMX."""
