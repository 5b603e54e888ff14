"""The kinds: one folder for each `kind:` of a spec."""
