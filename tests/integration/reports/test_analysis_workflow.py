"""An analysis through a real worker: side by side, through a kill, a failure and a cancel."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import col, select

from pipeline.files import open_files
from pipeline.jobs import steering
from pipeline.jobs.broker import open_doorbell
from pipeline.models import Job, JobStatus, Report, ReportFile, UnusedFile
from pipeline.reports.order import SECTIONS, ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.submit import submit_report
from pipeline.store import read_session, write_session
from tests.support.analysis_kinds import SETTING
from tests.support.chat_server import say, serve_chat
from tests.support.ledger import LedgerBench
from tests.support.report_data import fill_report_data
from tests.support.worker import start_worker, wait_until

HALF_YEAR = Period(date(2025, 10, 1), date(2026, 3, 31))
SECTION_NAMES = SECTIONS["analysis"]
ENDED = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


@pytest.fixture
def bench(live: LedgerBench) -> Iterator[LedgerBench]:
    fill_report_data(live.settings, receipts=250, lines_each=4)
    yield live


def submit(bench: LedgerBench, **asked: object) -> str:
    order = ReportOrder("analysis", HALF_YEAR, **asked)  # type: ignore[arg-type]
    return submit_report(bench.settings, open_doorbell(bench.settings), order, "front-desk").id


def parts(bench: LedgerBench, report_id: str) -> dict[str, Job]:
    """The jobs of the report by section, or by the end of their kind."""
    with read_session(bench.settings) as session:
        jobs = session.exec(select(Job).where(Job.root_id == report_id)).all()
    return {job.payload.get("section") or job.kind.rpartition(".")[2]: job for job in jobs}


def ended(bench: LedgerBench, report_id: str) -> bool:
    return bench.job(report_id).status in ENDED


def documents(bench: LedgerBench, report_id: str) -> dict[str, ReportFile]:
    with read_session(bench.settings) as session:
        found = session.exec(
            select(ReportFile).where(
                ReportFile.report_id == report_id, col(ReportFile.role) == "document"
            )
        ).all()
    return {file.format: file for file in found}


def test_a_killed_worker_costs_only_the_parts_that_ran(bench: LedgerBench) -> None:
    hold = bench.settings.data_dir / "suppliers.hold"
    hold.touch()
    report_id = submit(bench)
    others = [name for name in SECTION_NAMES if name != "suppliers"]
    with start_worker(bench.settings.data_dir, "reports", **SETTING) as worker:
        wait_until(
            lambda: (
                all(parts(bench, report_id)[name].status == JobStatus.COMPLETED for name in others)
                and parts(bench, report_id)["suppliers"].status == JobStatus.PROCESSING
            )
        )
        worker.kill()
    hold.unlink()
    with start_worker(bench.settings.data_dir, "reports", **SETTING):
        wait_until(lambda: ended(bench, report_id))
        again = submit(bench)
        wait_until(lambda: ended(bench, again))

    jobs = parts(bench, report_id)
    assert {job.status for job in jobs.values()} == {JobStatus.COMPLETED}
    for name in ("plan", *others):
        events = bench.events(jobs[name].id)
        assert (events.count("started"), events.count("completed")) == (1, 1), name
    assert bench.events(jobs["suppliers"].id).count("started") == 2
    made, same = documents(bench, report_id), documents(bench, again)
    assert made.keys() == {"html", "pdf"}
    assert made["html"].name == "analysis-2025-10-01-2026-03-31.html"
    # Another process, the same data: the same page.
    assert made["html"].sha256 == same["html"].sha256
    _is_whole(bench, report_id, jobs)


def _is_whole(bench: LedgerBench, report_id: str, jobs: dict[str, Job]) -> None:
    files = open_files(bench.settings)
    with read_session(bench.settings) as session:
        report = session.get_one(Report, report_id)
        roles = session.exec(select(ReportFile.role).where(ReportFile.report_id == report_id)).all()
        noted = set(session.exec(select(UnusedFile.sha256)).all())
    assert report.missing == []
    assert report.figures is not None
    assert report.figures["receipts"] > 0
    assert roles.count("preview") == 3
    assert roles.count("snapshot") == 6
    # What parts hand to parts goes by itself when nobody needs it.
    between = {
        job.result["sha256"] for job in jobs.values() if job.result and "sha256" in job.result
    }
    assert len(between) == len(SECTION_NAMES) + 1
    assert between <= noted
    assert files.has(*between)


def test_a_section_that_fails_is_named_and_the_others_are_reworded(bench: LedgerBench) -> None:
    (bench.settings.data_dir / "prices.refuse").touch()
    report_id = submit(bench, language="fr")
    with serve_chat(lambda handler, text: say(handler, f"En résumé : {text}")) as writer:
        asks = {"COMPTOIR_WRITER_URL": writer.url, **SETTING}
        with start_worker(bench.settings.data_dir, "reports", **asks):
            wait_until(lambda: ended(bench, report_id))

    assert bench.job(report_id).status == JobStatus.COMPLETED
    assert parts(bench, report_id)["prices"].status == JobStatus.FAILED
    with read_session(bench.settings) as session:
        report = session.get_one(Report, report_id)
    assert report.missing == [{"section": "prices", "code": "REFUSED"}]
    page = open_files(bench.settings).read(documents(bench, report_id)["html"].sha256).decode()
    assert "Cette section n’a pas pu être établie" in page
    assert "(code REFUSED)" in page
    assert page.count("<section") == len(SECTION_NAMES)
    assert page.count("En résumé : ") == len(writer.asked) == len(SECTION_NAMES) - 1
    assert "reformulées par un modèle de langage" in page


def test_cancelling_stops_the_part_that_runs_and_all_that_wait(bench: LedgerBench) -> None:
    holds = [bench.settings.data_dir / f"{name}.hold" for name in SECTION_NAMES]
    for hold in holds:
        hold.touch()
    report_id = submit(bench)
    with start_worker(bench.settings.data_dir, "reports", **SETTING):
        wait_until(
            lambda: (
                [job.status for job in parts(bench, report_id).values()].count(JobStatus.PROCESSING)
                >= 3
            )  # the whole, the group, and one that holds
        )
        with write_session(bench.settings) as session:
            steering.cancel(session, report_id, actor="test", now=bench.clock())
        wait_until(lambda: all(job.status in ENDED for job in parts(bench, report_id).values()))

    jobs = parts(bench, report_id)
    assert jobs["plan"].status == JobStatus.COMPLETED
    assert {jobs[name].status for name in (*SECTION_NAMES, "write", "finish")} == {
        JobStatus.CANCELLED
    }
    assert bench.job(report_id).status == JobStatus.CANCELLED
    assert documents(bench, report_id) == {}
