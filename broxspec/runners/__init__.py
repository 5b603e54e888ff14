"""Migration runners: one file each, found by name."""
