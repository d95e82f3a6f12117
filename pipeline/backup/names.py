"""Which stored files the rows of a store name, wherever they do: in columns or inside JSON."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection

from pipeline.backup.rows import dump_table, find_tables

# Hashes there are of secrets, never of files.
SECRETIVE = ("account", "api_key")
_NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
AT_ONCE = 500


class Names:
    """A set of hashes that may be larger than memory."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE named (sha256 TEXT PRIMARY KEY) WITHOUT ROWID")

    def take_from(self, table: str, lines: bytes) -> None:
        """Note whatever looks like the name of a file."""
        if table not in SECRETIVE:
            found = {(name.decode(),) for name in _NAME.findall(lines)}
            self._database.executemany("INSERT OR IGNORE INTO named VALUES (?)", found)

    def __contains__(self, sha256: str) -> bool:
        found = self._database.execute("SELECT 1 FROM named WHERE sha256 = ?", (sha256,))
        return found.fetchone() is not None

    def __len__(self) -> int:
        count: int = self._database.execute("SELECT count(*) FROM named").fetchone()[0]
        return count

    def __iter__(self) -> Iterator[str]:
        last = ""
        while True:
            found = self._database.execute(
                "SELECT sha256 FROM named WHERE sha256 > ? ORDER BY sha256 LIMIT ?", (last, AT_ONCE)
            ).fetchall()
            yield from (row[0] for row in found)
            if not found:
                return
            last = found[-1][0]


@contextmanager
def open_names() -> Iterator[Names]:
    """An empty set; it lies on disk once it is large, and goes with the block."""
    with closing(sqlite3.connect("")) as database:
        yield Names(database)


def take_names(connection: Connection, names: Names) -> None:
    """Note the files that any row of the store names."""
    for table in find_tables(connection):
        for lines, _count in dump_table(connection, table):
            names.take_from(table.name, lines)
