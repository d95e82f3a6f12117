"""Where a chaos run keeps store and broker, and what can be done to them there."""

import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import psycopg
import redis

from pipeline.settings import Settings
from pipeline.store import close_store, migrate
from tests.support.postgresql import PostgresServer, empty_database
from tests.support.valkey import ValkeyServer

TMPFS_MB = 192
GARBAGE = b"This is not a database. " * 500
FULL_FOR_S = 4.0
DOWN_FOR_S = 1.0
Pause = Callable[[float], object]


@dataclass(frozen=True)
class Fault:
    """Something that is done to store, broker or disk, `times` times in a round."""

    name: str
    inflict: Callable[[Pause], None]
    times: int
    lasts: bool = False


class Place(Protocol):
    """A store and a broker that can be harmed."""

    settings: Settings
    environment: Mapping[str, str]
    rings_lost: int

    def faults(self, hold_s: float) -> list[Fault]:
        """What can be done here; a lock is held for `hold_s`."""

    def check_whole(self) -> list[str]:
        """What is damaged, in words."""


@dataclass
class InFolder:
    """SQLite for both, in one folder."""

    settings: Settings
    environment: Mapping[str, str]
    on_tmpfs: bool
    rings_lost: int = field(default=0)

    def faults(self, hold_s: float) -> list[Fault]:
        faults = [
            Fault("broker file deleted", self._delete_broker, 4),
            Fault("store held by BEGIN EXCLUSIVE", partial(self._hold, hold_s), 1, lasts=True),
            Fault("broker file replaced by garbage", self._spoil_broker, 1),
        ]
        if self.on_tmpfs:
            faults.append(Fault("disk filled up", self._fill_disk, 1, lasts=True))
        return faults

    def check_whole(self) -> list[str]:
        with closing(sqlite3.connect(self.settings.database_path)) as connection:
            answers = connection.execute("PRAGMA integrity_check").fetchall()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        found = [f"integrity_check: {answer}" for (answer,) in answers if answer != "ok"]
        return found + [f"foreign_key_check: {orphan}" for orphan in orphans]

    def _delete_broker(self, _pause: Pause) -> None:
        self._count_rings()
        self.settings.broker_path.unlink(missing_ok=True)

    def _spoil_broker(self, _pause: Pause) -> None:
        self._count_rings()
        # In one step, as a restore of the wrong file would; half a page is no more to the point.
        spoiled = self.settings.broker_path.with_name("spoiled")
        with suppress(OSError):
            spoiled.write_bytes(GARBAGE)
            spoiled.replace(self.settings.broker_path)

    def _count_rings(self) -> None:
        with suppress(sqlite3.Error):
            address = f"file:{self.settings.broker_path}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                self.rings_lost += connection.execute("SELECT count(*) FROM task").fetchone()[0]

    def _hold(self, hold_s: float, pause: Pause) -> None:
        with closing(sqlite3.connect(self.settings.database_path, timeout=60)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN EXCLUSIVE")
            pause(hold_s)
            connection.execute("ROLLBACK")

    def _fill_disk(self, pause: Pause) -> None:
        ballast = self.settings.data_dir / "ballast"
        ends_s = time.monotonic() + FULL_FOR_S
        try:
            # What others free meanwhile is filled again.
            while time.monotonic() < ends_s:
                _fill(ballast)
                pause(0.05)
        finally:
            ballast.unlink(missing_ok=True)


@dataclass
class OnServers:
    """PostgreSQL and Valkey."""

    settings: Settings
    environment: Mapping[str, str]
    store: PostgresServer
    broker: ValkeyServer
    rings_lost: int = field(default=0)

    def faults(self, hold_s: float) -> list[Fault]:
        return [
            Fault("Valkey killed, its data gone", self._lose_broker, 3),
            Fault("connections terminated", self._terminate, 3),
            Fault("job table locked", partial(self._hold, hold_s), 1, lasts=True),
            Fault("PostgreSQL crashed", partial(self._restart, self.store.crash), 1),
            Fault("PostgreSQL restarted", partial(self._restart, self.store.stop), 1),
        ]

    def check_whole(self) -> list[str]:
        return []

    def _lose_broker(self, pause: Pause) -> None:
        with suppress(redis.RedisError), redis.Redis.from_url(self.broker.url()) as client:
            self.rings_lost += sum(client.zcard(key) for key in client.scan_iter("*"))  # type: ignore[misc]
        self.broker.stop()
        pause(DOWN_FOR_S)
        self.broker.start()

    def _restart(self, stop: Callable[[], None], pause: Pause) -> None:
        stop()
        pause(DOWN_FOR_S)
        self.store.start()

    def _terminate(self, _pause: Pause) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _hold(self, hold_s: float, pause: Pause) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE")
            pause(hold_s)
            connection.rollback()

    @property
    def _url(self) -> str:
        assert self.settings.store_url is not None
        return self.settings.store_url


@contextmanager
def place_in_folder() -> Iterator[InFolder]:
    """A folder, on a file system of its own where one may be mounted."""
    with tempfile.TemporaryDirectory(prefix="comptoir-chaos-") as name, _tmpfs(name) as mounted:
        settings = Settings(data_dir=Path(name))
        migrate(settings)
        try:
            yield InFolder(settings, {}, on_tmpfs=mounted)
        finally:
            close_store(settings)


@contextmanager
def place_on_servers(store: PostgresServer, broker: ValkeyServer) -> Iterator[OnServers]:
    """A database of its own, and an emptied broker."""
    with tempfile.TemporaryDirectory(prefix="comptoir-chaos-") as name:
        url = empty_database(store)
        environment = {"COMPTOIR_DATABASE_URL": url, "COMPTOIR_REDIS_URL": broker.url()}
        settings = Settings(data_dir=Path(name), store_url=url, redis_url=broker.url())
        migrate(settings)
        try:
            yield OnServers(settings, environment, store, broker)
        finally:
            close_store(settings)


@contextmanager
def _tmpfs(folder: str) -> Iterator[bool]:
    options = ("-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "tmpfs", folder)
    try:
        mounted = subprocess.run(["mount", *options], check=False, capture_output=True)
    except FileNotFoundError:
        yield False
        return
    if mounted.returncode:
        yield False
        return
    try:
        yield True
    finally:
        # Lazily, because a process that was killed just now may still let go of its files.
        subprocess.run(["umount", "--lazy", folder], check=False)


def _fill(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while os.write(file.fileno(), bytes(size)) == size:
                    pass
