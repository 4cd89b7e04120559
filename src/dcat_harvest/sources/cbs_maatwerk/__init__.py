"""Tables made to order by Statistics Netherlands, from the OData service of its website."""
