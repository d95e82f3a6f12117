"""A runner pool that could not start its process is replaced, and the job still completes."""

import threading
from collections.abc import Iterator
from multiprocessing import popen_spawn_posix

import pytest

from pipeline.jobs.minder import Minder
from tests.support.ledger import LedgerBench


@pytest.fixture
def minder(live: LedgerBench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Minder]:
    settings = live.settings.model_copy(update={"warm_runners": False})
    minder = Minder(settings, "documents", "worker-1", threading.Event())
    yield minder
    minder.close()


def test_a_failed_start_of_the_process_costs_one_attempt_and_no_worker(
    live: LedgerBench, minder: Minder, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = live.submit()

    def refuse(*_args: object) -> int:
        raise OSError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(popen_spawn_posix.util, "spawnv_passfds", refuse)
        minder.mind(job_id)
        first = live.job(job_id)
    minder.mind(job_id)

    assert (first.status, first.crashes) == ("pending", 1)
    assert live.job(job_id).status == "completed"
    assert live.effects(job_id) == 1
