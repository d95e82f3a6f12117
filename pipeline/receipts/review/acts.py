"""What the audit says of a receipt that somebody edited; every value is in `ReceiptChange`."""

import json
from typing import Any

from pipeline.audit import write
from pipeline.models import ReceiptChange
from pipeline.receipts.review.draft import Draft
from pipeline.receipts.review.effective import value_of

# A line is long enough to be known again; what is longer is in the receipt's own history.
MOST_CHANGES = 20
MAX_LENGTH = 80

_DECISIONS = {
    ("duplicate", "kept_both"): "receipt.keep",
    ("duplicate", "discarded"): "receipt.discard",
    ("duplicate", None): "receipt.undecide",
    ("review", "accepted"): "receipt.accept",
    ("review", "reopened"): "receipt.reopen",
}


def note_edit(draft: Draft) -> None:
    """One entry for all that a request changed, named after its decision where it is nothing else.

    Whoever corrects and accepts at once edited the receipt; that it was accepted is in the detail.
    """
    changes = draft.changes
    alone = changes[0] if len(changes) == 1 else None
    known = _DECISIONS.get((alone.path, alone.after)) if alone and _is_decision(alone) else None
    write(
        draft.session,
        actor=draft.actor,
        action=known or "receipt.edit",
        target_type="receipt",
        target_id=draft.receipt.job_id,
        detail=_describe(draft),
        now=draft.now,
    )


def _is_decision(change: ReceiptChange) -> bool:
    return change.path in ("duplicate", "review")


def _describe(draft: Draft) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "merchant": value_of(draft.fields, "merchantName"),
        "revision": draft.receipt.revision,
        "changes": [
            {
                "path": change.path,
                "before": _shorten(change.before),
                "after": _shorten(change.after),
            }
            for change in draft.changes[:MOST_CHANGES]
        ],
    }
    reasons = sorted({change.reason for change in draft.changes if change.reason})
    more = len(draft.changes) - MOST_CHANGES
    return detail | ({"reasons": reasons} if reasons else {}) | ({"more": more} if more > 0 else {})


def _shorten(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
