"""What PostgreSQL itself knows, by major: types, functions, operator classes, names, limits.

Pure lookups in data that a real server wrote (`python -m broxspec.data.refresh_postgres`). Nothing here
knows of specs, and nothing is read before it is asked for.
"""
