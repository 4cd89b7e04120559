"""StatLine tables of Statistics Netherlands, by OData 3 and 4."""
