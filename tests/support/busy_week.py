"""A counter after two ordinary weeks, for whoever looks at pages: nothing is read or computed.

Goes on top of a migrated store that may hold receipts that were read already.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle

from PIL import Image, ImageDraw
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from pipeline import audit
from pipeline.catalog.analysis.results import keep_result, record_analysis
from pipeline.files import open_files
from pipeline.jobs import endings, ledger
from pipeline.jobs.failures import Failure, fingerprint, note_failure
from pipeline.jobs.kinds import Kind, get_kind
from pipeline.jobs.rollup import count_endings
from pipeline.models import AlertEvent, AlertRule, Job, JobRollup, JobStatus, Receipt, Upload
from pipeline.receipts.review.queue import review_ids
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.schedules.drafts import ScheduleDraft
from pipeline.reports.schedules.edit import add_schedule
from pipeline.reports.submit import add_report
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.report_data import fill_report_data
from tests.support.report_maker import Maker
from tests.support.sample_products import add_sample_products

DAYS = 14
RECEIPTS = 110
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
LEAD, CLERK = "camille.roux", "bruno.keller"
PAGE_PX = (620, 877)
# What each kind of failure is said to come from.
FAILURES = ("TRUNCATED_IMAGE", "ENCRYPTED_PDF")


def fill_busy_week(settings: Settings, now: datetime) -> None:
    """Receipts, products, reports, failed and waiting jobs, an alert, and who did what."""
    with read_session(settings) as session:
        read = set(session.exec(select(Receipt.job_id)))
    fill_report_data(settings, receipts=RECEIPTS, lines_each=6, last_day=now.date(), days=DAYS)
    with write_session(settings) as session:
        jobs = session.exec(select(Job).where(Job.kind == "receipt.analyze")).all()
        made = [job for job in jobs if job.id not in read]
        _let_nothing_be_of_tomorrow(session, made, now)
        _give_pictures(session, made, sorted(read))
        _group_failures(session, now)
    add_sample_products(settings, now - 3 * DAY)
    _find_duplicates(settings, now - 2 * DAY)
    _make_reports(settings, now)
    with write_session(settings) as session:
        _count_anew(session, now)
        _raise_and_clear_an_alert(session, now)
        _write_who_did_what(session, now)


def _let_nothing_be_of_tomorrow(session: Session, jobs: list[Job], now: datetime) -> None:
    spread = cycle(range(2, 9))
    for job in jobs:
        ahead = (job.finished_at or job.created_at) - now
        if ahead > -10 * MINUTE:
            _move(session, job, (max(ahead.days, 0) + next(spread)) * DAY)
        if job.status == JobStatus.PENDING:
            # Tried before, and waiting for its next turn: nothing stands still.
            job.created_at, job.run_at = now - 4 * MINUTE, now + timedelta(hours=2)


def _move(session: Session, job: Job, back: timedelta) -> None:
    rows = (job, session.get(Upload, job.upload_id), session.get(Receipt, job.id))
    for row in filter(None, rows):
        row.created_at -= back  # type: ignore[union-attr]
    if job.started_at is not None and job.finished_at is not None:
        job.started_at, job.finished_at = job.started_at - back, job.finished_at - back


def _give_pictures(session: Session, jobs: list[Job], read: list[str]) -> None:
    """Each receipt the picture of one that was read, where there is any; those alone need a look.

    What is said of the others' places on the picture is made up.
    """
    models = [session.get_one(Receipt, one) for one in read]
    for job, model in zip(jobs, cycle(models), strict=False):
        pictured = session.get_one(Upload, model.upload_id)
        session.get_one(Upload, job.upload_id).sha256 = pictured.sha256
        receipt = session.get(Receipt, job.id)
        if receipt is not None:
            receipt.pages, receipt.needs_review, receipt.review_reasons = model.pages, False, []


def _count_anew(session: Session, now: datetime) -> None:
    """Endings were moved since they were counted; no job waits for a worker that is there."""
    session.connection().execute(delete(JobRollup))
    session.connection().execute(update(Job).values(counted=0))
    waiting = col(Job.status) == JobStatus.PENDING, col(Job.run_at) <= now
    session.connection().execute(update(Job).where(*waiting).values(created_at=now, run_at=now))
    count_endings(session, now, 10_000)


def _group_failures(session: Session, now: datetime) -> None:
    failed = session.exec(select(Job).where(Job.status == JobStatus.FAILED))
    for job, code in zip(failed, cycle(FAILURES), strict=False):
        failure = Failure(code, "In English.", permanent=True)
        job.error_code, job.fingerprint = code, fingerprint(job.kind, failure)
        at = job.finished_at or now
        note_failure(session, job.id, job.kind, job.queue, failure, now=at)


def _find_duplicates(settings: Settings, now: datetime) -> None:
    """As if the job had run: two pairs that look the same."""
    kind = Kind("catalog.duplicates", "catalog", run=lambda _: {}, save=record_analysis)
    limits: dict[str, Callable[..., float] | float] = {
        "lease_s": 600.0,
        "time_limit_s": lambda _kind, _payload: 600.0,
    }
    found = {"sameFile": [], "close": [[1, 4, 0.97], [12, 14, 0.95]]}
    with write_session(settings) as session:
        job = ledger.submit(session, get_kind(kind.name), {}, now=now)
        held = ledger.claim(session, job.id, "by-hand", now=now, **limits)  # type: ignore[arg-type]
        assert held is not None
        outcome = keep_result(open_files(settings), job.id, "starter", 69, 69, 2, found)
        endings.complete(session, held, kind, outcome, now=now + timedelta(seconds=3))


def _make_reports(settings: Settings, now: datetime) -> None:
    maker = Maker(settings)
    last = Period(now.date() - 7 * DAY, now.date() - DAY)
    before = Period(last.first - 7 * DAY, last.first - DAY)
    wanted = (
        (ReportOrder("pdf", before, title="Purchases of the week before"), 7 * DAY),
        (ReportOrder("pdf", last, title="Purchases of the week"), timedelta(hours=5)),
        (ReportOrder("excel", last, title="Every line, to calculate on"), timedelta(hours=3)),
        (ReportOrder("pdf", last, title="Bon de la semaine", language="fr"), timedelta(hours=1)),
    )
    for place, (order, ago) in enumerate(wanted):
        with write_session(settings) as session:
            report = add_report(session, order, now=now - ago, client_id="dashboard")
        if order.language == "fr":
            _fail(settings, maker.start(report.id), now - ago)
        else:
            made = "xlsx" if order.kind == "excel" else "pdf"
            page = draw_report_page(order.title, place)
            maker.make(
                report.id, ("document", f"r{place}.{made}", page), ("preview", "p.png", page)
            )
        with write_session(settings) as session:
            job = session.get_one(Job, report.id)
            job.started_at, job.finished_at = job.created_at + SECOND, job.created_at + 14 * SECOND
    add_schedule(
        settings,
        ScheduleDraft(
            "Every Monday", wanted[1][0], "previous_week", "0 7 * * 1", "Europe/Paris", (), "link"
        ),
        actor=LEAD,
    )


def _fail(settings: Settings, held: ledger.Claim, now: datetime) -> None:
    failure = Failure("TIMED_OUT", "Page 3 of 9 took longer than allowed.", permanent=True)
    with write_session(settings) as session:
        policy = settings.policy_of("reports")
        endings.fail(session, held, failure, policy, now=now + 14 * SECOND)


def draw_report_page(title: str, seed: int) -> bytes:
    """A page that looks like one of a report, as PNG."""
    page = Image.new("RGB", PAGE_PX, "white")
    pen = ImageDraw.Draw(page)
    pen.text((50, 50), title, fill="#134e4a", font_size=30)
    pen.line((50, 100, 570, 100), fill="#0f766e", width=3)
    for place in range(14):
        height = 40 + (place * 37 + seed * 53) % 150
        pen.rectangle((60 + place * 36, 360 - height, 84 + place * 36, 360), fill="#0f766e")
    for line in range(14):
        top = 410 + line * 30
        pen.rectangle((50, top, 250 + (line * 71) % 120, top + 9), fill="#cbd5e1")
        pen.rectangle((490, top, 570, top + 9), fill="#94a3b8")
    target = io.BytesIO()
    page.save(target, "PNG")
    return target.getvalue()


def _raise_and_clear_an_alert(session: Session, now: datetime) -> None:
    rule = session.exec(select(AlertRule).order_by(col(AlertRule.created_at))).first()
    if rule is None:
        return
    began = now - 2 * DAY
    for event, at, value in (("raised", began, 1260.0), ("cleared", began + timedelta(hours=1), 4)):
        session.add(
            AlertEvent(
                rule_id=rule.id,
                at=at,
                event=event,
                value=value,
                threshold=rule.threshold,
                queue="documents",
                since=began,
                held="nobody",
            )
        )


def _write_who_did_what(session: Session, now: datetime) -> None:
    receipts = review_ids(session, limit=5)
    paused = {"reason": "The scanner is being cleaned"}
    acts = (
        (LEAD, "account.sign_in", "account", LEAD, {"via": "password"}),
        (LEAD, "queue.pause", "queue", "documents", paused),
        (LEAD, "queue.resume", "queue", "documents", None),
        (CLERK, "account.sign_in", "account", CLERK, {"via": "password"}),
        *((CLERK, "receipt.edit", "receipt", one, {"fields": ["totalAmount"]}) for one in receipts),
        (CLERK, "product.edit", "product", "TS-101", {"fields": ["price"]}),
        ("key:Till 2", "receipt.accept", "receipt", receipts[0] if receipts else "", None),
    )
    for place, (actor, action, thing, target, detail) in enumerate(acts):
        at = now - timedelta(minutes=17 * (len(acts) - place))
        audit.write(
            session, actor=actor, action=action, target_type=thing, target_id=target,
            detail=detail, now=at,
        )  # fmt: skip
