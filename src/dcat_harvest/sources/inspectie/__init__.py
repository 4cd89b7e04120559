"""Open data of the Inspectie van het Onderwijs: no code of its own, see type rijksoverheid."""
