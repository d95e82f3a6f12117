"""Alembic's entry: runs the migrations on the store that `pipeline.store.migrate` names."""

from alembic import context
from sqlmodel import SQLModel

from pipeline import models  # noqa: F401  registers the tables
from pipeline.settings import get_settings
from pipeline.store import open_store

url = context.config.attributes.get("database_url") or get_settings().database_url

with open_store(url).connect() as connection:
    # SQLite cannot alter a table in place; batch mode copies it.
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
