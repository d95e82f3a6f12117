"""The order of changes: numbers that indexes catch up by, given in the order of commits."""

from sqlalchemy import text
from sqlmodel import Session


def next_seqs(session: Session, count: int = 1) -> range:
    """`count` fresh numbers; call it last in a transaction, because others wait for its end.

    The row's lock is held until the commit. Without it a later number could be committed before
    an earlier one, and an index that has caught up past it would never see that.
    """
    taken: int = (
        session.connection()
        .execute(
            text("UPDATE catalog_clock SET seq = seq + :count WHERE id = 1 RETURNING seq"),
            {"count": count},
        )
        .scalar_one()
    )
    return range(taken - count + 1, taken + 1)


def last_seq(session: Session) -> int:
    """The last number that was given and committed."""
    found: int = (
        session.connection()
        .execute(text("SELECT seq FROM catalog_clock WHERE id = 1"))
        .scalar_one()
    )
    return found


def purged_seq(session: Session) -> int:
    """Up to which number rows of deleted products may be gone."""
    found: int = (
        session.connection()
        .execute(text("SELECT purged_seq FROM catalog_clock WHERE id = 1"))
        .scalar_one()
    )
    return found
