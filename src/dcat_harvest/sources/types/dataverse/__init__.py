"""Dataverse installations."""
