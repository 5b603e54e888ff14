"""The catalog: what a database has, read without a server where possible."""
