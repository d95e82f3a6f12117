"""What is particular to SQLite as store; what every store promises is in tests/contract."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from pipeline.models import AuditEntry
from pipeline.settings import Settings
from pipeline.store import migrate, read_session, write_session

FULL, NORMAL = 2, 1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    migrate(settings)
    return settings


def entry(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, actor="ana", action="test", target_type="job", target_id="1")


def test_migrating_twice_changes_nothing(settings: Settings) -> None:
    with write_session(settings) as session:
        session.add(entry(datetime.now(UTC)))

    migrate(settings)

    with read_session(settings) as session:
        assert session.get(AuditEntry, 1) is not None


def test_a_worker_that_starts_on_tables_of_today_waits_for_no_writer(settings: Settings) -> None:
    hasty = settings.model_copy(update={"store_wait_s": 0.1})
    with write_session(settings) as session:
        session.add(entry(datetime.now(UTC)))
        session.flush()
        migrate(hasty)


def test_a_new_process_prepares_its_tables_before_it_takes_the_write_lock(
    settings: Settings,
) -> None:
    program = (
        "from pipeline.models import Job; from pipeline.store import open_store;"
        "from pipeline.settings import get_settings; open_store(get_settings());"
        "assert Job.__mapper__.configured"
    )
    environment = os.environ | {"COMPTOIR_DATA_DIR": str(settings.data_dir)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def test_a_time_without_a_zone_is_refused(settings: Settings) -> None:
    with pytest.raises(StatementError), write_session(settings) as session:
        session.add(entry(datetime(2026, 3, 1)))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(("durable", "level"), [(True, FULL), (False, NORMAL)])
def test_a_commit_waits_for_the_disk_only_where_it_must_be_durable(
    settings: Settings, durable: bool, level: int
) -> None:
    chosen = settings.model_copy(update={"store_durable": durable})
    with write_session(chosen) as session:
        assert session.connection().execute(text("PRAGMA synchronous")).scalar() == level


def test_a_new_folder_of_data_is_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "data")
    migrate(settings)
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_there_is_closed_at_first_use_and_then_left_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    (settings.data_dir / "samples").mkdir(parents=True)
    settings.data_dir.chmod(0o755)
    migrate(settings)
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700
    settings.data_dir.chmod(0o750)
    migrate(settings)
    assert settings.data_dir.stat().st_mode & 0o777 == 0o750
