"""How many jobs are claimed at once follows how long the last ones took."""

from pipeline.jobs.pace import MOST_AT_ONCE, Pace


def after(*runs_s: float) -> int:
    pace = Pace()
    for run_s in runs_s:
        pace.note(run_s)
    return pace.jobs_at_once


def test_nothing_is_claimed_ahead_before_anything_is_known() -> None:
    assert after() == 1


def test_jobs_of_a_second_are_taken_one_by_one() -> None:
    assert after(*[1.0] * 50) == 1


def test_jobs_of_a_millisecond_are_taken_together_but_not_without_bound() -> None:
    assert after(*[0.001] * 50) == MOST_AT_ONCE


def test_jobs_of_twenty_milliseconds_fill_a_tenth_of_a_second() -> None:
    assert after(*[0.02] * 50) == 5


def test_one_slow_job_ends_it_at_once() -> None:
    assert after(*[0.001] * 50, 2.0) == 1
