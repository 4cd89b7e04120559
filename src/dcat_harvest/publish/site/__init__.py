"""The site of a release: pages for people, written beside the RDF for machines."""
