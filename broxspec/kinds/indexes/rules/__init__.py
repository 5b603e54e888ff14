"""What can be wrong with indexes; one file per rule."""
