"""Each run of a schedule makes its report once, whatever happens to who makes it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.jobs.broker import open_doorbell
from pipeline.models import AuditEntry, Job, Report, ReportSchedule
from pipeline.reports.order import ReportOrder
from pipeline.reports.schedules import (
    ScheduleDraft,
    add_schedule,
    change_schedule,
    delete_schedule,
    draft_of,
    get_schedule,
    list_schedules,
    pause_schedule,
    resume_schedule,
    send_test,
)
from pipeline.reports.schedules.run import make_due
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

# The clock of `bench` begins on Sunday, 1 March 2026, at noon UTC.
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
WEEK_S = 7 * 86_400


def draft(**changes: Any) -> ScheduleDraft:
    asked = {
        "name": "Monday's figures",
        "order": ReportOrder("pdf", None, language="fr"),
        "period": "previous_week",
        "cron": "0 8 * * 1",
        "time_zone": "Europe/Paris",
    }
    return ScheduleDraft(**(asked | changes))


def add(bench: LedgerBench, **changes: Any) -> ReportSchedule:
    return add_schedule(bench.settings, draft(**changes), actor="ana", clock=bench.clock)


def now_(bench: LedgerBench, schedule: ReportSchedule) -> ReportSchedule:
    """The schedule as it is kept."""
    with read_session(bench.settings) as session:
        return get_schedule(session, schedule.id)


def beat(bench: LedgerBench) -> int:
    return make_due(bench.settings, bench.write, bench.clock)


def made(bench: LedgerBench) -> list[Report]:
    with read_session(bench.settings) as session:
        return list(session.exec(select(Report).order_by(col(Report.created_at))).all())


def said(bench: LedgerBench, schedule: ReportSchedule) -> list[tuple[str, str]]:
    with read_session(bench.settings) as session:
        found = session.exec(
            select(AuditEntry)
            .where(AuditEntry.target_id == schedule.id)
            .order_by(col(AuditEntry.id))
        )
        return [(entry.action, entry.actor) for entry in found]


def test_a_report_is_made_when_it_is_due_on_the_days_of_then(bench: LedgerBench) -> None:
    schedule = add(bench, skip_empty=True)
    assert schedule.next_run_at == MONDAY
    assert beat(bench) == 0

    bench.clock.now = MONDAY
    assert (beat(bench), beat(bench)) == (1, 0)

    (report,) = made(bench)
    assert (report.period_from, report.period_to) == (date(2026, 2, 23), date(2026, 3, 1))
    assert (report.kind, report.language, report.schedule_id) == ("pdf", "fr", schedule.id)
    assert report.asked["skip_empty"]
    kept = now_(bench, schedule)
    assert kept.next_run_at == MONDAY + timedelta(weeks=1)
    assert (kept.last_run_at, kept.last_report_id) == (MONDAY, report.id)
    # Nobody rang: the dispatcher finds it in its next round.
    assert bench.job(report.id).rung_at is None
    assert bench.events(report.id) == ["submitted", "scheduled"]


def test_days_are_those_of_the_zone_of_the_schedule(bench: LedgerBench) -> None:
    # Half past eleven in the evening of the 1st there, the 2nd in UTC.
    add(bench, cron="30 23 * * *", time_zone="America/Los_Angeles", period="yesterday")
    bench.clock.now = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert beat(bench) == 1
    assert made(bench)[0].period_from == date(2026, 2, 28)


def test_workers_that_look_at_once_make_it_once(bench: LedgerBench) -> None:
    for hour in range(3):
        add(bench, cron=f"{hour} 8 * * 1")
    bench.clock.now = MONDAY + timedelta(minutes=5)
    assert sum(bench.at_once([lambda: beat(bench)] * 4)) == 3
    assert len({report.schedule_id for report in made(bench)}) == len(made(bench)) == 3


def test_killed_before_the_commit_nothing_is_made_and_another_worker_makes_it(
    bench: LedgerBench,
) -> None:
    class Killed(BaseException):
        pass

    class Dying:
        """A transaction whose process ends just before it commits."""

        def __enter__(self) -> Session:
            self._open = bench.write()
            return self._open.__enter__()

        def __exit__(self, *_: object) -> None:
            self._open.__exit__(Killed, Killed(), None)
            raise Killed

    schedule = add(bench)
    bench.clock.now = MONDAY
    with pytest.raises(Killed):
        make_due(bench.settings, Dying, bench.clock)
    assert made(bench) == []
    assert now_(bench, schedule).next_run_at == MONDAY
    assert beat(bench) == 1


def test_runs_missed_while_all_was_down_are_made_once_and_it_says_so(bench: LedgerBench) -> None:
    schedule = add(bench, cron="0 8 * * *", period="yesterday")
    bench.clock.now = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    assert (beat(bench), beat(bench)) == (1, 0)

    (report,) = made(bench)
    # The day before the last run that was due.
    assert report.period_from == report.period_to == date(2026, 3, 4)
    event = bench.timeline(report.id)[-1]
    assert (event.event, event.code) == ("scheduled", "RUNS_MISSED")
    assert now_(bench, schedule).next_run_at == datetime(2026, 3, 6, 7, 0, tzinfo=UTC)


def test_a_clock_that_is_set_back_makes_nothing_twice(bench: LedgerBench) -> None:
    add(bench)
    bench.clock.now = MONDAY
    beat(bench)
    bench.clock.tick(-3600)
    assert beat(bench) == 0
    bench.clock.tick(3600)
    assert beat(bench) == 0
    bench.clock.tick(WEEK_S)
    assert beat(bench) == 1


def test_each_run_around_a_change_of_the_clocks_is_made_once(bench: LedgerBench) -> None:
    add(bench, cron="30 2 * * *", period="yesterday")
    for begin in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        bench.clock.now = begin
        beat(bench)
        before = len(made(bench))
        for _ in range(3 * 24 * 4):
            bench.clock.tick(900)
            beat(bench)
        assert len(made(bench)) == before + 3


def test_a_paused_schedule_makes_nothing_and_says_who_stopped_it_and_why(
    bench: LedgerBench,
) -> None:
    schedule = add(bench)
    paused = pause_schedule(
        bench.settings, schedule.id, " on holiday ", actor="bo", clock=bench.clock
    )
    assert (paused.paused_by, paused.pause_reason, paused.next_run_at) == ("bo", "on holiday", None)
    with pytest.raises(ConflictError, match="paused already"):
        pause_schedule(bench.settings, schedule.id, "again", actor="bo", clock=bench.clock)
    with pytest.raises(InvalidRequestError):
        pause_schedule(bench.settings, schedule.id, "  ", actor="bo", clock=bench.clock)
    bench.clock.now = MONDAY + timedelta(days=1)
    assert beat(bench) == 0

    resumed = resume_schedule(bench.settings, schedule.id, actor="ana", clock=bench.clock)
    # What fell into the pause is not made up for.
    assert resumed.next_run_at == MONDAY + timedelta(weeks=1)
    assert (resumed.paused_at, resumed.pause_reason) == (None, None)
    with pytest.raises(ConflictError, match="not paused"):
        resume_schedule(bench.settings, schedule.id, actor="ana", clock=bench.clock)
    assert said(bench, schedule) == [
        ("schedule.add", "ana"), ("schedule.pause", "bo"), ("schedule.resume", "ana"),
    ]  # fmt: skip


def test_a_change_takes_effect_and_what_it_was_stays_known(bench: LedgerBench) -> None:
    schedule = add(bench)
    other = draft(name="Fridays", cron="0 18 * * 5", time_zone="UTC")
    change_schedule(bench.settings, schedule.id, other, actor="bo", clock=bench.clock)
    kept = now_(bench, schedule)
    assert kept.next_run_at == datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    assert draft_of(kept).name == "Fridays"
    with read_session(bench.settings) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "schedule.change")).one()
    assert entry.detail is not None
    assert entry.detail["cron"] == {"before": "0 8 * * 1", "after": "0 18 * * 5"}
    assert sorted(entry.detail) == ["cron", "name", "time_zone"]


def test_a_run_that_is_due_is_made_though_the_schedule_is_changed_just_then(
    bench: LedgerBench,
) -> None:
    schedule = add(bench)
    bench.clock.now = MONDAY + timedelta(seconds=20)
    other = draft(name="Fridays", cron="0 18 * * 5", time_zone="UTC")
    change_schedule(bench.settings, schedule.id, other, actor="bo", clock=bench.clock)
    assert (beat(bench), beat(bench)) == (1, 0)
    assert now_(bench, schedule).next_run_at == datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


def test_a_schedule_that_is_deleted_leaves_its_reports(bench: LedgerBench) -> None:
    schedule = add(bench)
    bench.clock.now = MONDAY
    beat(bench)
    delete_schedule(bench.settings, schedule.id, actor="ana", clock=bench.clock)
    bench.clock.tick(WEEK_S)
    assert beat(bench) == 0
    assert len(made(bench)) == 1
    with read_session(bench.settings) as session:
        assert list_schedules(session) == []
    with pytest.raises(NotFoundError):
        delete_schedule(bench.settings, schedule.id, actor="ana", clock=bench.clock)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "SCHEDULE_NAME_MISSING"),
        ({"period": "next_week"}, "SCHEDULE_PERIOD_UNKNOWN"),
        ({"cron": "* * * * *"}, "SCHEDULE_TOO_OFTEN"),
        ({"time_zone": "Europe/Lutece"}, "SCHEDULE_ZONE_UNKNOWN"),
        ({"order": ReportOrder("pdf", None, sections=("lines",))}, "REPORT_SECTION_UNKNOWN"),
        ({"recipients": ("nobody",)}, "MAIL_ADDRESS_BAD"),
        ({"recipients": ("ana@example.org",)}, "MAIL_NOT_SET_UP"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(
    bench: LedgerBench, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        add(bench, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "of_another_version",
    [{"sections": ["letters"]}, {"kind": "letter"}, {"filters": {"colour": "red"}}],
    ids=str,
)
def test_one_that_cannot_be_made_any_more_keeps_no_other_from_being_made(
    bench: LedgerBench, of_another_version: dict[str, Any]
) -> None:
    broken, fine = add(bench), add(bench, cron="5 8 * * 1")
    with bench.write() as session:
        row = session.get_one(ReportSchedule, broken.id)
        row.asked = {**row.asked, **of_another_version}
    bench.clock.now = MONDAY + timedelta(hours=1)
    assert beat(bench) == 1
    assert made(bench)[0].schedule_id == fine.id
    assert now_(bench, broken).last_outcome == "FAILED"
    assert now_(bench, broken).next_run_at == MONDAY + timedelta(weeks=1)


def test_an_analysis_begins_with_its_first_part(bench: LedgerBench) -> None:
    add(bench, order=ReportOrder("analysis", None))
    bench.clock.now = MONDAY
    beat(bench)
    (report,) = made(bench)
    with read_session(bench.settings) as session:
        plan = session.exec(
            select(Job).where(Job.root_id == report.id, Job.kind == "report.plan")
        ).one()
    assert (plan.blocked, plan.rung_at) == (False, None)


def test_a_test_goes_to_one_address_and_changes_nothing(bench: LedgerBench) -> None:
    schedule = add(bench)
    with_mail = bench.settings.model_copy(
        update={"smtp_host": "localhost", "mail_from": "comptoir@example.org"}
    )
    report = send_test(
        with_mail,
        open_doorbell(bench.settings),
        schedule.id,
        "bo@example.org",
        actor="ana",
        clock=bench.clock,
    )
    assert report.asked["email_to"] == ["bo@example.org"]
    assert not report.asked["skip_empty"]
    assert bench.job(report.id).rung_at is not None
    assert now_(bench, schedule) == schedule
    assert said(bench, schedule)[-1] == ("schedule.test", "ana")
