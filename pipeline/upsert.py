"""INSERT … ON CONFLICT for both stores: SQLAlchemy spells it once for each dialect."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT on which `on_conflict_do_update` and `on_conflict_do_nothing` can be called."""
    return INSERTS[session.get_bind().dialect.name](table)
