"""DUO's CKAN portal."""
