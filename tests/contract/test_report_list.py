"""Reports as they are listed, and what a person may do to one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from pipeline.errors import ConflictError, NotFoundError
from pipeline.files import open_files
from pipeline.jobs import ledger, steering
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.failures import Failure
from pipeline.models import AuditEntry, Job, Report, ReportFile, UnusedFile
from pipeline.reports.compare import ComparedFigure, compare_report
from pipeline.reports.listing import ReportRow, find_report, list_reports
from pipeline.reports.order import ReportFilter, ReportKind, ReportOrder, check_order
from pipeline.reports.period import Period
from pipeline.reports.regenerate import regenerate_report
from pipeline.reports.save import MadeFile, make_outcome
from pipeline.reports.steering import cancel_report, delete_report, retry_report
from pipeline.reports.submit import add_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
FIGURES = {
    "receipts": 40, "merchants": 4, "lines": 200,
    "spent": [{"currency": "EUR", "cents": 50_000}], "tax": [{"currency": "EUR", "cents": 4_000}],
    "kgCO2e": 75.5, "coverage": 0.9, "untouchedShare": None, "successRate": 1.0,
}  # fmt: skip
BEFORE = FIGURES | {"receipts": 50, "spent": [{"currency": "CHF", "cents": 100}], "coverage": 0.8}


def order(kind: ReportKind = "pdf", **changes: Any) -> ReportOrder:
    return check_order(ReportOrder(kind, MARCH, **changes))


def ask(bench: LedgerBench, kind: ReportKind = "pdf", client: str = "", **changes: Any) -> str:
    bench.clock.tick(1)
    with bench.write() as session:
        asked = order(kind, **changes)
        return add_report(session, asked, now=bench.clock(), client_id=client).id


def find(bench: LedgerBench, report_id: str) -> ReportRow:
    with read_session(bench.settings) as session:
        row = find_report(session, report_id)
    assert row is not None
    return row


def listed(bench: LedgerBench, **options: Any) -> tuple[list[str], int]:
    with read_session(bench.settings) as session:
        page = list_reports(session, **({"limit": 10, "offset": 0} | options))
    return [row.report.id for row in page.rows], page.total


def part_ids(bench: LedgerBench, report_id: str, kind: str) -> list[str]:
    with read_session(bench.settings) as session:
        found = select(Job.id).where(Job.root_id == report_id, Job.kind == kind)
        return list(session.exec(found.order_by(col(Job.position))))


def parts(row: ReportRow) -> dict[str, tuple[str, int]]:
    return {part.name: (part.status, part.progress) for part in row.parts}


def advance(bench: LedgerBench, job_id: str, stage: str, progress: int) -> ledger.Claim:
    held = bench.take(job_id)
    bench.change(ledger.advance, held, stage, progress)
    return held


def finish(bench: LedgerBench, report_id: str, figures: Any = None) -> str:
    """Let the report have a file, as its last job does; returns the file's hash."""
    sha256 = open_files(bench.settings).put_bytes(report_id.encode())
    made = MadeFile("document", "pdf", sha256, "report.pdf", 32)
    outcome = make_outcome([made], as_of=bench.clock(), figures=figures)
    assert bench.complete(bench.take(report_id), outcome)
    return sha256


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_reports_come_newest_first_by_kind_and_by_words(bench: LedgerBench) -> None:
    first = ask(bench, title="Été à Nîmes")
    second = ask(bench, "excel", title="Tout")
    third = ask(bench, title="Hiver")
    assert listed(bench) == ([third, second, first], 3)
    assert listed(bench, limit=1, offset=1) == ([second], 3)
    assert listed(bench, kind="pdf") == ([third, first], 2)
    assert listed(bench, query="ete a NIM") == ([first], 1)
    assert listed(bench, query=second[:6].upper()) == ([second], 1)
    assert listed(bench, kind="excel", query="hiver") == ([], 0)
    assert listed(bench, query="%") == ([], 0)


def test_a_list_costs_the_same_queries_however_long_it_is(bench: LedgerBench) -> None:
    for _ in range(2):
        ask(bench, "analysis")
        ask(bench)
    with read_session(bench.settings) as session, counting(session) as few:
        list_reports(session, limit=2, offset=0)
    for _ in range(6):
        ask(bench, "analysis")
        ask(bench)
    with read_session(bench.settings) as session, counting(session) as many:
        assert len(list_reports(session, limit=50, offset=0).rows) == 16
    assert len(many) == len(few) <= 8


def test_a_report_of_one_job_shows_its_stages(bench: LedgerBench) -> None:
    report_id = ask(bench)
    row = find(bench, report_id)
    assert (row.status, row.progress, row.stage) == ("queued", 0, None)
    assert set(parts(row).values()) == {("queued", 0)}

    held = advance(bench, report_id, "draw", 60)
    row = find(bench, report_id)
    assert (row.status, row.progress, row.stage) == ("started", 60, "draw")
    assert parts(row) == {
        "collect": ("completed", 100), "draw": ("started", 60), "preview": ("pending", 0),
    }  # fmt: skip

    bench.fail(held, Failure("TIMED_OUT", "Too long.", permanent=False))
    # It waits for its next attempt: nobody was rung for.
    assert find(bench, report_id).status == "pending"


def test_a_failed_report_names_the_stage_and_the_reason(bench: LedgerBench) -> None:
    report_id = ask(bench)
    held = advance(bench, report_id, "draw", 60)
    bench.fail(held, Failure("NO_ROOM", "No room.", permanent=True, params={"free": 3}))
    row = find(bench, report_id)
    failed = row.parts[1]
    assert row.status == "failed"
    assert [part.status for part in row.parts] == ["completed", "failed", "cancelled"]
    assert (failed.error_code, failed.message, failed.params) == (
        "NO_ROOM",
        "No room.",
        {"free": 3},
    )


def test_a_finished_report_has_its_files(bench: LedgerBench) -> None:
    report_id = ask(bench)
    sha256 = finish(bench, report_id)
    row = find(bench, report_id)
    assert (row.status, row.progress) == ("completed", 100)
    assert set(parts(row).values()) == {("completed", 100)}
    assert [file.sha256 for file in row.documents()] == [sha256]
    assert row.previews() == ()


def test_an_analysis_shows_its_jobs_and_their_mean(bench: LedgerBench) -> None:
    report_id = ask(bench, "analysis", sections=("trends", "prices"))
    row = find(bench, report_id)
    assert (row.status, row.progress, row.stage) == ("queued", 0, None)
    assert parts(row) == {
        "plan": ("queued", 0), "research.trends": ("pending", 0),
        "research.prices": ("pending", 0), "write": ("pending", 0), "finish": ("pending", 0),
    }  # fmt: skip

    (plan,) = part_ids(bench, report_id, "report.plan")
    assert bench.complete(bench.take(plan))
    trends, prices = part_ids(bench, report_id, "report.research")
    advance(bench, prices, "look", 50)
    row = find(bench, report_id)
    # Four parts, of which the second is half of two.
    assert (row.status, row.progress, row.stage) == ("started", (100 + 25) // 4, "research.prices")
    assert parts(row)["research.prices"] == ("started", 50)
    assert parts(row)["research.trends"] == ("queued", 0)
    assert trends != prices


def test_cancelling_an_analysis_stops_all_its_parts_and_it_can_go_on(bench: LedgerBench) -> None:
    report_id = ask(bench, "analysis")
    doorbell = open_doorbell(bench.settings)
    cancel_report(bench.settings, doorbell, report_id, "ana", bench.clock)
    row = find(bench, report_id)
    assert {row.status, *(part.status for part in row.parts)} == {"cancelled"}
    with pytest.raises(ConflictError):
        cancel_report(bench.settings, doorbell, report_id, "ana", bench.clock)

    retry_report(bench.settings, doorbell, report_id, "ana", bench.clock)
    assert find(bench, report_id).status == "queued"
    with pytest.raises(ConflictError):
        retry_report(bench.settings, doorbell, report_id, "ana", bench.clock)
    with pytest.raises(NotFoundError):
        retry_report(bench.settings, doorbell, bench.submit(), "ana", bench.clock)


def test_a_report_is_deleted_once_it_has_ended_and_its_files_go(bench: LedgerBench) -> None:
    report_id = ask(bench)
    with pytest.raises(ConflictError):
        delete_report(bench.settings, report_id, "ana", clock=bench.clock)
    sha256 = finish(bench, report_id)
    delete_report(bench.settings, report_id, "ana", why="a mistake", clock=bench.clock)
    with read_session(bench.settings) as session:
        assert find_report(session, report_id) is None
        assert session.exec(select(ReportFile)).all() == []
        assert [noted.sha256 for noted in session.exec(select(UnusedFile))] == [sha256]
        entry = session.exec(select(AuditEntry).where(AuditEntry.target_id == report_id)).one()
    assert (entry.actor, entry.action) == ("ana", "report.delete")
    with pytest.raises(NotFoundError):
        delete_report(bench.settings, report_id, "ana", clock=bench.clock)


def test_a_job_whose_report_is_deleted_can_be_run_again_and_leaves_nothing(
    bench: LedgerBench,
) -> None:
    report_id = ask(bench)
    doorbell = open_doorbell(bench.settings)
    cancel_report(bench.settings, doorbell, report_id, "ana", bench.clock)
    delete_report(bench.settings, report_id, "ana", clock=bench.clock)
    bench.change(steering.retry, report_id, "bo")
    finish(bench, report_id)
    assert bench.job(report_id).status == "completed"
    assert listed(bench) == ([], 0)


def test_a_slow_report_is_known_as_slow_until_its_attempt_ends(bench: LedgerBench) -> None:
    report_id, analysis_id = ask(bench), ask(bench, "analysis")
    (plan,) = part_ids(bench, analysis_id, "report.plan")
    held, held_plan = bench.take(report_id), bench.take(plan)
    assert not find(bench, report_id).is_slow
    bench.change(ledger.note_slow, held)
    bench.change(ledger.note_slow, held_plan)
    assert find(bench, report_id).is_slow and find(bench, analysis_id).is_slow

    bench.fail(held, Failure("TIMED_OUT", "Too long.", permanent=False))
    assert not bench.change(ledger.note_slow, held)
    bench.clock.tick(60)
    bench.take(report_id)
    assert not find(bench, report_id).is_slow


def test_a_report_is_made_again_with_the_same_order_and_mailed_to_nobody(
    bench: LedgerBench,
) -> None:
    wanted = ReportFilter(merchant="Coop", status="completed")
    first = ask(bench, filters=wanted, email_to=("ana@example.org",), title="Mars", language="fr")
    doorbell = open_doorbell(bench.settings)
    again = regenerate_report(bench.settings, doorbell, first, "bo", actor="bo", clock=bench.clock)
    asked = find(bench, first).report.asked
    assert again.asked == asked | {"email_to": []}
    assert (again.regenerated_from, again.client_id, again.title) == (first, "bo", "Mars")
    assert bench.job(again.id).rung_at is not None


def test_a_report_is_held_against_the_period_before_or_another(bench: LedgerBench) -> None:
    first, second, unfinished = ask(bench), ask(bench), ask(bench)
    finish(bench, first, BEFORE | {"previous": None})
    finish(bench, second, FIGURES | {"previous": BEFORE})
    with bench.write() as session:
        session.get_one(Report, second).regenerated_from = first

    with read_session(bench.settings) as session:
        found = [compare_report(session, second, name) for name in (None, "previous", first)]
        with pytest.raises(ConflictError) as alone:
            compare_report(session, first)
        with pytest.raises(ConflictError) as empty:
            compare_report(session, second, unfinished)
    assert [one.basis for one in found] == ["original", "previous", "report"]
    assert found[0].rows == found[1].rows == found[2].rows
    assert found[1].before_days == Period(date(2026, 2, 1), date(2026, 2, 28))
    rows = {(row.key, row.currency): row for row in found[0].rows}
    receipts, coverage = rows["receipts", None], rows["coverage", None]
    assert (receipts.before, receipts.now) == (50, 40)
    assert (receipts.difference, receipts.change) == (-10, -0.2)
    assert (coverage.difference, coverage.change) == (0.1, None)
    assert rows["untouchedShare", None].difference is None
    assert rows["spent", "EUR"] == ComparedFigure("spent", "cents", "EUR", 0, 50_000)
    assert (rows["spent", "EUR"].change, rows["spent", "CHF"].change) == (None, -1)
    assert (alone.value.code, empty.value.code) == (
        "REPORT_NOT_COMPARED", "REPORT_WITHOUT_FIGURES",
    )  # fmt: skip
