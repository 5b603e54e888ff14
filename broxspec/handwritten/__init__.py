"""Migrations that people have written: what each statement does to what was there before its file, and what can be wrong with that."""
