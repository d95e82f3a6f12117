"""A real worker process: kills, cancels, deadlines and stops, each ending in one result."""

import os
import signal
from pathlib import Path

import psutil

from pipeline.errors import StoreUnavailableError
from pipeline.jobs import steering
from pipeline.models import JobStatus
from pipeline.store import check_writable
from tests.support.ledger import LedgerBench
from tests.support.worker import ring, start_worker, wait_until


def finished(bench: LedgerBench, job_id: str) -> bool:
    return bench.job(job_id).status in ("completed", "failed", "cancelled")


def hang(bench: LedgerBench, release: Path) -> str:
    """Submit a job that runs until `release` exists."""
    job_id = bench.submit("test.hang", payload={"release": str(release)})
    ring(bench.settings, job_id)
    return job_id


def written(bench: LedgerBench, job_id: str) -> dict[str, object]:
    """What workers wrote; `counted` is the rollup's."""
    return bench.job(job_id).model_dump(exclude={"counted"})


def freeze(live: LedgerBench, processes: list[int]) -> None:
    """SIGSTOP all, at a moment when none of them holds the store's one write lock.

    A process frozen inside a transaction stops every writer of an SQLite store until it wakes;
    that is another story than the one of a lease that runs out.
    """
    hasty = live.settings.model_copy(update={"store_wait_s": 0.1})
    while True:
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        try:
            check_writable(hasty)
        except StoreUnavailableError:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
        else:
            return


def test_a_rung_job_is_run_and_completed(live: LedgerBench) -> None:
    with start_worker(live.settings.data_dir):
        job_id = live.submit(payload={"word": "hello"})
        ring(live.settings, job_id)
        wait_until(lambda: finished(live, job_id))

    assert live.events(job_id) == ["submitted", "started", "completed"]
    assert live.effects(job_id) == 1


def test_a_job_nobody_rang_for_is_found_by_the_dispatcher(live: LedgerBench) -> None:
    job_id = live.submit()
    with start_worker(live.settings.data_dir):
        wait_until(lambda: finished(live, job_id))

    assert live.job(job_id).status == JobStatus.COMPLETED


def test_a_killed_worker_costs_a_second_attempt_and_nothing_else(
    live: LedgerBench, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    with start_worker(live.settings.data_dir) as first:
        job_id = hang(live, release)
        wait_until(lambda: live.job(job_id).stage == "hang")
        runners = first.runners
        first.kill()
        release.touch()
    with start_worker(live.settings.data_dir):
        wait_until(lambda: finished(live, job_id))

    assert live.events(job_id).count("completed") == 1
    assert [event.attempt for event in live.timeline(job_id) if event.event == "started"] == [1, 2]
    assert live.effects(job_id) == 1
    assert not any(runner.is_running() for runner in runners)


def test_a_killed_runner_costs_a_second_attempt_and_nothing_else(
    live: LedgerBench, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1") as worker:
        job_id = hang(live, release)
        wait_until(lambda: live.job(job_id).stage == "hang")
        (runner,) = worker.runners
        runner.kill()
        wait_until(lambda: live.job(job_id).attempt == 2)
        release.touch()
        wait_until(lambda: finished(live, job_id))

    assert live.events(job_id).count("crashed") == 1
    assert live.events(job_id).count("completed") == 1
    assert live.effects(job_id) == 1


def test_jobs_waiting_in_a_deleted_broker_all_complete(live: LedgerBench, tmp_path: Path) -> None:
    release = tmp_path / "release"
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1"):
        blocker = hang(live, release)
        wait_until(lambda: live.job(blocker).stage == "hang")
        waiting = [live.submit() for _ in range(20)]
        for job_id in waiting:
            ring(live.settings, job_id)
        live.settings.broker_path.unlink()
        release.touch()
        wait_until(lambda: all(finished(live, job_id) for job_id in waiting))

    assert {live.job(job_id).status for job_id in waiting} == {JobStatus.COMPLETED}
    assert [live.effects(job_id) for job_id in waiting] == [1] * 20


def test_cancelling_a_running_job_kills_its_process_within_two_seconds(
    live: LedgerBench, tmp_path: Path
) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1") as worker:
        job_id = hang(live, tmp_path / "never")
        wait_until(lambda: live.job(job_id).stage == "hang")
        (runner,) = worker.runners
        live.change(steering.cancel, job_id, "ana")
        wait_until(lambda: live.job(job_id).status == JobStatus.CANCELLED, within_s=2)
        wait_until(lambda: not runner.is_running() or runner.status() == psutil.STATUS_ZOMBIE, 2)

        after = live.submit()
        ring(live.settings, after)
        wait_until(lambda: finished(live, after))

    assert live.effects(job_id) == 0
    assert live.job(after).status == JobStatus.COMPLETED


def test_a_job_over_its_time_limit_is_stopped_and_tried_again(
    live: LedgerBench, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_TIME_LIMIT_S="3"):
        job_id = hang(live, release)
        wait_until(lambda: "retry" in live.events(job_id))
        release.touch()
        wait_until(lambda: finished(live, job_id))

    codes = [event.code for event in live.timeline(job_id) if event.event == "retry"]
    assert set(codes) == {"TIMED_OUT"}
    assert live.job(job_id).status == JobStatus.COMPLETED


def test_a_job_that_kills_its_runner_every_time_fails_and_harms_no_other(live: LedgerBench) -> None:
    bad = live.submit("test.crash")
    good = [live.submit() for _ in range(5)]
    with start_worker(live.settings.data_dir):
        wait_until(lambda: all(finished(live, job_id) for job_id in [bad, *good]))

    assert live.job(bad).error_code == "WORKER_CRASHED"
    assert live.job(bad).crashes == 3
    assert {live.job(job_id).status for job_id in good} == {JobStatus.COMPLETED}


def test_a_transient_failure_heals_and_a_permanent_one_does_not_repeat(live: LedgerBench) -> None:
    flaky = live.submit("test.flaky", payload={"failures": 2})
    refused = live.submit("test.refuse")
    with start_worker(live.settings.data_dir):
        wait_until(lambda: finished(live, flaky) and finished(live, refused))

    assert (live.job(flaky).status, live.job(flaky).attempt) == (JobStatus.COMPLETED, 3)
    assert (live.job(refused).status, live.job(refused).attempt) == (JobStatus.FAILED, 1)


def test_sigterm_hands_running_jobs_back_and_leaves_no_process(
    live: LedgerBench, tmp_path: Path
) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_STOP_GRACE_S="0.5") as worker:
        job_id = hang(live, tmp_path / "never")
        wait_until(lambda: live.job(job_id).stage == "hang")
        runners = worker.runners
        assert worker.stop() == 0

    assert live.events(job_id)[-1] == "handed_back"
    assert live.job(job_id).status == JobStatus.PENDING
    assert not any(runner.is_running() for runner in runners)


def test_a_worker_frozen_past_its_lease_changes_nothing_when_it_wakes(
    live: LedgerBench, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1") as frozen:
        job_id = hang(live, release)
        wait_until(lambda: live.job(job_id).stage == "hang")
        processes = [frozen.process.pid, *(runner.pid for runner in frozen.runners)]
        freeze(live, processes)
        with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1"):
            wait_until(lambda: live.job(job_id).attempt == 2)
            release.touch()
            wait_until(lambda: finished(live, job_id))
            done = written(live, job_id)
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
            # The woken worker has answered a new job once it has dealt with the old one.
            after = live.submit()
            ring(live.settings, after)
            wait_until(lambda: finished(live, after))
            wait_until(
                lambda: '"claim_lost"' in (live.settings.data_dir / "worker.log").read_text()
            )

    assert written(live, job_id) == done
    assert live.effects(job_id) == 1
    assert live.events(job_id).count("completed") == 1
