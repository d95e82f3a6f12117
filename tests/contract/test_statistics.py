"""Figures over a window, queues and workers at this moment, failures as groups, one job in full."""

from datetime import timedelta

import pytest

from pipeline.jobs import pausing, rollup, statistics, steering, workers, workflow
from pipeline.jobs.detail import JobDetail, get_detail
from pipeline.jobs.failures import Failure, list_failures, list_known_codes, list_open_failures
from pipeline.jobs.queue_states import QueueNow, list_workers, watch_queues
from pipeline.jobs.search import JobFilter, list_jobs
from pipeline.jobs.statistics import QueueStatistics, WindowName
from pipeline.jobs.totals import KindTotal, read_totals
from pipeline.jobs.workflow import Chain, Group, Step
from pipeline.store import read_session
from tests.support.ledger import START, LedgerBench

BROKEN = Failure("BROKEN", "It is broken.", permanent=True)
HEARTBEAT_S = 10.0


def run(bench: LedgerBench, kind: str = "test.echo", seconds: float = 2.0) -> None:
    held = bench.take(bench.submit(kind))
    bench.clock.tick(seconds)
    bench.complete(held)


def measure(bench: LedgerBench, window: WindowName) -> QueueStatistics:
    with bench.write() as session:
        rollup.count_endings(session, bench.clock())
    with read_session(bench.settings) as session:
        return statistics.measure_queue(session, "documents", window, now=bench.clock())


def watch(bench: LedgerBench, queue: str = "documents") -> QueueNow:
    with read_session(bench.settings) as session:
        return watch_queues(session, heartbeat_s=HEARTBEAT_S, now=bench.clock())[queue]


def beat(bench: LedgerBench, worker: str = "worker-1") -> None:
    with bench.write() as session:
        workers.beat(session, worker, {"documents": 2}, now=bench.clock())


def detail_of(bench: LedgerBench, job_id: str) -> JobDetail:
    with read_session(bench.settings) as session:
        found = get_detail(session, job_id, now=bench.clock())
    assert found is not None
    return found


@pytest.mark.parametrize("window", list(statistics.WINDOWS))
def test_every_window_tells_what_ended_in_it(bench: LedgerBench, window: WindowName) -> None:
    run(bench)
    bench.clock.tick(1)
    bench.fail(bench.take(bench.submit()), BROKEN)

    found = measure(bench, window)

    assert (found.whole.completed, found.whole.failed) == (1, 1)
    assert found.whole.success_rate == 0.5
    assert sum(point.figures.completed for point in found.points) == 1
    assert found.points[0].start == found.since
    assert found.points[-1].start <= bench.clock()
    assert 20 <= len(found.points) <= 100


def test_what_ended_before_the_window_is_not_in_it(bench: LedgerBench) -> None:
    run(bench)
    bench.clock.tick(2 * 3600)

    assert measure(bench, "1h").whole.completed == 0
    assert measure(bench, "6h").whole.completed == 1


def test_kinds_are_told_apart_and_summed_up(bench: LedgerBench) -> None:
    for seconds in (1.0, 1.0, 10.0):
        run(bench, "test.echo", seconds)
    run(bench, "test.flaky", 100.0)

    found = measure(bench, "1h")

    assert {kind: figures.completed for kind, figures in found.kinds.items()} == {
        "test.echo": 3,
        "test.flaky": 1,
    }
    echo = found.kinds["test.echo"].run
    assert echo is not None
    assert (echo.p50_s, echo.p99_s) == (pytest.approx(1, rel=0.05), pytest.approx(10, rel=0.05))
    assert found.whole.mean_run_s == pytest.approx(28)
    assert found.whole.run is not None
    assert found.whole.run.p99_s == pytest.approx(100, rel=0.05)


def test_nothing_has_no_rate_and_no_times(bench: LedgerBench) -> None:
    whole = measure(bench, "24h").whole

    assert (whole.success_rate, whole.mean_run_s, whole.wait, whole.run) == (None,) * 4


def test_waiting_jobs_are_told_apart_by_what_they_wait_for(bench: LedgerBench) -> None:
    bench.submit()
    bench.submit(run_at=START + timedelta(hours=1))
    with bench.write() as session:
        workflow.start(session, Chain((Step("test.echo"), Step("test.echo"))), now=bench.clock())
    bench.clock.tick(30)
    bench.take(bench.submit())

    queue = watch(bench)

    assert (queue.due, queue.scheduled, queue.blocked, queue.running) == (2, 1, 1, 1)
    assert queue.oldest_due_s == 30
    assert queue.pending == 4


def test_why_a_queue_does_not_move_is_told(bench: LedgerBench) -> None:
    bench.submit()
    unattended = watch(bench)
    beat(bench)
    running = watch(bench)
    bench.change(pausing.pause, "documents", "The printer is on fire.", "ana")
    paused = watch(bench)
    bench.change(pausing.resume, "documents", "ana")
    bench.complete(bench.take(find_waiting(bench)))
    idle = watch(bench)
    bench.clock.tick(3 * HEARTBEAT_S + 1)
    forsaken = watch(bench)

    states = [queue.state for queue in (unattended, running, paused, idle, forsaken)]
    assert states == ["unattended", "running", "paused", "idle", "unattended"]
    assert paused.pause is not None
    assert (paused.pause.actor, paused.pause.reason) == ("ana", "The printer is on fire.")
    assert watch(bench, "catalog").state == "unattended"


def find_waiting(bench: LedgerBench) -> str:
    with read_session(bench.settings) as session:
        found = list_jobs(session, JobFilter(status="pending"), now=bench.clock())
    return found.rows[0].job.id


def test_workers_are_told_with_what_they_hold(bench: LedgerBench) -> None:
    beat(bench, "worker-1")
    bench.clock.tick(60)
    beat(bench, "worker-2")
    held = bench.take(bench.submit(), "worker-2")
    with read_session(bench.settings) as session:
        silent, alive = list_workers(session, heartbeat_s=HEARTBEAT_S, now=bench.clock())

    assert (silent.row.id, silent.is_alive, silent.beat_age_s) == ("worker-1", False, 60)
    assert (alive.row.id, alive.is_alive, alive.beat_age_s) == ("worker-2", True, 0)
    assert [job.job_id for job in alive.jobs] == [held.id]
    assert silent.jobs == []


def test_failures_are_listed_with_how_many_are_failed_still(bench: LedgerBench) -> None:
    first, _second = (_fail(bench, BROKEN) for _ in range(2))
    bench.clock.tick(60)
    _fail(bench, Failure("OTHER", "Another.", permanent=True))
    bench.change(steering.retry, first, "ana")
    with read_session(bench.settings) as session:
        groups, total = list_failures(session)
        second_page, _ = list_failures(session, page=2, page_size=1)

    assert total == 2
    assert [(one.group.code, one.group.count, one.failed_now) for one in groups] == [
        ("OTHER", 1, 1),
        ("BROKEN", 2, 1),
    ]
    assert [one.group.code for one in second_page] == ["BROKEN"]


def test_what_is_failed_no_more_is_no_open_failure(bench: LedgerBench) -> None:
    solved, _open = _fail(bench, BROKEN), _fail(bench, Failure("OTHER", "Another.", permanent=True))
    bench.change(steering.retry, solved, "ana")
    with read_session(bench.settings) as session:
        groups, total = list_open_failures(session, limit=50)
        codes = list_known_codes(session)

    assert [(one.group.code, one.failed_now) for one in groups] == [("OTHER", 1)]
    assert total == 1
    assert codes == ["BROKEN", "OTHER"]


def test_charts_of_a_kind_of_a_queue_and_of_all_tell_the_same(bench: LedgerBench) -> None:
    run(bench)
    run(bench, "test.noop")
    run(bench, "test.report")
    whole = measure(bench, "1h")

    def completed(**of: str) -> int:
        with read_session(bench.settings) as session:
            points = statistics.measure_points(session, "1h", now=bench.clock(), **of)
        assert [one.start for one in points] == [one.start for one in whole.points]
        return sum(one.figures.completed for one in points)

    with read_session(bench.settings) as session:
        both = statistics.measure_queues_in_full(
            session, ("documents", "reports"), "1h", now=bench.clock()
        )
    assert both["documents"] == whole
    assert both["reports"].whole.completed == 1
    assert [completed(), completed(queue="documents"), completed(kind="test.noop")] == [3, 2, 1]


def _fail(bench: LedgerBench, failure: Failure) -> str:
    held = bench.take(bench.submit())
    bench.fail(held, failure)
    return held.id


def test_totals_name_declared_kinds_and_never_go_down(bench: LedgerBench) -> None:
    run(bench)
    bench.take(bench.submit())
    measure(bench, "1h")

    def echo() -> KindTotal:
        with read_session(bench.settings) as session:
            return next(one for one in read_totals(session) if one.kind == "test.echo")

    before = echo()
    bench.clock.tick(500 * 86_400)
    with bench.write() as session:
        rollup.prune_rollups(session, bench.clock())

    assert (before.completed, before.active, before.run_s) == (1, 1, 2.0)
    assert echo() == before
    with read_session(bench.settings) as session:
        assert "receipt.analyze" in {total.kind for total in read_totals(session)}


def test_one_job_tells_its_attempts(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.fail(bench.take(job_id, "worker-1"), Failure("FLAKY", "Again.", permanent=False))
    bench.clock.tick(10)
    bench.take(job_id, "worker-2")

    detail = detail_of(bench, job_id)

    first, second = detail.attempts
    assert (first.number, first.worker_id, first.ending, first.code) == (
        1,
        "worker-1",
        "retry",
        "FLAKY",
    )
    assert (second.number, second.worker_id, second.ending) == (2, "worker-2", None)
    assert [event.event for event in detail.events] == ["submitted", "started", "retry", "started"]


def test_one_job_tells_its_place_in_a_workflow(bench: LedgerBench) -> None:
    inner = Group((Step("test.echo"), Step("test.echo"), Step("test.echo")))
    with bench.write() as session:
        root = workflow.start(session, Chain((inner, Step("test.echo"))), now=bench.clock())
    group, last = detail_of(bench, root.id).children
    part = detail_of(bench, group.id).children[0]
    bench.complete(bench.take(part.id))

    whole = detail_of(bench, root.id)

    assert [parent.id for parent in detail_of(bench, part.id).parents] == [root.id, group.id]
    assert last.position > group.position
    assert whole.progress == 25, "one of four jobs is done"
    assert detail_of(bench, group.id).progress == 33
    assert sum(whole.child_counts.values()) == 2


def test_an_unknown_job_has_no_detail(bench: LedgerBench) -> None:
    with read_session(bench.settings) as session:
        assert get_detail(session, "nothing", now=bench.clock()) is None
