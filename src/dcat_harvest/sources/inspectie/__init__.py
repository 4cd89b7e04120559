"""Open data of the Inspectie van het Onderwijs."""
