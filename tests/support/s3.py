"""A real S3 server for tests: moto's, a process of its own on loopback, with one bucket."""

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from tests.support.worker import wait_until

BUCKET = "comptoir"
PREFIX = "files"
HOST = "127.0.0.1"


@dataclass
class S3Server:
    """An S3 server that answers. Its objects live as long as its process."""

    host: str
    port: int
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def url(self) -> str:
        """What COMPTOIR_FILES_URL takes."""
        return f"s3://{BUCKET}/{PREFIX}"

    @property
    def options(self) -> dict[str, Any]:
        """What COMPTOIR_FILES_OPTIONS takes, as JSON."""
        return {
            "endpoint_override": f"http://{self.host}:{self.port}",
            "access_key": "test",
            "secret_key": "test",
            "region": "us-east-1",
        }

    @property
    def client(self) -> Any:
        """A client of another make, to look behind our back."""
        return boto3.client(
            "s3",
            endpoint_url=self.options["endpoint_override"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )

    def names(self, url: str = "") -> list[str]:
        """The last parts of the names of all objects under `url`, without folders' marks."""
        prefix = (url or self.url).removeprefix(f"s3://{BUCKET}/")
        listing = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        names = [entry["Key"].rpartition("/")[2] for entry in listing]
        return [name for name in names if name]

    @contextmanager
    def freeze(self) -> Iterator[None]:
        """Take connections and answer nothing meanwhile, as a hung machine does."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Refuse connections from here on."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def start_s3(host: str = HOST) -> Iterator[S3Server]:
    """A server on a free port of `host` with an empty bucket; gone after the block."""
    with tempfile.TemporaryFile() as log:
        port = _find_free_port(host)
        server = S3Server(host, port, _start(host, port, log))
        try:
            wait_until(lambda: _answers(server))
            server.client.create_bucket(Bucket=BUCKET)
            yield server
        finally:
            server.kill()


def _start(host: str, port: int, log: Any) -> "subprocess.Popen[bytes]":
    program = Path(sys.executable).with_name("moto_server")
    return subprocess.Popen(
        [program, "-H", host, "-p", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )


def _answers(server: S3Server) -> bool:
    assert server.process.poll() is None, "the S3 server ended"
    with socket.socket() as probe:
        return probe.connect_ex((server.host, server.port)) == 0


def _find_free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
