"""Catalogues in DCAT."""
