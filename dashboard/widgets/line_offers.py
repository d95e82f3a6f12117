"""What was said of a line and could still be carried to the merchant's other receipts."""

from typing import Any

from sqlmodel import Session

from pipeline.models import Receipt
from pipeline.receipts.keys import line_key
from pipeline.receipts.review.apply_rule import affected_by
from pipeline.receipts.review.line_rules import find_rule


def list_offers(session: Session, receipt: Receipt) -> list[dict[str, Any]]:
    """Per line of which a person said what it is: its id, and on how many others that differs."""
    said = (receipt.corrections or {}).get("choices", {})
    items = receipt.fields.get("items") or []
    # A receipt may have the same line twice; one offer speaks for both.
    lines = {line_key(item["description"]): item["id"] for item in reversed(items)}
    found = (
        (item_id, find_rule(session, receipt.job_id, item_id))
        for line, item_id in lines.items()
        if line in said
    )
    counted = ((item_id, len(affected_by(session, rule))) for item_id, rule in found if rule)
    return [{"itemId": item_id, "otherReceipts": count} for item_id, count in counted if count]
