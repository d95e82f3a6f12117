"""Asking for a report, from a page, the API or a schedule."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.jobs import admission, ledger, workflow
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job, Report
from pipeline.reports.order import ReportOrder, check_order
from pipeline.reports.texts import Texts
from pipeline.settings import Settings
from pipeline.store import write_session


def submit_report(
    settings: Settings,
    doorbell: Doorbell,
    order: ReportOrder,
    client_id: str,
    *,
    regenerated_from: str | None = None,
    actor: str | None = None,
    clock: Clock = utc_now,
) -> Report:
    """Queue the report; its id is that of its job, or of the whole where that has parts.

    `actor` is the person who asked; None where the audit says already what it is for. Raises the
    errors of `order.check_order` and `admission.admit`.
    """
    order = check_order(order)
    admission.admit(settings, client_id, size_bytes=0)
    with write_session(settings) as session:
        report = add_report(
            session, order, now=clock(), client_id=client_id, regenerated_from=regenerated_from
        )
        job = session.get_one(Job, report.id)
        if actor is not None:
            _audit(session, report, actor)
    ring_new(settings, doorbell, job)
    ring_released(settings, doorbell, session)
    return report


def _audit(session: Session, report: Report, actor: str) -> None:
    first = report.regenerated_from
    write(
        session,
        actor=actor,
        action="report.regenerate" if first else "report.create",
        target_type="report",
        target_id=report.id,
        detail={"kind": report.kind, "title": report.title} | ({"from": first} if first else {}),
        now=report.created_at,
    )


def add_report(
    session: Session, order: ReportOrder, *, now: datetime, client_id: str, **origin: Any
) -> Report:
    """Write the job, or the workflow, and the report's row; `origin` are columns of the latter.

    For whoever has a transaction of its own: the caller rings, or leaves it to the dispatcher.
    """
    payload = order.to_json()
    if order.kind == "analysis":
        from pipeline.reports.analysis.parts import build_analysis

        job = workflow.start(session, build_analysis(payload), now=now, client_id=client_id)
    else:
        kind = get_kind(f"report.{order.kind}")
        job = ledger.submit(session, kind, payload, now=now, client_id=client_id)
    report = Report(
        id=job.id,
        kind=order.kind,
        title=order.title or Texts(order.language).say(f"kind.{order.kind}"),
        language=order.language,
        period_from=order.period.first if order.period else None,
        period_to=order.period.last if order.period else None,
        asked=payload,
        client_id=client_id,
        created_at=now,
        **origin,
    )
    session.add(report)
    session.flush()
    return report
