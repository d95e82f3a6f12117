"""Chains, groups and chords in the ledger: order, results, failures, cancelling, going on."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from pipeline.errors import ConflictError
from pipeline.jobs import endings, recovery, steering, workflow
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.dispatch import dispatch
from pipeline.jobs.failures import Failure
from pipeline.jobs.ledger import Claim
from pipeline.jobs.workflow import Chain, Group, Part, Step, chord
from pipeline.models import Job, OnFailure
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

REFUSED = Failure("REFUSED", "This can never work.", permanent=True)


def step(name: str) -> Step:
    return Step("test.echo", {"name": name})


class Play:
    """A workflow that the test drives part by part, by the names in the payloads."""

    def __init__(self, bench: LedgerBench, whole: Chain | Group) -> None:
        self.bench = bench
        with bench.write() as session:
            self.root = workflow.start(session, whole, now=bench.clock()).id
            self.rung = {job.payload["name"] for job in workflow.take_released(session)}

    def rows(self) -> list[Job]:
        with read_session(self.bench.settings) as session:
            found = select(Job).where(Job.root_id == self.root).order_by(col(Job.id))
            return list(session.exec(found).all())

    def part(self, name: str) -> Job:
        return next(job for job in self.rows() if job.payload.get("name") == name)

    def status(self, name: str) -> str:
        return self.part(name).status

    @property
    def whole(self) -> Job:
        return self.bench.job(self.root)

    def ready(self) -> set[str]:
        """Names of the parts that could be claimed now."""
        rows = self.rows()
        return {
            job.payload["name"]
            for job in rows
            if "name" in job.payload and job.status == "pending" and not job.blocked
        }

    def take(self, name: str) -> Claim:
        return self.bench.take(self.part(name).id)

    def complete(self, name: str, outcome: dict[str, Any] | None = None) -> None:
        assert self.bench.complete(self.take(name), outcome or {"from": name})

    def fail(self, name: str) -> None:
        assert self.bench.fail(self.take(name), REFUSED)

    def cancel(self, job_id: str) -> None:
        self.bench.change(steering.cancel, job_id, "ana")

    def retry(self, job_id: str) -> None:
        self.bench.change(steering.retry, job_id, "ana")


def play(bench: LedgerBench, *parts: Part, on_failure: OnFailure = OnFailure.STOP) -> Play:
    return Play(bench, Chain(parts, on_failure))


def test_a_chain_runs_its_parts_in_order_and_hands_results_on(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"), step("three"))
    assert chain.rung == chain.ready() == {"one"}

    chain.complete("one")
    assert chain.ready() == {"two"}
    assert chain.take("two").received == {"from": "one"}
    assert chain.whole.status == "processing"


def test_a_chain_is_completed_with_its_last_result(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"))
    chain.complete("one")
    chain.complete("two", {"sum": 42})

    assert (chain.whole.status, chain.whole.result, chain.whole.progress) == (
        "completed",
        {"sum": 42},
        100,
    )


def test_a_chord_collects_the_results_of_its_group_in_order(bench: LedgerBench) -> None:
    both = Play(bench, chord((step("a"), step("b")), step("then")))
    assert both.ready() == {"a", "b"}

    both.complete("b")
    assert both.ready() == {"a"}
    both.complete("a")

    assert both.take("then").received == [{"from": "a"}, {"from": "b"}]


def test_parts_nest(bench: LedgerBench) -> None:
    nested = play(
        bench,
        step("plan"),
        Group((Chain((step("x1"), step("x2"))), step("y"))),
        step("write"),
    )
    nested.complete("plan")
    assert nested.ready() == {"x1", "y"}
    assert nested.part("x1").received == nested.part("y").received == {"from": "plan"}
    nested.complete("y")
    nested.complete("x1")
    nested.complete("x2")

    assert nested.take("write").received == [{"from": "x2"}, {"from": "y"}]


def test_a_failed_part_stops_the_chain_and_is_named_by_it(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"), step("three"))
    chain.complete("one")
    chain.fail("two")

    assert chain.status("three") == "cancelled"
    assert chain.part("three").error_code == "PART_FAILED"
    assert (chain.whole.status, chain.whole.error_code) == ("failed", "REFUSED")


def test_a_chain_that_continues_hands_the_error_on(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"), on_failure=OnFailure.CONTINUE)
    chain.fail("one")

    error = {"code": "REFUSED", "message": "This can never work."}
    assert chain.take("two").received == {"error": error}


def test_a_failed_part_stops_the_others_of_its_group(bench: LedgerBench) -> None:
    group = Play(bench, Group((step("bad"), step("running"), step("waiting"))))
    running = group.take("running")
    group.fail("bad")

    assert group.status("waiting") == "cancelled"
    assert group.part("running").cancel_requested
    assert group.whole.status == "processing", "one part still runs"
    assert bench.change(endings.finish_cancel, running)
    assert group.whole.status == "failed"


def test_a_group_that_continues_names_the_failure_in_its_place(bench: LedgerBench) -> None:
    rest = Play(bench, chord((step("bad"), step("good")), step("then"), OnFailure.CONTINUE))
    rest.fail("bad")
    rest.complete("good")

    first, second = rest.take("then").received
    assert first["error"]["code"] == "REFUSED"
    assert second == {"from": "good"}


def test_cancelling_the_whole_closes_what_waits_and_stops_what_runs(bench: LedgerBench) -> None:
    whole = play(bench, Group((step("running"), step("waiting"))), step("after"))
    running = whole.take("running")

    whole.cancel(whole.root)
    assert (whole.status("waiting"), whole.status("after")) == ("cancelled", "cancelled")
    assert whole.whole.status == "processing"
    bench.change(endings.finish_cancel, running)

    assert {job.status for job in whole.rows()} == {"cancelled"}


def test_cancelling_a_whole_that_waits_closes_it_at_once(bench: LedgerBench) -> None:
    whole = play(bench, step("one"), step("two"))
    whole.cancel(whole.root)

    assert {job.status for job in whole.rows()} == {"cancelled"}


def test_cancelling_a_nested_group_stops_the_chain_around_it(bench: LedgerBench) -> None:
    whole = play(bench, Group((step("a"), step("b"))), step("after"))
    inner = next(job for job in whole.rows() if job.kind == "workflow.group")
    running = whole.take("a")

    whole.cancel(inner.id)
    assert whole.status("after") == "pending", "the group has not ended yet"
    bench.change(endings.finish_cancel, running)

    assert (whole.status("after"), whole.whole.status) == ("cancelled", "cancelled")


def test_a_result_that_comes_after_the_cancel_starts_nothing(bench: LedgerBench) -> None:
    whole = play(bench, step("running"), step("after"))
    running = whole.take("running")
    whole.cancel(whole.root)

    assert bench.complete(running, {"from": "running"})

    assert (whole.status("after"), whole.whole.status) == ("cancelled", "cancelled")


def test_a_retry_goes_on_where_the_workflow_stopped(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), Group((step("a"), step("bad"))), step("last"))
    chain.complete("one")
    chain.complete("a")
    chain.fail("bad")
    assert chain.whole.status == "failed"

    chain.retry(chain.part("bad").id)

    assert chain.ready() == {"bad"}
    assert chain.part("bad").received == {"from": "one"}
    chain.complete("bad")
    assert chain.take("last").received == [{"from": "a"}, {"from": "bad"}]


def test_a_whole_can_be_retried_and_completes(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"))
    chain.fail("one")
    chain.retry(chain.root)
    chain.complete("one")
    chain.complete("two")

    assert chain.whole.status == "completed"
    assert bench.effects(chain.part("one").id) == 1


def test_a_part_that_the_workflow_did_without_is_not_retried(bench: LedgerBench) -> None:
    chain = play(bench, step("bad"), step("good"), on_failure=OnFailure.CONTINUE)
    chain.fail("bad")
    chain.complete("good")

    with pytest.raises(ConflictError):
        chain.retry(chain.part("bad").id)


def test_progress_of_the_whole_is_the_mean_of_its_jobs(bench: LedgerBench) -> None:
    group = Play(bench, Group((step("a"), step("b"), Chain((step("c"), step("d"))))))
    group.complete("a")

    with read_session(bench.settings) as session:
        assert workflow.progress(session, session.get_one(Job, group.root)) == 33


def test_a_crashed_part_is_tried_again_and_the_workflow_goes_on(bench: LedgerBench) -> None:
    chain = play(bench, step("one"), step("two"))
    assert bench.crash(chain.take("one"))
    chain.complete("one")

    assert chain.ready() == {"two"}


def test_parts_that_end_at_the_same_moment_start_the_callback_once(bench: LedgerBench) -> None:
    both = Play(bench, chord(tuple(step(str(n)) for n in range(8)), step("then")))
    claims = [both.take(str(n)) for n in range(8)]

    bench.at_once([lambda held=held: bench.complete(held, {"n": held.id}) for held in claims])

    assert both.ready() == {"then"}
    assert bench.events(both.part("then").id).count("released") == 1


def test_an_empty_chain_is_refused(bench: LedgerBench) -> None:
    with pytest.raises(ValueError, match="at least one part"):
        play(bench)


def many_chains(count: int) -> Group:
    return Group(tuple(Chain((step(f"a{n}"), step(f"b{n}"))) for n in range(count)))


def test_a_group_of_many_chains_is_cancelled_in_one_go(bench: LedgerBench) -> None:
    group = Play(bench, many_chains(300))
    started_s = time.monotonic()
    group.cancel(group.root)

    assert {job.status for job in group.rows()} == {"cancelled"}
    # Seconds, where going up and down again with every part took minutes.
    assert time.monotonic() - started_s < 10


def test_a_failure_among_many_chains_stops_them_all(bench: LedgerBench) -> None:
    group = Play(bench, many_chains(200))
    group.fail("a7")

    assert group.whole.status == "failed"
    assert group.whole.error_code == "REFUSED"
    assert {job.status for job in group.rows() if job.id != group.root} == {"cancelled", "failed"}


def test_a_job_that_cannot_be_taken_back_keeps_no_other_waiting(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take(bench.submit())
    bystander = bench.submit(run_at=bench.clock() + timedelta(seconds=1))
    bench.clock.tick(60)

    def break_down(*_args: object, **_options: object) -> bool:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(recovery, "reap", break_down)
    dispatch(bench.settings, open_doorbell(bench.settings), ["documents"], bench.clock)

    assert bench.job(bystander).rung_at == bench.clock()


def test_a_second_cancel_of_a_running_job_changes_nothing(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    for _ in range(2):
        bench.change(steering.cancel, held.id, "ana")

    assert bench.events(held.id).count("cancel_requested") == 1
