"""What can be wrong with a database, its tables and its keys; one file per rule."""
