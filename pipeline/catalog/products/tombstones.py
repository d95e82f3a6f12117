"""Rows of deleted products: they go a month later, when undo and every live index are done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, delete, exists, or_, select

from pipeline.models import CategoryDecision, DuplicateDecision, Product, ProductLink
from pipeline.settings import Settings
from pipeline.store import write_session

KEPT_FOR = timedelta(days=30)
BATCH = 500


def purge_tombstones(settings: Settings, now: datetime) -> int:
    """Drop what was deleted a month ago; returns how many rows. May be repeated.

    An index that has not seen that far is built anew by its owner (`changes.purged_seq`). What a
    person linked a receipt's line to stays: the line's history names it.
    """
    purged = 0
    while True:
        with write_session(settings) as session:
            rows = _find_old(session, now - KEPT_FOR)
            if rows:
                _drop(session, rows)
        if not rows:
            return purged
        purged += len(rows)


def _find_old(session: Session, before: datetime) -> Sequence[Product]:
    linked = exists().where(col(ProductLink.product_ref) == col(Product.id))
    return session.exec(
        select(Product).where(col(Product.deleted_at) <= before, ~linked).limit(BATCH)
    ).all()


def _drop(session: Session, rows: Sequence[Product]) -> None:
    refs = [row.id for row in rows]
    connection = session.connection()
    # A row's number may be given again; what a person said was of the one that is gone.
    for statement in (
        delete(CategoryDecision).where(col(CategoryDecision.product_ref).in_(refs)),
        delete(DuplicateDecision).where(
            or_(col(DuplicateDecision.first).in_(refs), col(DuplicateDecision.second).in_(refs))
        ),
        delete(Product).where(col(Product.id).in_(refs), col(Product.deleted_at).is_not(None)),
    ):
        connection.execute(statement)
    connection.execute(
        text("UPDATE catalog_clock SET purged_seq = :seq WHERE id = 1 AND purged_seq < :seq"),
        {"seq": max(row.seq for row in rows)},
    )
