"""Sites that describe datasets with schema.org."""
