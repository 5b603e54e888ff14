"""Output formats: one file each, found by name, with one function `render`."""
