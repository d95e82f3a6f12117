"""What persons said that lines are: remembered for the merchant's line, and on the receipt itself.

The merchant's rules hold for every receipt of that merchant; a receipt whose merchant is not
known keeps its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from pipeline.models import LineRule
from pipeline.receipts.footprint.figures import LineChoice
from pipeline.receipts.keys import merchant_key
from pipeline.receipts.review.effective import value_of
from pipeline.upsert import insert_into


def merchant_key_of(fields: Mapping[str, Any]) -> str | None:
    """The key of the merchant that `fields` name; None where they name none."""
    name = value_of(fields, "merchantName")
    return merchant_key(name) or None if name else None


def rules_of(session: Session, merchant: str | None) -> dict[str, LineChoice]:
    """What was said of the lines of this merchant (a merchant key), by line key."""
    if merchant is None:
        return {}
    said = select(LineRule.line_key, LineRule.factor_id, LineRule.category)
    rules = session.exec(said.where(LineRule.merchant_key == merchant)).all()
    return {line: LineChoice(factor_id, category) for line, factor_id, category in rules}


def choices_of(
    session: Session, fields: Mapping[str, Any], corrections: Mapping[str, Any] | None
) -> dict[str, LineChoice]:
    """What holds for a receipt's lines, by line key: its merchant's rules below its own."""
    own: Mapping[str, Any] = (corrections or {}).get("choices", {})
    return rules_of(session, merchant_key_of(fields)) | {
        line: LineChoice(choice["factorId"], choice["category"]) for line, choice in own.items()
    }


def remember_rule(
    session: Session,
    merchant: str,
    line: str,
    choice: LineChoice,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Let `choice` hold for this merchant's line from now on, in place of an earlier one."""
    said = {
        "factor_id": choice.factor_id,
        "category": choice.category,
        "reason": reason,
        "actor": actor,
        "created_at": now,
    }
    # What was withdrawn a moment ago must be gone first.
    session.flush()
    key = {"merchant_key": merchant, "line_key": line}
    statement = insert_into(session, LineRule).values(**key, **said)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=said)
    )


def forget_rule(session: Session, merchant: str, line: str) -> None:
    """Let this merchant's line be matched by itself again."""
    rule = session.get(LineRule, (merchant, line))
    if rule is not None:
        session.delete(rule)
