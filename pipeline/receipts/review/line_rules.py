"""Carrying what a person said of a merchant's line to the other receipts that have that line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.models import LineRule, Receipt, ReceiptChange, ReceiptLine
from pipeline.receipts.keys import line_key
from pipeline.receipts.record import refresh
from pipeline.receipts.review.duplicates import lock_with_flagged, wait_for_same_amounts
from pipeline.receipts.review.item_edits import CATEGORY, FACTOR
from pipeline.settings import Settings


def find_rule(session: Session, job_id: str, item_id: str) -> LineRule | None:
    """What was said of this line of this receipt's merchant; None where nobody said anything."""
    line = session.exec(
        select(ReceiptLine).where(ReceiptLine.job_id == job_id, ReceiptLine.item_id == item_id)
    ).first()
    merchant = session.get_one(Receipt, job_id).merchant_key
    if line is None or merchant is None:
        return None
    return session.get(LineRule, (merchant, line.line_key))


def affected_receipts(
    session: Session,
    merchant_key: str,
    line_key: str,
    factor_id: str | None,
    category: str | None = None,
) -> list[str]:
    """Job ids of the merchant's receipts where this line is still taken for something else.

    Oldest first; discarded ones are left out. With `factor_id` None the category decides.
    """
    if factor_id is not None:
        differs = col(ReceiptLine.factor_id).is_distinct_from(factor_id)
    else:
        differs = col(ReceiptLine.category).is_distinct_from(category)
    statement = (
        select(Receipt.job_id)
        .join(ReceiptLine, col(ReceiptLine.job_id) == Receipt.job_id)
        .where(
            Receipt.merchant_key == merchant_key,
            ReceiptLine.line_key == line_key,
            col(Receipt.discarded_at).is_(None),
            differs,
        )
        .distinct()
        .order_by(Receipt.job_id)
    )
    return list(session.exec(statement).all())


def apply_rule_to(
    session: Session,
    job_ids: Sequence[str],
    rule: LineRule,
    *,
    now: datetime,
    settings: Settings,
) -> list[str]:
    """Let the rule hold for these receipts in the caller's transaction; returns the changed ones.

    Every changed line is written down with the rule's reason and its author. A second call
    changes nothing.
    """
    receipts = lock_with_flagged(session, job_ids)
    wait_for_same_amounts(session, [receipt.total_cents for receipt in receipts])
    return [receipt.job_id for receipt in receipts if _apply(session, receipt, rule, now, settings)]


def _apply(
    session: Session, receipt: Receipt, rule: LineRule, now: datetime, settings: Settings
) -> bool:
    before = _stated(receipt, rule)
    if receipt.merchant_key != rule.merchant_key or not before:
        return False
    _drop_own_choice(receipt, rule.line_key)
    refresh(session, receipt, settings, weigh="anew")
    changes = _changes(receipt, rule, before, now)
    session.add_all(changes)
    receipt.revision += bool(changes)
    return bool(changes)


def _stated(receipt: Receipt, rule: LineRule) -> dict[str, tuple[Any, Any]]:
    """Item id to factor id and category, of the lines that the rule is about."""
    items = receipt.fields.get("items") or []
    lines = [item for item in items if line_key(item["description"]) == rule.line_key]
    return {item["id"]: (_factor_id(item), item.get("category")) for item in lines}


def _changes(
    receipt: Receipt, rule: LineRule, before: dict[str, tuple[Any, Any]], now: datetime
) -> list[ReceiptChange]:
    part, at = (CATEGORY, 1) if rule.factor_id is None else (FACTOR, 0)
    after = _stated(receipt, rule)
    return [
        ReceiptChange(
            job_id=receipt.job_id,
            at=now,
            actor=rule.actor,
            path=f"items/{item_id}/{part}",
            before=before[item_id][at],
            after=after[item_id][at],
            reason=rule.reason,
        )
        for item_id in before
        if before[item_id] != after[item_id]
    ]


def _drop_own_choice(receipt: Receipt, line: str) -> None:
    # What holds for the merchant's line now was said later than what this receipt keeps.
    corrections = dict(receipt.corrections or {})
    choices = {key: value for key, value in corrections.get("choices", {}).items() if key != line}
    receipt.corrections = {**corrections, "choices": choices} if corrections else None


def _factor_id(item: dict[str, Any]) -> str | None:
    factor = (item.get("footprint") or {}).get("factor") or {}
    factor_id: str | None = factor.get("id")
    return factor_id
