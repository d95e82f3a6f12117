"""Alembic's entry: runs the migrations on the store that `pipeline.store.migrate` names."""

from typing import Any

from alembic import context
from sqlmodel import SQLModel

from pipeline import models  # noqa: F401  registers the tables
from pipeline.settings import get_settings
from pipeline.store.migration import connect_to_migrate


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table is kept by migrations; broker and rate limit make their own beside ours."""
    return kind != "table" or name in SQLModel.metadata.tables


with connect_to_migrate(context.config.attributes.get("settings") or get_settings()) as connection:
    # SQLite cannot alter a table in place; batch mode copies it.
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=is_ours,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
