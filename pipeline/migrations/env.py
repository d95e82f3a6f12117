"""Alembic's entry: runs the migrations on the store that `pipeline.store.migrate` names."""

from contextlib import nullcontext
from typing import Any

from alembic import context
from sqlmodel import SQLModel

from pipeline import models  # noqa: F401  registers the tables
from pipeline.settings import get_settings
from pipeline.store.migration import connect_to_migrate


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table is kept by migrations; broker and rate limit make their own beside ours."""
    return kind != "table" or name in SQLModel.metadata.tables


given = context.config.attributes
# A restore migrates inside its own transaction.
within = given.get("connection")
with (
    nullcontext(within)
    if within is not None
    else connect_to_migrate(given.get("settings") or get_settings())
) as connection:
    # SQLite cannot alter a table in place; batch mode copies it.
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=is_ours,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
