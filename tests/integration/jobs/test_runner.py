"""A runner that cannot be started is tried again, and what an attempt logs outlives it."""

import threading
from collections.abc import Iterator
from multiprocessing import popen_spawn_posix, util
from pathlib import Path

import psutil
import pytest

from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.job_log import LogLine, list_lines
from pipeline.jobs.minder import Minder
from pipeline.store import read_session
from tests.support.ledger import LedgerBench


@pytest.fixture
def minder(live: LedgerBench) -> Iterator[Minder]:
    settings = live.settings.model_copy(update={"warm_runners": False})
    minder = Minder(settings, "documents", "worker-1", threading.Event(), open_doorbell(settings))
    yield minder
    minder.close()


def refuse_to_spawn(*_args: object) -> int:
    raise OSError(11, "Resource temporarily unavailable")


def test_a_process_that_cannot_be_started_costs_one_attempt_and_no_worker(
    live: LedgerBench, minder: Minder, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = live.submit()

    with monkeypatch.context() as patch:
        patch.setattr(util, "spawnv_passfds", refuse_to_spawn)
        minder.mind(job_id)
        first = live.job(job_id)
    minder.mind(job_id)

    assert (first.status, first.crashes) == ("pending", 1)
    assert live.job(job_id).status == "completed"
    assert live.effects(job_id) == 1


def test_a_process_that_cannot_be_replaced_after_its_death_harms_no_later_job(
    live: LedgerBench, minder: Minder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = live.submit(), live.submit()
    minder.mind(before)
    runners = [
        child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
    ]

    assert runners, "there is no process to kill"
    with monkeypatch.context() as patch:
        patch.setattr(popen_spawn_posix.util, "spawnv_passfds", refuse_to_spawn)
        for runner in runners:
            runner.kill()
        minder.mind(after)
    if live.job(after).status == "pending":
        minder.mind(after)

    assert live.job(after).status == "completed"
    assert live.effects(after) == 1


@pytest.mark.parametrize("kind", ["test.unsendable", "test.exit", "test.unsaved"])
def test_a_mistake_in_a_kind_is_named_as_one_and_not_as_a_crash(
    live: LedgerBench, minder: Minder, kind: str
) -> None:
    job_id = live.submit(kind)
    minder.mind(job_id)

    job = live.job(job_id)
    assert (job.error_code, job.failures, job.crashes) == ("INTERNAL_ERROR", 1, 0)
    assert (job.error_params or {})["cause"]


def test_the_start_of_a_process_is_no_time_of_the_jobs(live: LedgerBench) -> None:
    # Far less than a new process takes to start.
    settings = live.settings.model_copy(
        update={"documents_time_limit_s": 0.05, "warm_runners": False}
    )
    minder = Minder(settings, "documents", "worker-1", threading.Event(), open_doorbell(settings))
    job_id = live.submit()
    minder.mind(job_id)
    minder.close()

    assert (live.job(job_id).status, live.job(job_id).attempt) == ("completed", 1)


def test_what_an_attempt_logs_is_kept_with_it(live: LedgerBench, minder: Minder) -> None:
    job_id, quiet = live.submit("test.exit"), live.submit()
    minder.mind(job_id)
    minder.mind(quiet)

    [line] = lines_of(live, job_id)[1]
    assert (line.level, line.event) == ("error", "attempt_failed")
    assert "SystemExit: 3" in (line.exception or "")
    assert lines_of(live, quiet) == {}


def test_what_a_killed_attempt_logged_is_kept_too(live: LedgerBench, tmp_path: Path) -> None:
    settings = live.settings.model_copy(
        update={"warm_runners": False, "documents_time_limit_s": 1.0}
    )
    impatient = Minder(
        settings, "documents", "worker-1", threading.Event(), open_doorbell(settings)
    )
    release = str(tmp_path / "never")
    job_id = live.submit("test.hang", payload={"release": release})
    impatient.mind(job_id)
    impatient.close()

    [line] = lines_of(live, job_id)[1]
    assert live.job(job_id).error_code == "TIMED_OUT"
    assert (line.event, line.values) == ("hanging", {"release": release})


def lines_of(live: LedgerBench, job_id: str) -> dict[int, list[LogLine]]:
    with read_session(live.settings) as session:
        return list_lines(session, job_id)
