"""Rehearsal: migrations tried on a throw-away server, as their runner would run them, killed in the middle, and taken back.

`stage` the databases of one rehearsal · `load` the schema · `snapshot` what a database is, as text · `hold` stops a concurrent
build in the middle · `<runner>.py` one file per runner: how it applies, and what its documents say to do after a failure.
"""
