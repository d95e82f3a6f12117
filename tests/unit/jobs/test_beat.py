"""Periodic jobs: once a period, however many processes beat; none piles up."""

from datetime import timedelta

from sqlmodel import select

from pipeline.jobs import steering
from pipeline.jobs.beat import Beat
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.kinds import all_kinds
from pipeline.models import Job
from pipeline.store import read_session
from tests.support.ledger import LedgerBench


def periodic() -> list[str]:
    return sorted(kind.name for kind in all_kinds() if kind.every_s is not None)


def make_beat(bench: LedgerBench) -> Beat:
    return Beat(bench.settings, open_doorbell(bench.settings), bench.clock)


def waiting(bench: LedgerBench) -> list[str]:
    with read_session(bench.settings) as session:
        return sorted(job.kind for job in session.exec(select(Job)).all())


def test_every_periodic_kind_is_submitted_once(bench: LedgerBench) -> None:
    beat = make_beat(bench)
    assert beat.submit_due() == len(periodic())
    assert beat.submit_due() == 0

    assert waiting(bench) == periodic()


def test_processes_that_beat_at_once_submit_one_job_between_them(bench: LedgerBench) -> None:
    beats = [make_beat(bench) for _ in range(4)]
    submitted = bench.at_once([beat.submit_due for beat in beats])

    assert sum(submitted) == len(periodic())
    assert waiting(bench) == periodic()


def test_the_next_period_submits_again(bench: LedgerBench) -> None:
    beat = make_beat(bench)
    beat.submit_due()
    with read_session(bench.settings) as session:
        health = session.exec(select(Job.id).where(Job.kind == "maintenance.health")).one()
    bench.complete(bench.take(health))
    bench.clock.tick(timedelta(minutes=5).total_seconds())

    assert beat.submit_due() == 1
    assert waiting(bench).count("maintenance.health") == 2


def test_periods_do_not_pile_up_while_nobody_serves_the_queue(bench: LedgerBench) -> None:
    beat = make_beat(bench)
    for _ in range(5):
        beat.submit_due()
        bench.clock.tick(300)

    assert waiting(bench).count("maintenance.health") == 1


def test_a_process_that_starts_later_does_not_repeat_a_finished_period(
    bench: LedgerBench,
) -> None:
    make_beat(bench).submit_due()
    with read_session(bench.settings) as session:
        jobs = session.exec(select(Job.id)).all()
    for job_id in jobs:
        bench.change(steering.cancel, job_id, "ana")

    assert make_beat(bench).submit_due() == 0
