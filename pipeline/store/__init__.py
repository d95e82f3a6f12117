"""The SQL store: everything that must survive lives behind it. SQLite or PostgreSQL, by setting.

`engines` opens it, `sqlite` and `postgresql` hold what differs, `sessions` are the transactions
that the whole program uses, `patience` waits for one, `migration` brings the tables up to date.
"""

from pipeline.store.engines import close_store, open_store
from pipeline.store.migration import migrate, migrate_when_ready
from pipeline.store.sessions import check_writable, read_session, write_session

__all__ = [
    "check_writable",
    "close_store",
    "migrate",
    "migrate_when_ready",
    "open_store",
    "read_session",
    "write_session",
]
