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


def test_a_due_schedule_makes_its_report_by_itself(live: LedgerBench) -> None:
    draft = ScheduleDraft("Daily", ReportOrder("dummy", None), "yesterday", "0 8 * * *", "UTC")
    schedule = add_schedule(live.settings, draft, actor="ana")
    with live.write() as session:
        row = session.get_one(ReportSchedule, schedule.id)
        row.next_run_at = utc_now() - timedelta(seconds=1)

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
