"""Dashboard and worker on hosts of their own that share PostgreSQL, Valkey and S3 alone."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlmodel import Session, col, select

from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import ledger
from pipeline.models import Job, JobEvent, JobStatus
from pipeline.settings import Settings
from pipeline.store import close_store, read_session, write_session
from tests.support.hosts import (
    SERVICES_ADDRESS,
    Host,
    HostsNotAllowedError,
    Street,
    build_street,
)
from tests.support.postgresql import PostgresServer, new_database, start_postgresql
from tests.support.s3 import S3Server, start_s3
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt
from tests.support.valkey import ValkeyServer, start_valkey
from tests.support.worker import ROOT, WorkerProcess, start_worker, wait_until

PASSWORD = "opens-the-services"
# Long enough for a busy machine's heartbeats, short enough to wait for.
CALM = {
    "COMPTOIR_LEASE_S": "4",
    "COMPTOIR_HEARTBEAT_S": "1",
    "COMPTOIR_EXTRA_KINDS": "{}",
    "COMPTOIR_WARM_RUNNERS": "1",
    "COMPTOIR_DOCUMENTS_WORKERS": "2",
}
SAMPLES = sorted((ROOT / "data" / "samples" / "receipts").glob("*.jpg"))


@dataclass(frozen=True)
class Services:
    """What the hosts share."""

    street: Street
    postgresql: PostgresServer
    valkey: ValkeyServer
    s3: S3Server


@dataclass(frozen=True)
class Transition:
    """One line of a job's timeline."""

    event: str
    attempt: int
    worker_id: str | None


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
            starting = start_server(self.folder / "counter", **self.variables, **own)
            self.server = self.stack.enter_context(starting)
        self.http = self.stack.enter_context(self.server.client(trust_env=False))

    def start_worker_on(self, host: Host) -> WorkerProcess:
        """Start a worker for receipts there, with a folder of its own."""
        data_dir = self.folder / host.name
        data_dir.mkdir()
        with host.entered():
            starting = start_worker(data_dir, **self.variables)
            return self.stack.enter_context(starting)

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

    def timeline(self, job_id: str) -> list[Transition]:
        """Everything that happened to a job, in order."""
        query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(col(JobEvent.id))
        with self.beside_services() as settings, read_session(settings) as session:
            return [
                Transition(event.event, event.attempt, event.worker_id)
                for event in session.exec(query)
            ]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """Servers that listen on one address, and hosts that reach nothing but it."""
    with ExitStack() as stack:
        # Whatever proxy leads out of here, it does not lead to these addresses.
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("NO_PROXY", SERVICES_ADDRESS)
        try:
            street = stack.enter_context(build_street("counter", "workshop", "relief"))
        except HostsNotAllowedError as error:
            pytest.skip(f"Hosts cannot be made on this machine: {error}.")
        with street.services.entered():
            running = Services(
                street,
                stack.enter_context(start_postgresql(SERVICES_ADDRESS, PASSWORD)),
                stack.enter_context(start_valkey(PASSWORD, SERVICES_ADDRESS)),
                stack.enter_context(start_s3(SERVICES_ADDRESS)),
            )
        yield running


@pytest.fixture
def installation(services: Services, tmp_path: Path) -> Iterator[Installation]:
    """An installation of one test alone, whose dashboard listens."""
    with services.street.services.entered():
        url = new_database(services.postgresql)
    variables = {
        **CALM,
        "COMPTOIR_DATABASE_URL": url,
        "COMPTOIR_REDIS_URL": services.valkey.url(),
        "COMPTOIR_FILES_URL": f"{services.s3.url}/{tmp_path.name}",
        "COMPTOIR_FILES_OPTIONS": json.dumps(services.s3.options),
    }
    with ExitStack() as stack:
        installation = Installation(services, tmp_path, variables, stack)
        installation.open_counter()
        yield installation
        with installation.beside_services() as settings:
            close_store(settings)


@pytest.mark.parametrize(
    ("how", "with_relief"),
    [("switch", False), ("cable", True)],
    ids=["packets vanish, nobody else works", "link down, another host takes over"],
)
def test_a_worker_host_that_is_cut_off_loses_and_doubles_nothing(
    installation: Installation, how: str, with_relief: bool
) -> None:
    street = installation.services.street
    workshop, relief = street.hosts["workshop"], street.hosts["relief"]
    worker = installation.start_worker_on(workshop)
    wait_until(lambda: worker.process.pid in installation.workers_alive())
    pictures = [draw_receipt(f"CAFE {n}\nTOTAL {n},50 EUR") for n in range(4)]
    ids = installation.submit(*pictures, *(path.read_bytes() for path in SAMPLES))
    wait_until(lambda: len(installation.jobs(JobStatus.COMPLETED)) >= 3)

    with street.cut(workshop, how):
        interrupted = installation.jobs(JobStatus.PROCESSING)
        assert interrupted, "the cut met no running job"
        ids += installation.submit(*(draw_receipt(f"BAR {n}\nTOTAL {n},20 EUR") for n in range(2)))
        wait_until(lambda: leases_are_over(installation))
        wait_until(lambda: worker.process.pid not in installation.workers_alive())
        if with_relief:
            helper = installation.start_worker_on(relief)
            wait_until(lambda: len(installation.jobs(JobStatus.COMPLETED)) == len(ids))
            assert helper.stop() == 0

    wait_until(lambda: worker.process.pid in installation.workers_alive())
    ids += installation.submit(draw_receipt("AFTERWARDS\nTOTAL 7,70 EUR"))
    wait_until(lambda: len(installation.jobs(JobStatus.COMPLETED)) == len(ids))

    for job_id in ids:
        assert_done_once(installation, job_id)
    if with_relief:
        for job in interrupted:
            assert installation.timeline(job.id)[-1].worker_id != job.worker_id
    assert worker.stop() == 0
    assert installation.server.stop() == 0


def test_hosts_reach_the_services_and_not_each_other(installation: Installation) -> None:
    street, services = installation.services.street, installation.services
    port = httpx.URL(installation.server.base_url).port or 80
    counter, workshop = installation.counter, street.hosts["workshop"]

    assert counter.reaches(counter.address, port)
    assert not workshop.reaches(counter.address, port)
    for shared in (services.postgresql.port, services.valkey.port, services.s3.port):
        assert workshop.reaches(SERVICES_ADDRESS, shared)
        assert counter.reaches(SERVICES_ADDRESS, shared)


def test_a_host_that_is_cut_off_inside_a_transaction_holds_nobody_up(
    installation: Installation,
) -> None:
    street = installation.services.street
    workshop, relief = street.hosts["workshop"], street.hosts["relief"]
    (job_id,) = installation.submit(draw_receipt())
    url = installation.variables["COMPTOIR_DATABASE_URL"]
    settings = Settings(data_dir=installation.folder, store_url=url, store_wait_s=2)

    with pytest.raises(StoreUnavailableError), workshop.entered(), write_session(settings) as lost:
        claim(lost, job_id)
        with street.cut(workshop, "switch"):
            installation.start_worker_on(relief)
            wait_until(lambda: len(installation.jobs(JobStatus.COMPLETED)) == 1)

    assert_done_once(installation, job_id)


def claim(session: Session, job_id: str) -> None:
    """Take the job in a transaction that is not over yet."""
    held = ledger.claim(
        session, job_id, "lost", now=utc_now(), lease_s=60, time_limit_s=lambda *_: 60
    )
    assert held is not None


def leases_are_over(installation: Installation) -> bool:
    """Whether nobody beat for the jobs that run, for the length of a lease."""
    now = utc_now()
    return all(job.lease_until and job.lease_until < now for job in installation.jobs("processing"))


def assert_done_once(installation: Installation, job_id: str) -> None:
    """One attempt completed the receipt, nothing was written after it, and all of it is there."""
    timeline = installation.timeline(job_id)
    starts = [seen for seen in timeline if seen.event == "started"]
    attempts = [seen.attempt for seen in timeline]
    last = timeline[-1]

    assert [seen.event for seen in timeline].count("completed") == 1, timeline
    assert (timeline[0].event, last.event) == ("submitted", "completed"), timeline
    # A stale attempt that still wrote would show below a later one's number.
    assert attempts == sorted(attempts), timeline
    assert [seen.attempt for seen in starts] == list(range(1, last.attempt + 1)), timeline
    assert last.worker_id == starts[-1].worker_id, timeline

    assert installation.get(f"/receipts/{job_id}/result").status_code == 200
    for picture in ("pages/1", "thumbnail", "file"):
        answer = installation.get(f"/receipts/{job_id}/{picture}")
        assert answer.status_code == 200, (picture, answer.text)
        Image.open(BytesIO(answer.content)).verify()
