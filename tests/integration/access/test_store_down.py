"""A store that does not answer opens no guarded server, and closes no open one."""

from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from pipeline.access.accounts import add_account
from pipeline.access.resolve import forget, is_guarded
from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings
from pipeline.store import close_store, migrate, write_session


@pytest.mark.parametrize("guarded", [False, True])
def test_what_the_store_said_last_holds_while_it_is_down(guarded: bool, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    migrate(settings)
    if guarded:
        with write_session(settings) as session:
            add_account(session, "anna", "admin", None, "tests", now=utc_now())
    forget()
    assert is_guarded(settings) is guarded

    lose_store(settings)
    forget()

    assert is_guarded(settings) is guarded


def test_a_store_that_never_answered_lets_nobody_in(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    migrate(settings)
    lose_store(settings)

    with pytest.raises((StoreUnavailableError, SQLAlchemyError)):
        is_guarded(settings)


def lose_store(settings: Settings) -> None:
    """Put something in its place that is no database."""
    close_store(settings)
    for file in settings.data_dir.glob("comptoir.db*"):
        file.unlink()
    settings.database_path.write_bytes(b"no database at all" * 100)
