"""A release: catalogue files, site and feed, and the one rename that makes it current."""
