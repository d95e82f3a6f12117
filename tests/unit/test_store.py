"""The store migrates itself, keeps writers apart, and says so when it cannot write."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError
from sqlmodel import Session, SQLModel

from pipeline.errors import StoreUnavailableError
from pipeline.models import AuditEntry
from pipeline.settings import Settings
from pipeline.store import migrate, open_store, read_session, write_session


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    migrate(settings)
    return settings


def entry(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, actor="ana", action="test", target_type="job", target_id="1")


def test_the_migrations_make_exactly_the_tables_of_the_models(settings: Settings) -> None:
    with open_store(settings).connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing(settings: Settings) -> None:
    with write_session(settings) as session:
        session.add(entry(datetime.now(UTC)))

    migrate(settings)

    with read_session(settings) as session:
        assert session.get(AuditEntry, 1) is not None


def test_times_come_back_aware_and_in_utc(settings: Settings) -> None:
    paris = datetime(2026, 3, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    with write_session(settings) as session:
        session.add(entry(paris))

    with read_session(settings) as session:
        assert session.get_one(AuditEntry, 1).at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused(settings: Settings) -> None:
    with pytest.raises(StatementError), write_session(settings) as session:
        session.add(entry(datetime(2026, 3, 1)))  # noqa: DTZ001  that is the point


def test_an_error_in_a_transaction_undoes_all_of_it(settings: Settings) -> None:
    with pytest.raises(RuntimeError), write_session(settings) as session:
        session.add(entry(datetime.now(UTC)))
        session.flush()
        raise RuntimeError("stop")

    with read_session(settings) as session:
        assert session.get(AuditEntry, 1) is None


def test_a_store_held_by_another_writer_is_said_in_a_sentence(
    settings: Settings,
) -> None:
    hasty = settings.model_copy(update={"store_wait_s": 0.05})
    holder = sqlite3.connect(settings.database_path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreUnavailableError) as caught, write_session(hasty) as session:
            session.add(entry(datetime.now(UTC)))
            session.flush()
    finally:
        holder.close()

    assert "try again" in caught.value.message


def test_readers_go_on_while_someone_writes(settings: Settings) -> None:
    with write_session(settings) as writer:
        writer.add(entry(datetime.now(UTC)))
        writer.flush()
        with read_session(settings) as reader:
            assert isinstance(reader, Session)
            assert reader.get(AuditEntry, 1) is None
