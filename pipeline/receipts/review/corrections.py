"""What a person changes on a receipt: checked, laid over the reading, and written down who did it.

Edits are by path and the last one wins, so that two tabs lose nothing of each other's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.errors import ConflictError, NotFoundError
from pipeline.models import Receipt, ReceiptChange
from pipeline.receipts.find.index import index_receipt
from pipeline.receipts.record import recheck_duplicates_of, refresh
from pipeline.receipts.review import decisions, item_edits
from pipeline.receipts.review.acts import note_edit
from pipeline.receipts.review.draft import Draft
from pipeline.receipts.review.duplicates import lock_with_flagged
from pipeline.receipts.review.edit_values import (
    SINGLE_FIELDS,
    field_value,
    place_value,
    tax_rows,
    unknown_field,
)
from pipeline.receipts.review.effective import AMOUNTS, currency_of, value_of
from pipeline.settings import Settings

# Whoever accepts, accepts what the same request corrected.
_LAST = ("duplicate", "review")
# What weighs the lines anew: their own parts apart, what they have in common.
_WEIGHED_BY = frozenset({"merchantName", "currency", "totalAmount", "receiptType", "language"})


@dataclass(frozen=True)
class Edit:
    """One change. `path` names the place, `value` is what stands there from now on, None clears it.

    Paths: any single field of the contract ("merchantName", "date", "totalAmount" …), whose value
    may also be {"value", "box", "page"} where it was picked on the picture; "taxes" (the whole
    list of {rate, base, amount}); "items/+" (a new line), "items/r3" (None removes it),
    "items/r3/amount"; "items/r3/factorId" and "items/r3/category", which need a reason and are
    remembered for the merchant's line; "review": "accepted" or "reopened"; "duplicate":
    "kept_both", "discarded" or None.
    """

    path: str
    value: Any
    reason: str | None = None


def apply_edits(
    session: Session,
    job_id: str,
    edits: Sequence[Edit],
    *,
    actor: str,
    now: datetime,
    settings: Settings,
    revision: int | None = None,
) -> Receipt:
    """Write these edits in the caller's transaction; all of them, or by an error none.

    Raises NotFoundError JOB_UNKNOWN, ConflictError RECEIPT_CHANGED where `revision` is given and
    no longer the receipt's, InvalidRequestError naming the field, or what a decision raises. A
    value that stands there already changes nothing and is not written down.
    """
    receipt = lock_receipt(session, job_id)
    if revision is not None and revision != receipt.revision:
        raise ConflictError(
            "RECEIPT_CHANGED",
            "Somebody else changed this receipt meanwhile. Load it again, then repeat the change.",
        )
    draft = Draft.of(session, receipt, actor, now)
    for edit in sorted(edits, key=lambda edit: edit.path in _LAST):
        draft.reason = edit.reason
        _apply(draft, edit)
    if draft.changes:
        _write(session, draft, settings)
    return receipt


def list_changes(session: Session, job_id: str) -> list[ReceiptChange]:
    """Who changed what on a receipt, newest first."""
    changes = select(ReceiptChange).where(ReceiptChange.job_id == job_id)
    return list(session.exec(changes.order_by(col(ReceiptChange.id).desc())).all())


def lock_receipt(session: Session, job_id: str) -> Receipt:
    """The receipt, nobody else changing it meanwhile. Raises NotFoundError JOB_UNKNOWN."""
    found = lock_with_flagged(session, [job_id])
    if not found:
        raise NotFoundError("JOB_UNKNOWN", "There is no job with this id. Check the id.")
    return found[0]


def _apply(draft: Draft, edit: Edit) -> None:
    place, _, rest = edit.path.partition("/")
    if place in SINGLE_FIELDS and not rest:
        _edit_field(draft, place, edit.value)
    elif edit.path == "taxes":
        _edit_taxes(draft, edit.value)
    elif place == "items" and rest:
        item_edits.edit_item(draft, rest, edit.value)
    elif edit.path == "review":
        decisions.decide_review(draft, edit.value)
    elif edit.path == "duplicate":
        decisions.decide_duplicate(draft, edit.value)
    else:
        raise unknown_field(edit.path)


def _edit_field(draft: Draft, name: str, given: Any) -> None:
    value, place = place_value(name, given)
    before = value_of(draft.fields, name)
    after = None if value is None else field_value(name, value)
    if before == after:
        return
    field = None
    if after is not None:
        known: dict[str, Any] = draft.fields.get(name) or {"box": None, "page": 1}
        where = {"box": known.get("box"), "page": known.get("page"), **place}
        currency = {"currency": currency_of(draft.fields)} if name in AMOUNTS else {}
        field = {"value": after, **currency, "confidence": 1.0, "corrected": True, **where}
    draft.corrections.setdefault("fields", {})[name] = field
    draft.reweigh = draft.reweigh or name in _WEIGHED_BY
    draft.note(name, before, after)


def _edit_taxes(draft: Draft, given: Any) -> None:
    rows = tax_rows("taxes", [] if given is None else given)
    before = [_bare(row) for row in draft.fields.get("taxes") or []]
    if before == rows:
        return
    certain = {"confidence": 1.0, "corrected": True, "box": None, "page": None}
    draft.corrections["taxes"] = [{**row, **certain} for row in rows]
    draft.reweigh = True
    draft.note("taxes", before, rows)


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {part: row.get(part) for part in ("rate", "base", "amount")}


def _write(session: Session, draft: Draft, settings: Settings) -> None:
    receipt = draft.receipt
    receipt.corrections = draft.corrections or None
    receipt.revision += 1
    refresh(session, receipt, settings, weigh="anew" if draft.reweigh else "keep")
    session.add_all(draft.changes)
    index_receipt(session, receipt.job_id)
    recheck_duplicates_of(session, receipt.job_id, settings)
    note_edit(draft)
