"""Types of sources: what a `[sources.NAME]` of the configuration can be, each a folder."""
