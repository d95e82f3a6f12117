"""Comptoir on several hosts: the servers they share, the dashboard on one, workers on others."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlmodel import col, select

from pipeline.models import Job, JobEvent, JobStatus
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.support.hosts import SERVICES_ADDRESS, Host, Street
from tests.support.postgresql import PostgresServer, new_database, start_postgresql
from tests.support.s3 import S3Server, start_s3
from tests.support.server import Server, start_server
from tests.support.valkey import ValkeyServer, start_valkey
from tests.support.worker import WorkerProcess, start_worker, wait_until

PASSWORD = "opens-the-services"
# Long enough for a busy machine's heartbeats, short enough to wait for.
CALM = {
    "COMPTOIR_LEASE_S": "4",
    "COMPTOIR_HEARTBEAT_S": "1",
    "COMPTOIR_EXTRA_KINDS": "{}",
    "COMPTOIR_WARM_RUNNERS": "1",
    "COMPTOIR_DOCUMENTS_WORKERS": "2",
}


@dataclass(frozen=True)
class Services:
    """What the hosts share."""

    street: Street
    postgresql: PostgresServer
    valkey: ValkeyServer
    s3: S3Server


@dataclass
class Installation:
    """A dashboard on the host called counter, workers on others, and a look at their ledger."""

    services: Services
    folder: Path
    variables: dict[str, str]
    stack: ExitStack
    server: Server = field(init=False)
    http: httpx.Client = field(init=False)

    @property
    def counter(self) -> Host:
        """Where the dashboard is, and whoever asks it."""
        return self.services.street.hosts["counter"]

    def open_counter(self) -> None:
        """Start the dashboard, reachable from wherever packets find a way to its host."""
        address = self.counter.address
        own = {
            "COMPTOIR_HOST": address,
            "COMPTOIR_ALLOWED_HOSTS": address,
            "COMPTOIR_ALLOW_OPEN_NETWORK": "1",
            "COMPTOIR_WORKER": "external",
        }
        with self.counter.entered():
            starting = start_server(self.folder / "counter", anew=True, **self.variables, **own)
            self.server = self.stack.enter_context(starting)
        self.http = self.stack.enter_context(self.server.client(trust_env=False))

    def start_worker_on(self, host: Host) -> WorkerProcess:
        """Start a worker for receipts there, with a folder of its own."""
        data_dir = self.folder / host.name
        data_dir.mkdir()
        with host.entered():
            starting = start_worker(data_dir, **self.variables)
            return self.stack.enter_context(starting)

    def log_of(self, host: Host) -> str:
        """What the worker there logged."""
        return (self.folder / host.name / "worker.log").read_text()

    def find_kept(self) -> set[Path]:
        """What a host keeps in its own folder although the hosts are to share it."""
        kept = ("comptoir.db", "broker.db", "files")
        return {path for name in kept for path in self.folder.glob(f"*/{name}")}

    def get(self, path: str) -> httpx.Response:
        """Ask the dashboard, on its own host."""
        with self.counter.entered():
            return self.http.get(f"/api/v1{path}")

    def submit(self, *pictures: bytes) -> list[str]:
        """Hand pictures over at the counter."""
        ids = []
        for picture in pictures:
            with self.counter.entered():
                answer = self.http.post(
                    "/api/v1/receipts/analyze", files={"image": ("receipt.jpg", picture)}
                )
            assert answer.status_code == 202, answer.text
            ids.append(answer.json()["data"]["requestId"])
        return ids

    def workers_alive(self) -> list[int]:
        """Process ids of the workers that the counter hears of."""
        items = self.get("/workers").json()["data"]["items"]
        return [item["pid"] for item in items if item["state"] == "alive"]

    @contextmanager
    def beside_services(self) -> Iterator[Settings]:
        """Settings with which this thread reaches the ledger, beside the services."""
        url = self.variables["COMPTOIR_DATABASE_URL"]
        with self.services.street.services.entered():
            yield Settings(data_dir=self.folder, store_url=url, store_wait_s=5)

    def jobs(self, *statuses: str) -> list[Job]:
        """Receipts that stand so."""
        with self.beside_services() as settings, read_session(settings) as session:
            return list(session.exec(select(Job).where(col(Job.status).in_(statuses))).all())

    def wait_for_all(self, ids: list[str]) -> None:
        """Wait until as many are completed; a busy machine takes its time to read."""
        wait_until(lambda: len(self.jobs(JobStatus.COMPLETED)) == len(ids), within_s=120)

    def timeline(self, job_id: str) -> list[JobEvent]:
        """Everything that happened to a job, in order."""
        query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(col(JobEvent.id))
        with self.beside_services() as settings, read_session(settings) as session:
            return list(session.exec(query).all())


@contextmanager
def start_services(street: Street) -> Iterator[Services]:
    """Servers that listen on one address of the street, each asking for its password."""
    with ExitStack() as stack:
        with street.services.entered():
            running = Services(
                street,
                stack.enter_context(start_postgresql(SERVICES_ADDRESS, PASSWORD)),
                stack.enter_context(start_valkey(PASSWORD, SERVICES_ADDRESS)),
                stack.enter_context(start_s3(SERVICES_ADDRESS)),
            )
        yield running


@contextmanager
def open_installation(services: Services, folder: Path) -> Iterator[Installation]:
    """A dashboard that listens, on a fresh database; it and its workers are gone after the block.

    `folder` takes a data folder for each host.
    """
    with services.street.services.entered():
        url = new_database(services.postgresql)
    variables = {
        **CALM,
        "COMPTOIR_DATABASE_URL": url,
        "COMPTOIR_REDIS_URL": services.valkey.url(),
        "COMPTOIR_FILES_URL": f"{services.s3.url}/{folder.name}",
        "COMPTOIR_FILES_OPTIONS": json.dumps(services.s3.options),
    }
    with ExitStack() as stack:
        installation = Installation(services, folder, variables, stack)
        installation.open_counter()
        yield installation
        with installation.beside_services() as settings:
            close_store(settings)
