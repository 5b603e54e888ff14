"""Import: specs for the indexes that a database has, so that a project can begin from what is there. Nothing is changed by it: what
the specs ask for is what they were made of."""
