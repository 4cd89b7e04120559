"""Descriptions by hand of what has no interface."""
