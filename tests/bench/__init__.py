"""Measurements, each printed as a table: `python -m tests.bench NAME [arguments]`."""
