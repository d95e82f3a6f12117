"""What a person decides about a whole receipt: that it is right, and which duplicates are kept.

Called by `corrections`, which writes the outcome.
"""

from typing import Any

from pipeline.errors import ConflictError
from pipeline.receipts.review import duplicates
from pipeline.receipts.review.draft import Draft
from pipeline.receipts.review.edit_values import choice_value
from pipeline.receipts.review.effective import without_footprints

ACCEPTED = "accepted"
REOPENED = "reopened"
REVIEWS = (ACCEPTED, REOPENED)
DECISIONS = (duplicates.KEPT_BOTH, duplicates.DISCARDED)


def decide_review(draft: Draft, value: Any) -> None:
    """Accept the receipt as it stands, or have it looked at again."""
    wanted = choice_value("review", value, REVIEWS)
    before = _review_of(draft)
    if wanted == before:
        return
    if wanted == ACCEPTED:
        # A later reading may be better in general; this one a person has seen.
        draft.corrections["accepted"] = _snapshot(draft)
        draft.corrections.pop(REOPENED, None)
        draft.receipt.reviewed_at, draft.receipt.reviewed_by = draft.now, draft.actor
    else:
        draft.corrections.pop("accepted", None)
        draft.corrections[REOPENED] = True
        draft.receipt.reviewed_at = draft.receipt.reviewed_by = None
    draft.reweigh = draft.reweigh or wanted == REOPENED
    draft.note("review", before, wanted)


def decide_duplicate(draft: Draft, value: Any) -> None:
    """Keep both receipts, drop this one from lists and figures, or (None) leave it open again.

    Raises ConflictError NOT_A_DUPLICATE where there is nothing to keep both of.
    """
    wanted = None if value is None else choice_value("duplicate", value, DECISIONS)
    receipt, before = draft.receipt, draft.receipt.duplicate_decision
    if wanted == before:
        return
    if wanted == duplicates.KEPT_BOTH and receipt.duplicate_of is None:
        raise ConflictError(
            "NOT_A_DUPLICATE", "This receipt is not taken for a duplicate of another one."
        )
    receipt.duplicate_decision = wanted
    receipt.discarded_at = draft.now if wanted == duplicates.DISCARDED else None
    draft.note("duplicate", before, wanted)


def _review_of(draft: Draft) -> str | None:
    if draft.receipt.reviewed_at is not None:
        return ACCEPTED
    return REOPENED if draft.corrections.get(REOPENED) else None


def _snapshot(draft: Draft) -> dict[str, Any]:
    fields = {name: field for name, field in draft.fields.items() if name != "summary"}
    if "items" in fields:
        fields["items"] = without_footprints(fields["items"])
    return fields
