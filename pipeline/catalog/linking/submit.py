"""Asking for receipts to be linked: after one was read, and after the catalog changed."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from pipeline.catalog.products.find import has_products
from pipeline.jobs import ledger
from pipeline.jobs.kinds import get_kind
from pipeline.models import Priority, Receipt

KIND_NAME = "catalog.link"
# The dispatcher rings for it: whoever completes a receipt has no bell.
SOON = timedelta(seconds=1)
# Many changes of the catalog in a row are one reason to look.
SETTLED = timedelta(seconds=5)
RECENT = "recent"


def submit_link(session: Session, receipt_id: str, now: datetime) -> None:
    """Have a receipt's lines linked soon, unless there is no product that they could be."""
    if has_products(session):
        _submit(session, {"receipt": receipt_id}, receipt_id, now + SOON, now)


def submit_relink(session: Session, now: datetime, merchant: str | None = None) -> None:
    """Have the newest receipts, or those of a merchant (its key), linked anew soon."""
    if session.exec(select(Receipt.job_id).limit(1)).first() is None:
        return
    payload = {} if merchant is None else {"merchant": merchant}
    unique_key = RECENT if merchant is None else f"merchant {merchant}"
    _submit(session, payload, unique_key, now + SETTLED, now)


def _submit(
    session: Session, payload: dict[str, str], unique_key: str, run_at: datetime, now: datetime
) -> None:
    ledger.submit_unique(
        session,
        get_kind(KIND_NAME),
        dict(payload),
        unique_key,
        now=now,
        run_at=run_at,
        priority=Priority.LOW,
    )
