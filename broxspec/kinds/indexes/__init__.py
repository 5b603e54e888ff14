"""`kind: indexes`: the indexes a team wants, per table."""
