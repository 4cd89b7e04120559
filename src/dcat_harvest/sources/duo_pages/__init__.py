"""Pages of duo.nl/open_onderwijsdata."""
