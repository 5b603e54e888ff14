"""`kind: database`: the database that all other specs speak of."""
