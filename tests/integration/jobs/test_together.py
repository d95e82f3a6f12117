"""Jobs of milliseconds are claimed together; what one of them does harms no other."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.jobs.minder import Minder
from pipeline.models import JobStatus
from tests.support.ledger import LedgerBench
from tests.support.worker import wait_until

# After so many jobs of a millisecond, a minder takes at least ten at once.
WARM_UP = 40


@pytest.fixture
def doorbell(live: LedgerBench) -> Doorbell:
    return open_doorbell(live.settings)


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def minder(live: LedgerBench, doorbell: Doorbell, stopping: threading.Event) -> Iterator[Minder]:
    """A minder that has just done many quick jobs."""
    settings = live.settings.model_copy(update={"warm_runners": False})
    minder = Minder(settings, "documents", "worker-1", stopping, doorbell)
    quick = [live.submit("test.noop") for _ in range(WARM_UP)]
    doorbell.ring_many("documents", [(job_id, 1) for job_id in quick[1:]])
    minder.mind(quick[0])
    assert {live.job(job_id).status for job_id in quick} == {JobStatus.COMPLETED}
    yield minder
    minder.close()


def submit_row(live: LedgerBench, doorbell: Doorbell, *kinds: str, release: Path) -> list[str]:
    """Jobs in this order, the first of them not yet rung for."""
    payload = {"release": str(release)}
    jobs = [live.submit(kind, payload=payload) for kind in kinds]
    doorbell.ring_many("documents", [(job_id, 1) for job_id in jobs[1:]])
    return jobs


def statuses(live: LedgerBench, jobs: list[str]) -> list[str]:
    return [live.job(job_id).status for job_id in jobs]


def test_what_waits_behind_a_slow_job_goes_back_to_the_queue(
    live: LedgerBench, minder: Minder, doorbell: Doorbell, tmp_path: Path
) -> None:
    kinds = ["test.noop", *["test.echo"] * 3, "test.hang", *["test.echo"] * 3]
    jobs = submit_row(live, doorbell, *kinds, release=tmp_path / "release")
    minding = threading.Thread(target=minder.mind, args=(jobs[0],))
    minding.start()

    slow, behind = jobs[4], jobs[5:]
    wait_until(lambda: live.job(slow).stage == "hang")
    wait_until(lambda: statuses(live, behind) == ["pending"] * 3, within_s=5)
    assert statuses(live, jobs[:4]) == ["completed"] * 4, "what is done shows at once"
    assert live.job(slow).status == "processing"
    (tmp_path / "release").touch()
    minding.join()

    assert live.job(slow).status == "completed"
    assert [live.job(job_id).failures for job_id in behind] == [0, 0, 0]


def test_a_job_that_kills_its_process_costs_the_others_nothing(
    live: LedgerBench, minder: Minder, doorbell: Doorbell, tmp_path: Path
) -> None:
    kinds = ["test.noop", "test.echo", "test.crash", "test.echo", "test.noop"]
    jobs = submit_row(live, doorbell, *kinds, release=tmp_path)
    minder.mind(jobs[0])

    assert statuses(live, jobs) == ["completed", "completed", "pending", "completed", "completed"]
    assert [live.job(job_id).crashes for job_id in jobs] == [0, 0, 1, 0, 0]
    assert [live.effects(job_id) for job_id in jobs] == [0, 1, 0, 1, 0]


def test_effects_that_cannot_be_written_take_no_other_job_along(
    live: LedgerBench, minder: Minder, doorbell: Doorbell, tmp_path: Path
) -> None:
    kinds = ["test.noop", "test.echo", "test.unsaved", "test.echo"]
    jobs = submit_row(live, doorbell, *kinds, release=tmp_path)
    minder.mind(jobs[0])

    assert statuses(live, jobs) == ["completed", "completed", "pending", "completed"]
    broken = live.job(jobs[2])
    assert (broken.error_code, broken.failures, broken.crashes) == ("INTERNAL_ERROR", 1, 0)
    assert (broken.error_params or {})["cause"] == "ValueError: a mistake in a kind"
    assert [live.effects(job_id) for job_id in jobs] == [0, 1, 0, 1]


def test_a_stop_hands_back_what_was_claimed_ahead(
    live: LedgerBench,
    minder: Minder,
    doorbell: Doorbell,
    stopping: threading.Event,
    tmp_path: Path,
) -> None:
    kinds = ["test.noop", "test.hang", *["test.noop"] * 4]
    jobs = submit_row(live, doorbell, *kinds, release=tmp_path / "release")
    minding = threading.Thread(target=minder.mind, args=(jobs[0],))
    minding.start()
    wait_until(lambda: live.job(jobs[1]).stage == "hang")
    stopping.set()
    (tmp_path / "release").touch()
    minding.join()

    assert statuses(live, jobs) == ["completed", "completed", *["pending"] * 4]
