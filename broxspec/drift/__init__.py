"""Drift: a live server against what specs, migrations and the schema source say that it has. Nothing is written."""
