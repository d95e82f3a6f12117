"""Imports Huey without the drivers it would load because they are installed.

Imported before anything else of this package. Our brokers on Redis and PostgreSQL load their
drivers themselves; a worker on SQLite does without them, which saves 19 MB of memory.
"""

import sys

DRIVERS = ("redis", "psycopg", "cysqlite")

_absent = [name for name in DRIVERS if name not in sys.modules]
for _name in _absent:
    # To Python, None means "cannot be imported", which Huey takes for "not installed".
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    import huey.consumer
    import huey.storage  # noqa: F401
finally:
    for _name in _absent:
        del sys.modules[_name]
