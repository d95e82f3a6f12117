"""A schedule comes due, and real workers make its report without anybody asking."""

from datetime import timedelta

from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.models import Report, ReportSchedule
from pipeline.reports.order import ReportOrder
from pipeline.reports.schedules import ScheduleDraft, add_schedule
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.worker import start_worker, wait_until

DAILY = ScheduleDraft("Daily", ReportOrder("dummy", None), "yesterday", "0 8 * * *", "UTC")
MANY = 150


def make_due(bench: LedgerBench) -> None:
    """Let every schedule be due since a second ago."""
    with bench.write() as session:
        for row in session.exec(select(ReportSchedule)):
            row.next_run_at = utc_now() - timedelta(seconds=1)


def made(bench: LedgerBench) -> list[str | None]:
    """The schedules of all reports."""
    with read_session(bench.settings) as session:
        return list(session.exec(select(Report.schedule_id)))


def test_a_due_schedule_makes_its_report_by_itself(live: LedgerBench) -> None:
    schedule = add_schedule(live.settings, DAILY, actor="ana")
    make_due(live)

    def ended() -> ReportSchedule | None:
        with read_session(live.settings) as session:
            found = session.get_one(ReportSchedule, schedule.id)
            return found if found.last_outcome else None

    with start_worker(live.settings.data_dir, "all"):
        kept = wait_until(ended)

    assert kept.last_outcome == "MADE"
    assert kept.next_run_at is not None and kept.next_run_at > utc_now()
    with read_session(live.settings) as session:
        (report,) = session.exec(select(Report)).all()
    assert (report.schedule_id, kept.last_report_id) == (schedule.id, report.id)
    assert live.events(report.id)[:2] == ["submitted", "scheduled"]


def test_a_worker_that_is_killed_in_between_leaves_the_rest_to_another(live: LedgerBench) -> None:
    for _ in range(MANY):
        add_schedule(live.settings, DAILY, actor="ana")
    make_due(live)

    with start_worker(live.settings.data_dir, "beat") as first:
        wait_until(lambda: made(live))
        first.kill()
    before = len(made(live))
    with start_worker(live.settings.data_dir, "beat"):
        wait_until(lambda: len(made(live)) >= MANY)

    assert 0 < before < MANY
    assert len(made(live)) == len(set(made(live))) == MANY
