"""Dashboard and worker on hosts of their own that share PostgreSQL, Valkey and S3 alone."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlmodel import Session

from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import ledger
from pipeline.models import JobStatus
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.hosts import SERVICES_ADDRESS, HostsNotAllowedError, build_street
from tests.support.installation import Installation, Services, open_installation, start_services
from tests.support.uploads import draw_receipt
from tests.support.worker import ROOT, wait_until

# A second of work each, so that some are being read when the cut comes.
LARGE = [path.read_bytes() for path in sorted((ROOT / "data/samples/receipts").glob("*.jpg"))[:3]]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """What the hosts share, where hosts can be made."""
    with pytest.MonkeyPatch.context() as patch:
        # Whatever proxy leads out of here, it does not lead to this address.
        patch.setenv("NO_PROXY", SERVICES_ADDRESS)
        try:
            with (
                build_street("counter", "workshop", "relief") as street,
                start_services(street) as running,
            ):
                yield running
        except HostsNotAllowedError as error:
            pytest.skip(f"Hosts cannot be made on this machine: {error}.")


@pytest.fixture
def installation(services: Services, tmp_path: Path) -> Iterator[Installation]:
    """An installation of one test alone, whose dashboard listens."""
    with open_installation(services, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("how", "with_relief"),
    [("switch", False), ("cable", True)],
    ids=["packets vanish for a while", "link down until another host is done"],
)
def test_a_worker_host_that_is_cut_off_loses_and_doubles_nothing(
    installation: Installation, how: str, with_relief: bool
) -> None:
    street = installation.services.street
    workshop, relief = street.hosts["workshop"], street.hosts["relief"]
    worker = installation.start_worker_on(workshop)
    wait_until(lambda: worker.process.pid in installation.workers_alive())
    ids = installation.submit(*draw_small("CAFE", 4), *LARGE, *draw_small("BAR", 4))
    wait_until(lambda: len(installation.jobs(JobStatus.COMPLETED)) >= 3)

    with street.cut(workshop, how):
        interrupted = installation.jobs(JobStatus.PROCESSING)
        assert interrupted, "the cut met no running job"
        ids += installation.submit(*draw_small("LIBRAIRIE", 2))
        wait_until(lambda: leases_are_over(installation))
        wait_until(lambda: worker.process.pid not in installation.workers_alive())
        if with_relief:
            helper = installation.start_worker_on(relief)
            installation.wait_for_all(ids)
            assert helper.stop() == 0
            # The first one's waits end by themselves, long before TCP's own limit of 15 minutes.
            wait_until(lambda: "pulse_skipped" in installation.log_of(workshop))

    wait_until(lambda: worker.process.pid in installation.workers_alive())
    if with_relief:
        lost = {job.id for job in interrupted}
        wait_until(lambda: given_up(installation.log_of(workshop)) >= lost)
    ids += installation.submit(*draw_small("FLEURISTE", 1))
    installation.wait_for_all(ids)

    for job_id in ids:
        assert_done_once(installation, job_id)
    if with_relief:
        for job in interrupted:
            assert installation.timeline(job.id)[-1].worker_id != job.worker_id
    assert installation.find_kept() == set()
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
            installation.wait_for_all([job_id])

    assert_done_once(installation, job_id)


def draw_small(name: str, count: int) -> list[bytes]:
    """Receipts of that many visits, quickly read."""
    return [draw_receipt(f"{name} {number}\nTOTAL {number},50 EUR") for number in range(count)]


def claim(session: Session, job_id: str) -> None:
    """Take the job in a transaction that is not over yet."""
    held = ledger.claim(
        session, job_id, "lost", now=utc_now(), lease_s=60, time_limit_s=lambda *_: 60
    )
    assert held is not None


def given_up(log: str) -> set[str]:
    """The jobs that a worker says to have lost: to another one, or with a result in its hands."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return {line["job"] for line in lines if line["event"] in ("claim_lost", "ending_not_written")}


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
