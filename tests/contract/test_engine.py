"""A job with a file, through a real worker, on every store × broker × kind of file storage."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.models import AuditEntry, JobStatus
from pipeline.store import read_session
from tests.support.broker import Place, place_in_folder, place_on_valkey
from tests.support.ledger import LedgerBench, open_ledger
from tests.support.postgresql import new_database
from tests.support.worker import start_worker, wait_until

BROKERS = ("sqlite", "redis", "postgresql")


@dataclass(frozen=True)
class Parts:
    """One way to put an installation together."""

    store: str
    broker: str
    files: str

    def __str__(self) -> str:
        return f"{self.store}-{self.broker}-{self.files}"


@dataclass
class Installation:
    """A ledger, the doorbell to ring, and the variables that give a worker the same."""

    ledger: LedgerBench
    doorbell: Doorbell
    environment: dict[str, str]

    def submit_file(self, text: str) -> str:
        """Keep a file and submit a job that reads it, without ringing."""
        sha256 = open_files(self.ledger.settings).put_bytes(text.encode())
        return self.ledger.submit("test.read", payload={"sha256": sha256})

    def ring(self, job_id: str) -> None:
        """Ring as a submit does after its commit."""
        ring_new(self.ledger.settings, self.doorbell, self.ledger.job(job_id))

    def wait_for(self, job_id: str) -> None:
        """Wait until the job is completed."""
        wait_until(lambda: self.ledger.job(job_id).status == JobStatus.COMPLETED)

    def read_effects(self, job_id: str) -> list[str]:
        """What completing the job wrote, once for each time."""
        with read_session(self.ledger.settings) as session:
            found = session.exec(
                select(AuditEntry.detail).where(
                    AuditEntry.target_id == job_id, AuditEntry.action == "effect"
                )
            )
            return [detail["text"] for detail in found if detail]


# A broker on PostgreSQL is the one that holds the store.
EVERY = [
    Parts(*parts)
    for parts in product(("sqlite", "postgresql"), BROKERS, ("folder", "s3"))
    if parts[:2] != ("sqlite", "postgresql")
]


@pytest.fixture
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation of the parts that the test's parameter names."""
    environment = describe(request, request.param)
    with open_ledger(tmp_path / "data", monkeypatch, utc_now, **environment) as ledger:
        doorbell = open_doorbell(ledger.settings)
        yield Installation(ledger, doorbell, environment)
        doorbell.close()


def describe(request: pytest.FixtureRequest, parts: Parts) -> dict[str, str]:
    """The variables of such an installation, on servers that run."""
    environment = {"COMPTOIR_BROKER": parts.broker, "COMPTOIR_DOCUMENTS_WORKERS": "1"}
    if parts.store == "postgresql":
        server = request.getfixturevalue("postgresql")
        environment["COMPTOIR_DATABASE_URL"] = new_database(server)
    if parts.broker == "redis":
        # Emptied, because the tests before left their messages.
        place = place_on_valkey(request.getfixturevalue("valkey"))
        environment["COMPTOIR_REDIS_URL"] = str(place.settings.redis_url)
    if parts.files == "s3":
        s3 = request.getfixturevalue("s3")
        environment["COMPTOIR_FILES_URL"] = f"{s3.url}/{uuid.uuid4().hex}"
        environment["COMPTOIR_FILES_OPTIONS"] = json.dumps(s3.options)
    return environment


@pytest.mark.parametrize("installation", EVERY, ids=str, indirect=True)
def test_a_job_with_a_file_is_completed_once(installation: Installation) -> None:
    ledger = installation.ledger
    job_id = installation.submit_file("Café du Port")

    with start_worker(ledger.settings.data_dir, **installation.environment):
        for _ in range(3):
            installation.ring(job_id)
        installation.wait_for(job_id)
        later_id = installation.submit_file("Boulangerie")
        installation.ring(later_id)
        installation.wait_for(later_id)

    assert installation.read_effects(job_id) == ["Café du Port"]
    assert installation.read_effects(later_id) == ["Boulangerie"]
    assert ledger.job(job_id).attempt == 1


@pytest.mark.parametrize(
    "installation",
    [Parts("sqlite", "sqlite", "folder"), Parts("postgresql", "redis", "folder")],
    ids=str,
    indirect=True,
)
def test_a_job_submitted_while_the_broker_is_down_waits_for_dispatch(
    installation: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ledger = installation.ledger
    broker = find_broker(installation, request, tmp_path)

    with start_worker(ledger.settings.data_dir, **installation.environment):
        first_id = installation.submit_file("Boulangerie")
        installation.ring(first_id)
        installation.wait_for(first_id)

        broker.stop()
        job_id = installation.submit_file("Café du Port")
        installation.ring(job_id)
        wait_until(lambda: ledger.job(job_id).rung_at is None)
        assert ledger.job(job_id).status == JobStatus.PENDING

        broker.start()
        installation.wait_for(job_id)
    assert installation.read_effects(job_id) == ["Café du Port"]


def find_broker(installation: Installation, request: pytest.FixtureRequest, folder: Path) -> Place:
    """The installation's broker, to be stopped and started."""
    if installation.doorbell.kind == "redis":
        return place_on_valkey(request.getfixturevalue("valkey"))
    return place_in_folder(folder)
