"""All quoting: one file per language."""
