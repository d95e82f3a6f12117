"""`jobs` and `queues`: finding jobs, looking at one, and steering one or many."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.jobs import steering, workflow
from pipeline.jobs.failures import Failure
from pipeline.jobs.workflow import Step, chord
from pipeline.models import AuditEntry, JobStatus
from pipeline.store import read_session
from tests.integration.terminal.calling import call
from tests.support.ledger import LedgerBench
from tests.support.worker import ring, start_worker, wait_until

REFUSED = Failure("REFUSED", "This can never work.", permanent=True)


def fail(live: LedgerBench, **options: object) -> str:
    job_id = live.submit("test.refuse", **options)
    live.fail(live.take(job_id), REFUSED)
    return job_id


def actors(live: LedgerBench, action: str) -> set[str]:
    with read_session(live.settings) as session:
        return set(session.exec(select(AuditEntry.actor).where(AuditEntry.action == action)).all())


def status_of(live: LedgerBench, *job_ids: str) -> set[str]:
    return {live.job(job_id).status for job_id in job_ids}


def test_filters_narrow_the_list(live: LedgerBench) -> None:
    failed = fail(live, client_id="scanner")
    waiting = live.submit()

    answer = call("jobs", "list", "--status", "failed", "--client", "scanner")
    as_json = call("jobs", "list", "--query", waiting[:8], "--json").json

    assert f"{failed[:8]} test.refuse failed" in " ".join(answer.out.split())
    assert waiting[:8] not in answer.out
    assert [item["id"] for item in as_json["items"]] == [waiting]
    assert "token" not in as_json["items"][0]


def test_pages_go_on_where_the_one_before_ended(live: LedgerBench) -> None:
    jobs = {live.submit() for _ in range(5)}

    pages = [call("jobs", "list", "--limit", "3", "--page", number, "--json") for number in "12"]
    beyond = call("jobs", "list", "--limit", "3", "--page", "9")

    assert {item["id"] for page in pages for item in page.json["items"]} == jobs
    assert "5 jobs, on 2 pages" in beyond.out


def test_a_failed_job_shows_its_timeline_error_and_what_to_do(live: LedgerBench) -> None:
    job_id = fail(live)

    answer = call("jobs", "show", job_id[:8])

    assert answer.code == 0
    assert "This can never work." in answer.out
    assert "failed in attempt 1 REFUSED" in answer.out
    assert f"jobs retry {job_id[:8]}" in answer.out
    assert call("jobs", "show", job_id, "--json").json["attempts"][0]["code"] == "REFUSED"


def test_a_part_is_shown_in_its_workflow(live: LedgerBench) -> None:
    steps = tuple(Step("test.noop") for _ in range(30))
    with live.write() as session:
        whole = workflow.start(session, chord(steps, Step("test.echo")), now=utc_now())
    with read_session(live.settings) as session:
        last = workflow.list_leaves(session, whole)[-1]

    answer = call("jobs", "show", last.id)

    assert f"{whole.id[:8]} workflow.chain processing 0%" in answer.out
    assert f"{last.id[:8]} {last.kind}" in answer.out
    assert "← this job" in answer.out
    assert "more; in all 30 pending" in answer.out
    assert max(cell_len(line) for line in answer.out.splitlines()) <= 80


@pytest.mark.parametrize("job_id", ["f" * 32, "feedbeef", "ab", "DROP TABLE job"])
def test_an_unknown_id_is_a_sentence(live: LedgerBench, job_id: str) -> None:
    answer = call("jobs", "show", job_id)

    assert (answer.code, answer.out) == (1, "")
    assert answer.complaint == f"There is no job {job_id}. Check the id. [JOB_UNKNOWN]\n"


def test_jobs_named_one_by_one_are_run_again_and_the_audit_says_by_whom(live: LedgerBench) -> None:
    first, second = fail(live), fail(live)

    answer = call("jobs", "retry", first, second[:10])

    assert answer.code == 0
    assert answer.out.splitlines() == [f"{first} retried", f"{second} retried"]
    assert status_of(live, first, second) == {JobStatus.PENDING}
    (actor,) = actors(live, "job.retry")
    assert actor.startswith("cli:")


def test_a_job_that_cannot_be_run_again_is_skipped_with_the_reason(live: LedgerBench) -> None:
    waiting, failed = live.submit(), fail(live)

    answer = call("jobs", "retry", waiting, failed)

    assert answer.code == 1
    assert f"{waiting} skipped: Only a failed or cancelled job can be run again." in answer.out
    assert f"{failed} retried" in answer.out


def test_one_unknown_id_changes_nothing(live: LedgerBench) -> None:
    failed = fail(live)

    assert call("jobs", "retry", failed, "feedbeef").code == 1
    assert status_of(live, failed) == {JobStatus.FAILED}


def test_matching_jobs_are_counted_and_asked_for_before_they_are_changed(live: LedgerBench) -> None:
    jobs = [fail(live) for _ in range(3)]
    wanted = ("--kind", "test.refuse")

    dry = call("jobs", "retry", *wanted, "--dry-run")
    refused = call("jobs", "retry", *wanted, typed="n\n")
    unanswered = call("jobs", "retry", *wanted)
    unchanged = status_of(live, *jobs)
    agreed = call("jobs", "retry", *wanted, typed="y\n")

    assert (dry.code, dry.out) == (0, "3 jobs match and can be run again.\n")
    assert (refused.code, unanswered.code, unchanged) == (1, 1, {JobStatus.FAILED})
    assert agreed.code == 0
    assert status_of(live, *jobs) == {JobStatus.PENDING}


def test_a_group_of_failures_is_run_again_and_many_outcomes_are_counted(live: LedgerBench) -> None:
    jobs = [fail(live) for _ in range(25)]
    fingerprint = call("status", "--json").json["failures"][0]["fingerprint"]

    answer = call("jobs", "retry", "--failure", fingerprint, "--yes")

    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "25 retried"
    assert status_of(live, *jobs) == {JobStatus.PENDING}


def test_what_cannot_be_run_again_among_many_is_told(live: LedgerBench) -> None:
    old = fail(live, unique_key="daily")
    live.submit("test.refuse", unique_key="daily")

    answer = call("jobs", "retry", "--status", "failed", "--yes")

    assert answer.code == 1
    assert f"{old} skipped: A newer job with the same key waits or runs already." in answer.out


def test_a_running_job_is_cancelled_and_stops(live: LedgerBench, tmp_path: Path) -> None:
    job_id = live.submit("test.hang", payload={"release": str(tmp_path / "never")})
    ring(live.settings, job_id)
    with start_worker(live.settings.data_dir):
        wait_until(lambda: live.job(job_id).stage == "hang")
        answer = call("jobs", "cancel", job_id[:8])
        wait_until(lambda: live.job(job_id).status == JobStatus.CANCELLED, within_s=2)

    assert (answer.code, answer.out) == (0, f"{job_id} asked to stop\n")


def test_a_retried_job_is_rung_for_at_once(live: LedgerBench) -> None:
    job_id = live.submit()
    live.change(steering.cancel, job_id, "ana")
    with start_worker(live.settings.data_dir, COMPTOIR_DISPATCH_S="600"):
        # The dispatcher's first round would ring too; by now it is over.
        other = live.submit()
        ring(live.settings, other)
        wait_until(lambda: live.job(other).status == JobStatus.COMPLETED)
        assert call("jobs", "retry", job_id).code == 0
        wait_until(lambda: live.job(job_id).status == JobStatus.COMPLETED, within_s=10)


def test_neither_or_both_of_ids_and_filters_is_wrong_usage(live: LedgerBench) -> None:
    assert call("jobs", "cancel").code == 2
    assert call("jobs", "cancel", "abcdef12", "--status", "pending").code == 2


def test_a_queue_is_paused_with_a_reason_and_goes_on(live: LedgerBench) -> None:
    assert call("queues", "pause", "documents").code == 2
    paused = call("queues", "pause", "documents", "--reason", "Moving house")
    again = call("queues", "pause", "documents", "--reason", "Moving house")
    resumed = call("queues", "resume", "documents")

    assert (paused.code, again.code, resumed.code) == (0, 1, 0)
    assert again.complaint == "This queue is paused already. [QUEUE_PAUSED]\n"
    assert call("queues", "resume", "documents").code == 1
    (actor,) = actors(live, "queue.pause")
    assert actor.startswith("cli:")
