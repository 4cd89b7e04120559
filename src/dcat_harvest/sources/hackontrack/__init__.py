"""The data portal page of hackontrack.nl: one table of datasets."""
