"""Catalogues of StatLine tables by OData 3."""
