"""The counter at a glance is the same on every store: who is needed, the days, the news."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock import utc_now
from pipeline.jobs import pausing, rollup
from pipeline.jobs.admission import DiskState
from pipeline.jobs.failures import Failure
from pipeline.jobs.histogram import bin_of
from pipeline.models import CatalogImport, Receipt, ReceiptChange, Report
from pipeline.overview.days import (
    Hour,
    Reading,
    count_days,
    count_made,
    measure_reading,
    measure_today,
    read_hours,
    today_in,
    week_before,
)
from pipeline.overview.happenings import Happening, list_happenings
from pipeline.overview.needs import Needs, find_needs, is_untouched
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, submit_file

PARIS = ZoneInfo("Europe/Paris")
BROKEN = Failure("TRUNCATED_IMAGE", "It is broken.", permanent=True)
ONE_DAY_S = 86_400


def needs(bench: LedgerBench) -> Needs:
    with read_session(bench.settings) as session:
        return find_needs(session, bench.settings, now=bench.clock())


def news(bench: LedgerBench) -> list[Happening]:
    with read_session(bench.settings) as session:
        return list_happenings(session)


def fail_receipt(bench: LedgerBench) -> str:
    job_id = submit_file(bench)
    bench.fail(bench.take(job_id), BROKEN)
    return job_id


def fail_report(bench: LedgerBench, title: str, regenerated_from: str | None = None) -> str:
    with bench.write() as session:
        job_id = bench.submit_in(session, "report.dummy")
        session.add(
            Report(
                id=job_id, kind="report.dummy", title=title, language="en", asked={},
                regenerated_from=regenerated_from, created_at=bench.clock(),
            )
        )  # fmt: skip
    bench.fail(bench.take(job_id), BROKEN)
    return job_id


def import_rows(bench: LedgerBench, name: str, rejected: int) -> str:
    with bench.write() as session:
        job_id = bench.submit_in(session, "catalog.import")
        session.add(
            CatalogImport(
                job_id=job_id, name=name, table_sha256="0" * 64, table_format="csv", pictures={},
                mapping={}, options={}, dry_run=False, rejected=rejected, actor="ana",
                created_at=bench.clock(),
            )
        )  # fmt: skip
    return job_id


def correct(bench: LedgerBench, job_id: str, actor: str, *paths: str) -> None:
    with bench.write() as session:
        for path in paths:
            session.add(ReceiptChange(job_id=job_id, at=bench.clock(), actor=actor, path=path))


def mark_unsure(bench: LedgerBench, job_id: str, *, unsure: bool) -> None:
    with bench.write() as session:
        session.get_one(Receipt, job_id).needs_review = unsure


def test_an_untouched_counter_needs_nobody(bench: LedgerBench) -> None:
    found = needs(bench)

    assert (found.unsure.count, found.unsure.oldest_at) == (0, None)
    assert (found.failures.jobs, found.failed_receipts, found.firing) == (0, 0, 0)
    assert not (found.paused or found.stuck or found.rejected or found.failed_reports)
    assert found.disk is DiskState.UP
    with read_session(bench.settings) as session:
        assert is_untouched(session)
    submit_file(bench)
    with read_session(bench.settings) as session:
        assert not is_untouched(session)


def test_what_waits_for_a_person_is_counted_with_its_age(bench: LedgerBench) -> None:
    first, second, done = (add_receipt(bench) for _ in range(3))
    for job_id in (first, second):
        mark_unsure(bench, job_id, unsure=True)
    mark_unsure(bench, done, unsure=False)
    with bench.write() as session:
        oldest_at = session.get_one(Receipt, second).created_at - timedelta(days=2)
        session.get_one(Receipt, second).created_at = oldest_at
        pausing.pause(session, "notifications", "maintenance", "ana", now=bench.clock())
    fail_receipt(bench)
    fail_receipt(bench)
    import_rows(bench, "old.csv", 3)
    bench.clock.tick(1)
    import_rows(bench, "old.csv", 0)
    rejected = import_rows(bench, "shoes.csv", 7)
    first_try = fail_report(bench, "January")
    failed = fail_report(bench, "January", regenerated_from=first_try)

    found = needs(bench)

    assert (found.unsure.count, found.unsure.oldest_at) == (2, oldest_at)
    assert [queue.queue for queue in found.paused] == ["notifications"]
    assert (found.failures.groups, found.failures.jobs, found.failed_receipts) == (2, 4, 2)
    assert [(one.job_id, one.rows) for one in found.rejected] == [(rejected, 7)]
    assert [one.id for one in found.failed_reports] == [failed]
    assert found.stuck == ()

    bench.clock.tick(90)
    assert [queue.queue for queue in needs(bench).stuck] == ["catalog"]
    bench.clock.tick(8 * ONE_DAY_S)
    later = needs(bench)
    assert (later.failures.jobs, later.failed_receipts) == (0, 0)
    assert not (later.rejected or later.failed_reports)


def test_the_news_are_what_people_care_about_newest_first(bench: LedgerBench) -> None:
    receipt_id = add_receipt(bench)
    bench.clock.tick(1)
    failed = fail_receipt(bench)
    bench.clock.tick(1)
    report_id = fail_report(bench, "January")
    bench.clock.tick(1)
    correct(bench, receipt_id, "ana", "date", "totalAmount")
    bench.clock.tick(1)
    correct(bench, receipt_id, "bert", "review")

    found = news(bench)

    assert [(one.what, one.target_id, one.actor, one.count) for one in found] == [
        ("corrected", receipt_id, "bert", 1),
        ("corrected", receipt_id, "ana", 2),
        ("failed", report_id, None, 0),
        ("failed", failed, None, 0),
    ] + [(one.what, receipt_id, None, 0) for one in found[4:]]
    assert found[2].subject == "January"
    assert found[3].code == "TRUNCATED_IMAGE"


def test_what_ended_today_is_beside_the_same_time_a_week_ago(bench: LedgerBench) -> None:
    fail_receipt(bench)
    bench.clock.tick(7 * ONE_DAY_S)
    fail_receipt(bench)
    fail_receipt(bench)
    with bench.write() as session:
        rollup.count_endings(session, bench.clock())
    now: datetime = bench.clock()

    with read_session(bench.settings) as session:
        hours = read_hours(session, now)
        made = count_made(session, today_in(PARIS, now))
    days = count_days(hours, PARIS, now)

    assert measure_today(hours, PARIS, now) == Reading(completed=0, failed=2, median_s=None)
    assert measure_reading(hours, week_before(PARIS, now + timedelta(hours=1))).failed == 1
    assert measure_reading(hours, week_before(PARIS, now - timedelta(hours=1))).failed == 0
    assert [day.failed for day in days] == [0] * 6 + [1] + [0] * 6 + [2]
    assert (made.kg_co2e, made.products, made.reports) == (None, 0, 0)


def test_the_hour_that_runs_counts_a_week_ago_for_its_part() -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=utc_now().tzinfo)
    hours = [Hour(start - timedelta(days=7), completed=40, failed=4, run_bins={})]

    half = measure_reading(hours, week_before(PARIS, start + timedelta(minutes=30)))

    assert (half.completed, half.failed) == (20, 2)
    assert half.success_rate == 20 / 22


def test_an_hour_in_which_only_failures_ran_does_not_make_reading_look_quick() -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=utc_now().tzinfo)
    read = Hour(start, completed=2, failed=0, run_bins={str(bin_of(3.0)): 2})
    broken = Hour(
        start + timedelta(hours=1), completed=0, failed=9, run_bins={str(bin_of(0.004)): 9}
    )

    found = measure_today([read, broken], PARIS, start + timedelta(hours=1, minutes=30))

    assert (found.completed, found.failed) == (2, 9)
    assert found.median_s == pytest.approx(3.0, rel=0.05)
