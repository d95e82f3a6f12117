"""Asking for an analysis, from a page or the API."""

from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.catalog.analysis.results import AnalysisKind, job_kind
from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError
from pipeline.jobs import ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job, Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import write_session


def submit_analysis(
    settings: Settings,
    doorbell: Doorbell,
    kind: AnalysisKind,
    client_id: str,
    actor: str,
    clock: Clock = utc_now,
) -> Job:
    """Queue it, as the audit then says, or return the job that waits or runs already.

    Raises ConflictError CATALOG_NOT_ENCODED where no product has a vector yet.
    """
    now = clock()
    with write_session(settings) as session:
        _require_products(session)
        job, is_new = ledger.submit_unique(
            session, get_kind(job_kind(kind)), {}, kind, now=now, client_id=client_id
        )
        if is_new:
            _audit(session, job, actor, now)
    if is_new:
        ring_new(settings, doorbell, job)
    return job


def _audit(session: Session, job: Job, actor: str, now: datetime) -> None:
    write(
        session,
        actor=actor,
        action="analysis.start",
        target_type="job",
        target_id=job.id,
        detail={"kind": job.kind},
        now=now,
    )


def _require_products(session: Session) -> None:
    of_live = (
        select(ProductVector.id)
        .join(Product, col(Product.id) == col(ProductVector.product_ref))
        .where(col(Product.deleted_at).is_(None))
    )
    if session.exec(of_live.limit(1)).first() is None:
        raise ConflictError(
            "CATALOG_NOT_ENCODED",
            "No product is encoded yet. Import products, and wait until they are.",
        )
