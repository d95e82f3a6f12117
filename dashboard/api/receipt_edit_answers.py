"""The shapes of corrections: what callers send, and what they are told of the changes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from sqlmodel import Session

from dashboard.api.envelope import ApiModel
from dashboard.api.handover import bad_value
from dashboard.api.receipt_answers import ReceiptResult
from dashboard.api.receipt_filters import ReceiptQuery
from dashboard.api.values import Text, Word
from pipeline.errors import InvalidRequestError
from pipeline.models import ReceiptChange
from pipeline.receipts.find.listing import find_matching
from pipeline.receipts.reextract import Queued
from pipeline.receipts.review.apply_rule import Applied
from pipeline.receipts.review.corrections import Edit
from pipeline.receipts.review.edit_values import SINGLE_FIELDS, unknown_field

MOST_LINES = 500
MOST_RECEIPTS = 10_000

# Numbers may come as text, so that no cent is lost on the way; true is none.
Figure = Annotated[float, Field(strict=True)]
Number = Figure | Text | None
# What names a line; a path would reach other places.
LineId = Annotated[Word, Field(pattern=r"^[a-z]\d+$")]


class Picked(ApiModel):
    """A value that was picked on the picture."""

    model_config = ConfigDict(extra="forbid")

    value: Text | Figure
    box: tuple[float, float, float, float] | None = None
    page: int = 1


class ItemEdit(ApiModel):
    """Parts of a line to be changed; without `id`, a new line."""

    model_config = ConfigDict(extra="forbid")

    id: LineId | None = Field(None, description="Of the line; none adds one.")
    description: Text | Picked | None = None
    quantity: Number | Picked = None
    unit: Word | None = None
    unit_price: Number | Picked = None
    amount: Number | Picked = None
    discount: Number | Picked = None
    factor_id: Word | None = Field(
        None, description="What the line is; remembered for the merchant's line. Null withdraws."
    )
    category: Word | None = Field(None, description="The same, where no factor is certain.")
    product_id: Word | None = Field(
        None,
        description="Product of the catalog that the line is, remembered for the merchant's line; "
        "null: none of it; empty: whatever is found.",
    )


class TaxEdit(ApiModel):
    """One row of the tax table."""

    model_config = ConfigDict(extra="forbid")

    rate: Number = None
    base: Number = None
    amount: Number = None


class CorrectionBody(ApiModel):
    """What is changed; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[Word, Text | Figure | Picked | None] = Field(
        {},
        description="Single fields by their names in `extractedFields`; null clears one.",
        examples=[{"merchantName": "Super Marché", "totalAmount": 25.99}],
    )
    items: list[ItemEdit] = Field([], max_length=MOST_LINES)
    remove_items: list[LineId] = Field([], max_length=MOST_LINES, description="Ids of lines.")
    taxes: list[TaxEdit] | None = Field(None, description="The whole table.")
    accept: bool = Field(False, description="The receipt is right as it stands after this.")
    reopen: bool = Field(False, description="Somebody is to look at it again.")
    reason: Text | None = Field(None, description="Why; needed for a factor or a category.")
    revision: int | None = Field(
        None, description="Refuse with 409 where the receipt has been changed since this one."
    )

    def to_edits(self) -> list[Edit]:
        """Every change by its path.

        Raises InvalidRequestError EDIT_UNKNOWN_FIELD, or BAD_VALUE for accept and reopen at once.
        """
        if self.accept and self.reopen:
            raise bad_value("reopen")
        return list(self._edits())

    def _edits(self) -> Iterator[Edit]:
        for name, value in self.fields.items():
            if name not in SINGLE_FIELDS:
                raise unknown_field(name)
            yield Edit(name, _plain(value), self.reason)
        if self.taxes is not None:
            yield Edit("taxes", [row.model_dump() for row in self.taxes], self.reason)
        for item_id in self.remove_items:
            yield Edit(f"items/{item_id}", None, self.reason)
        for item in self.items:
            yield from self._item_edits(item)
        if self.accept or self.reopen:
            yield Edit("review", "accepted" if self.accept else "reopened", self.reason)

    def _item_edits(self, item: ItemEdit) -> Iterator[Edit]:
        parts = {
            field.alias or name: _plain(getattr(item, name))
            for name, field in ItemEdit.model_fields.items()
            if name in item.model_fields_set and name != "id"
        }
        if item.id is None:
            yield Edit("items/+", parts, self.reason)
            return
        # What a line is, is said of its description as it stands after this; what is withdrawn
        # is so before that, and a factor says more than a category.
        said = {part: parts.pop(part) for part in ("category", "factorId") if part in parts}
        parts |= dict(sorted(said.items(), key=lambda one: one[1] is not None))
        for part in parts:
            yield Edit(f"items/{item.id}/{part}", parts[part], self.reason)


class RuleEffect(ApiModel):
    """A line of which was said what it is, and what that means for others."""

    item_id: str
    other_receipts: int = Field(
        description="Receipts of the merchant on which the line is taken for something else."
    )


class CorrectedReceipt(ReceiptResult):
    """The receipt after its correction."""

    rules: list[RuleEffect] = Field(description="Of the lines whose factor or category was said.")


class ChangeItem(ApiModel):
    """One change: who, when, what, why."""

    at: datetime
    actor: str
    path: str = Field(description='Such as "totalAmount", "items/r3/amount", "review".')
    before: Any = Field(description="Null: nothing stood there.")
    after: Any = Field(description="Null: nothing stands there.")
    reason: str | None


class ChangeList(ApiModel):
    """Every change of a receipt, newest first."""

    total: int
    page: int
    items: list[ChangeItem]


class DuplicateBody(ApiModel):
    """What is to become of a receipt that may be a duplicate."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["keep_both", "discard", "undo"] = Field(
        description="discard drops this one from lists and figures; undo opens the question again."
    )
    reason: Text | None = None

    def to_edit(self) -> Edit:
        """The decision as an edit."""
        decided = {"keep_both": "kept_both", "discard": "discarded", "undo": None}
        return Edit("duplicate", decided[self.decision], self.reason)


class AppliedRule(ApiModel):
    """Where a rule was carried to."""

    affected: int = Field(description="Receipts on which the line was taken for something else.")
    changed: int = Field(description="Of these, changed by now.")
    job_id: str | None = Field(description="The job that changes them, where they are many.")


class QueuedItem(ApiModel):
    """What became of one receipt; `reason` is the code of why it was not queued."""

    request_id: str
    job_id: str | None
    reason: str | None


class ReextractAnswer(ApiModel):
    """Receipts that are being understood anew; `remaining` match still and need another request."""

    queued: int
    remaining: int
    items: list[QueuedItem]


class ReceiptFilterBody(ReceiptQuery):
    """Which receipts are meant, as in the list; an empty one is refused."""

    model_config = ConfigDict(extra="forbid")


class ReextractBody(ApiModel):
    """Which receipts: their ids, or a filter."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Word] = Field([], max_length=MOST_RECEIPTS)
    filter: ReceiptFilterBody | None = Field(
        None, description=f"The newest {MOST_RECEIPTS:,} that match, at most."
    )

    def find_ids(self, session: Session) -> tuple[list[str], int]:
        """The ids of what is meant, each once, and how many match in all, at least.

        Raises InvalidRequestError where neither is given, or both are, or FILTER_EMPTY.
        """
        if bool(self.ids) == (self.filter is not None):
            raise bad_value("filter" if self.ids else "ids")
        if self.filter is None:
            ids = list(dict.fromkeys(self.ids))
            return ids, len(ids)
        wanted = self.filter.to_filter()
        if wanted.is_empty:
            raise InvalidRequestError(
                "FILTER_EMPTY", "Say which receipts are meant, if only by their status."
            )
        found = find_matching(session, wanted, limit=MOST_RECEIPTS)
        return found.job_ids, max(found.total, len(found.job_ids))


def change_item(change: ReceiptChange) -> ChangeItem:
    """One row of the audit."""
    return ChangeItem(
        at=change.at,
        actor=change.actor,
        path=change.path,
        before=change.before,
        after=change.after,
        reason=change.reason,
    )


def applied_rule(applied: Applied) -> AppliedRule:
    """Where a rule was carried to."""
    return AppliedRule(affected=applied.affected, changed=applied.changed, job_id=applied.job_id)


def reextract_answer(done: list[Queued], remaining: int) -> ReextractAnswer:
    """What became of each receipt."""
    items = [
        QueuedItem(request_id=one.receipt_id, job_id=one.job_id, reason=one.reason) for one in done
    ]
    queued = sum(one.reason is None for one in done)
    return ReextractAnswer(queued=queued, remaining=remaining, items=items)


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, Picked) else value
