"""Things that are described in the manifest itself."""
