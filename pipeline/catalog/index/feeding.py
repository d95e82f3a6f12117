"""One process at a time feeds an index that several share: a late one would bring back old rows."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from pipeline.settings import Settings
from pipeline.store import read_session

FEEDING_LOCK = 0x436F6D70466F6F64  # "CompFood"; an advisory lock is known by a number


@contextmanager
def feed_alone(settings: Settings) -> Iterator[None]:
    """Wait for whoever feeds now. Raises StoreUnavailableError where that takes too long."""
    if settings.uses_postgresql:
        with read_session(settings) as session:
            session.connection().execute(text(f"SELECT pg_advisory_xact_lock({FEEDING_LOCK})"))
            yield
        return
    folder = settings.data_dir / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "feeding.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
