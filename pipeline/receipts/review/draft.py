"""A receipt while a person's edits are laid over it; `corrections` writes it when all are taken."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.models import Receipt, ReceiptChange
from pipeline.receipts.review.effective import lay_over

JsonObject = dict[str, Any]


@dataclass
class Draft:
    """The corrections, and the fields (to look at only) as they stand after the edits so far.

    `reason` belongs to the edit that is being taken. `reweigh`: a line or what weighs it changed.
    """

    session: Session
    receipt: Receipt
    actor: str
    now: datetime
    corrections: JsonObject
    fields: JsonObject
    reason: str | None = None
    changes: list[ReceiptChange] = field(default_factory=list)
    reweigh: bool = False

    @classmethod
    def of(cls, session: Session, receipt: Receipt, actor: str, now: datetime) -> "Draft":
        """A draft of the receipt as it stands."""
        corrections = deepcopy(receipt.corrections or {})
        fields = lay_over(receipt.reading, corrections)
        return cls(session, receipt, actor, now, corrections, fields)

    def note(self, path: str, before: Any, after: Any) -> None:
        """Write down one change, and let the next edit see it."""
        self.changes.append(
            ReceiptChange(
                job_id=self.receipt.job_id,
                at=self.now,
                actor=self.actor,
                path=path,
                before=before,
                after=after,
                reason=self.reason,
            )
        )
        self.fields = lay_over(self.receipt.reading, self.corrections)
