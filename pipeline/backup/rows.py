"""Rows as lines of JSON that every store can take: tables as they are in the store, not as models.

So a backup of an older revision is put into tables of that revision, which migrations then change.
"""

import base64
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    cast,
    select,
    text,
)
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import JSON
from sqlmodel import SQLModel

from pipeline import models  # noqa: F401  registers the tables
from pipeline.backup.archive import Member
from pipeline.fulltext.dialects import to_tsvector

# The words by which things are found: FTS5 on SQLite, tsvectors on PostgreSQL. Folded words in
# their order are the same on both; the index over them is made where they arrive.
WORDS = ("audit_words", "product_words", "receipt_words")
# Workers as they report themselves, and browsers that are signed in: both belong to the moment.
PASSING = ("browser_session", "worker")
PART_BYTES = 4 * 1024 * 1024
AT_ONCE = 500
_LEXEME = re.compile(r"'((?:[^']|'')*)':([\dA-D,]+)")

Row = list[Any]


def find_tables(connection: Connection) -> list[Table]:
    """Our tables as they are in the store, those that others refer to first."""
    metadata = MetaData()
    with warnings.catch_warnings():
        # Columns are all that counts here, and SQLAlchemy warns of indexes of expressions.
        warnings.simplefilter("ignore", SAWarning)
        metadata.reflect(connection, only=lambda name, _: name in SQLModel.metadata.tables)
    return [table for table in metadata.sorted_tables if table.name not in PASSING]


def dump_table(connection: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    """Parts of a table of some MB: lines, the first one the columns, and how many rows."""
    columns = [cast(one, Text) if isinstance(one.type, JSON) else one for one in table.columns]
    result = connection.execution_options(yield_per=AT_ONCE).execute(select(*columns))
    yield from _split([one.name for one in table.columns], (list(row) for row in result))


def dump_words(connection: Connection, table: str) -> Iterator[tuple[bytes, int]]:
    """The same of a table of words."""
    is_sqlite = connection.dialect.name == "sqlite"
    words = "words" if is_sqlite else "words::text"
    statement = text(f"SELECT rowid, {words} FROM {table} ORDER BY rowid")  # noqa: S608
    result = connection.execution_options(yield_per=AT_ONCE).execute(statement)
    yield from _split(
        ["rowid", "words"],
        ([rowid, said if is_sqlite else " ".join(read_tsvector(said))] for rowid, said in result),
    )


def read_tsvector(written: str) -> list[str]:
    """The words of a tsvector in their order, as PostgreSQL prints it."""
    places: list[tuple[int, str]] = []
    for word, found in _LEXEME.findall(written):
        places += [
            (int(place.rstrip("ABCD")), word.replace("''", "'")) for place in found.split(",")
        ]
    return [word for _, word in sorted(places)]


def _split(columns: list[str], rows: Iterator[Row]) -> Iterator[tuple[bytes, int]]:
    head = json.dumps(columns).encode() + b"\n"
    part, count = bytearray(head), 0
    for row in rows:
        part += json.dumps([_encode(value) for value in row], ensure_ascii=False).encode() + b"\n"
        count += 1
        if len(part) >= PART_BYTES:
            yield bytes(part), count
            part, count = bytearray(head), 0
    if count:
        yield bytes(part), count


def _encode(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value


def load_part(connection: Connection, tables: dict[str, Table], member: Member) -> int:
    """Put a part of a table into the store; returns how many rows. Raises KeyError, ValueError."""
    columns: list[str] = json.loads(member.stream.readline())
    if member.table in WORDS:
        return _load(connection, _words_statement(connection, member.table), member, _read_words)
    table = tables[member.table]
    kinds = [table.columns[name] for name in columns]
    statement = _insert(connection, table, kinds)
    return _load(connection, statement, member, lambda row: _read_row(kinds, row))


def _load(connection: Connection, statement: Any, member: Member, read: Any) -> int:
    done = 0
    rows: list[dict[str, Any]] = []
    for line in member.stream:
        rows.append(read((connection, json.loads(line))))
        if len(rows) == AT_ONCE:
            connection.execute(statement, rows)
            done, rows = done + len(rows), []
    if rows:
        connection.execute(statement, rows)
    return done + len(rows)


def _words_statement(connection: Connection, table: str) -> Any:
    value = ":words" if connection.dialect.name == "sqlite" else "CAST(:words AS tsvector)"
    return text(f"INSERT INTO {table} (rowid, words) VALUES (:rowid, {value})")  # noqa: S608


def _read_words(given: tuple[Connection, Row]) -> dict[str, Any]:
    connection, (rowid, words) = given
    is_sqlite = connection.dialect.name == "sqlite"
    return {"rowid": rowid, "words": words if is_sqlite else to_tsvector(words.split())}


def _insert(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> Any:
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    values = [
        # JSON goes as the text it was, so that null and nothing stay apart.
        f"CAST(:p{n} AS {one.type.compile(dialect)})"
        if isinstance(one.type, JSON) and dialect.name != "sqlite"
        else f":p{n}"
        for n, one in enumerate(columns)
    ]
    names = ", ".join(quote(one.name) for one in columns)
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({', '.join(values)})"  # noqa: S608
    kinds = [String() if isinstance(one.type, JSON) else one.type for one in columns]
    return text(statement).bindparams(
        *(bindparam(f"p{n}", type_=kind) for n, kind in enumerate(kinds))
    )


def _read_row(columns: Sequence[Column[Any]], given: tuple[Connection, Row]) -> dict[str, Any]:
    _, row = given
    pairs = zip(columns, row, strict=True)
    return {f"p{n}": _decode(column, value) for n, (column, value) in enumerate(pairs)}


def _decode(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value
