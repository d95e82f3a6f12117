"""Finding receipts of one and the same purchase, handed over twice as different files.

Both stay as they are until a person keeps one or both of them.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz
from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from pipeline.models import Receipt

KEPT_BOTH = "kept_both"
DISCARDED = "discarded"

# One merchant read twice differs in some letters, or by a branch or a legal form behind its name.
# The same day and the same cents are asked for besides, so this may be lenient.
SAME_NAME = 80.0
SAME_BEGINNING = 90.0
SHORTEST_PART = 4
# More purchases of one amount on one day are looked at in the order they came.
MOST_CANDIDATES = 200


def find_duplicate(session: Session, receipt: Receipt) -> str | None:
    """The job id of the oldest receipt of the same purchase; None where there is none.

    The same purchase has the same amount to the cent, the same day, the same currency where both
    have one, and nearly the same merchant. One whose amount, day or merchant was not read is
    nobody's duplicate: a coffee a day costs the same, and a person is asked for what is missing
    anyway. Discarded receipts do not count, nor do those about which the same question is open
    or decided already. The caller waited for its amount, see `wait_for_same_amounts`.
    """
    if receipt.total_cents is None or receipt.purchased_on is None or not receipt.merchant_key:
        return None
    found = session.exec(
        select(Receipt.job_id, Receipt.merchant_key, Receipt.currency)
        .where(
            Receipt.total_cents == receipt.total_cents,
            Receipt.purchased_on == receipt.purchased_on,
            Receipt.job_id != receipt.job_id,
            col(Receipt.discarded_at).is_(None),
            or_(col(Receipt.duplicate_of).is_(None), col(Receipt.duplicate_of) != receipt.job_id),
        )
        .order_by(col(Receipt.created_at), col(Receipt.job_id))
        .limit(MOST_CANDIDATES)
    )
    for job_id, key, currency in found:
        same_money = currency == receipt.currency or None in (currency, receipt.currency)
        if same_money and key and is_same_merchant(key, receipt.merchant_key):
            return job_id
    return None


def is_same_merchant(one: str, other: str) -> bool:
    """Whether two merchant keys are probably one name, read twice or written in two lengths."""
    if fuzz.ratio(one, other) >= SAME_NAME:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_PART:
        return False
    return fuzz.ratio(shorter, longer[: len(shorter)]) >= SAME_BEGINNING


def open_duplicate(receipt: Receipt) -> str | None:
    """The receipt that this one may be the same purchase as, while nobody decided that."""
    return receipt.duplicate_of if receipt.duplicate_decision is None else None


def flagged_by(session: Session, job_id: str) -> list[str]:
    """The receipts that are taken for duplicates of this one, decided or not; newest first.

    Looked at again in this order, the oldest of them comes last and finds the others taken.
    """
    statement = select(Receipt.job_id).where(Receipt.duplicate_of == job_id)
    newest_first = (col(Receipt.created_at).desc(), col(Receipt.job_id).desc())
    return list(session.exec(statement.order_by(*newest_first)).all())


def lock_with_flagged(session: Session, job_ids: Sequence[str]) -> list[Receipt]:
    """These receipts in the order of their ids, nobody else changing them or their duplicates.

    Whoever changes receipts locks all the rows first, in one order, and then the amounts: so no
    two wait for each other.
    """
    wanted = or_(col(Receipt.job_id).in_(job_ids), col(Receipt.duplicate_of).in_(job_ids))
    statement = select(Receipt).where(wanted).order_by(col(Receipt.job_id)).with_for_update()
    found = session.exec(statement.execution_options(populate_existing=True)).all()
    return [receipt for receipt in found if receipt.job_id in set(job_ids)]


def wait_for_same_amounts(session: Session, amounts_cents: Iterable[int | None]) -> None:
    """Let whoever writes a receipt of one of these amounts commit first."""
    # SQLite has one writer. On PostgreSQL two that are read at the same moment would not see
    # each other, and neither would be flagged.
    if session.get_bind().dialect.name != "postgresql":
        return
    for cents in sorted({cents for cents in amounts_cents if cents is not None}):
        session.connection().execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('receipt ' || :cents, 0))"),
            {"cents": str(cents)},
        )
