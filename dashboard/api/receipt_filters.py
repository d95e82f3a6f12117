"""The filters of `/receipts` in an address; list and export take the same."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import Status
from dashboard.api.values import Word
from pipeline.receipts.find.filters import ReceiptFilter

Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Currency = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
ReceiptType = Literal["retail", "restaurant", "pharmacy", "fuel", "hotel", "transport", "other"]
# In an address a plus that nobody encoded is a space.
GradeInAddress = Literal["A+", "A ", "A", "B", "C", "D", "E", "F"]


def _repair(grade: str) -> str:
    return grade.replace(" ", "+")


class ReceiptQuery(ApiModel):
    """Which receipts are meant; each key narrows it."""

    model_config = ConfigDict(extra="ignore")

    query: Word = Field(
        "",
        description="Words that all occur, the last perhaps unfinished; “a phrase” in quotation "
        "marks; -without. Finds what was read, what was corrected, file names, and the "
        "beginning of an id (6 characters or more).",
    )
    status: Status | None = None
    needs_review: bool | None = None
    merchant: Word = Field("", description="Part of the merchant's name.")
    bought_from: date | None = Field(None, alias="from", description="Bought since.")
    bought_to: date | None = Field(None, alias="to", description="Bought until.")
    min_total: Amount | None = None
    max_total: Amount | None = None
    type: ReceiptType | None = None
    currency: Currency | None = Field(None, description="ISO 4217 code.")
    grade: Annotated[GradeInAddress, AfterValidator(_repair)] | None = None
    category: Word = Field("", description="Category of one of its lines.")
    unknown_footprint: bool | None = Field(
        None, description="True: some of it is not weighed; false: all of it is."
    )
    discarded: Literal["without", "with", "only"] = Field(
        "without", description="Duplicates that a person discarded."
    )

    def to_filter(self) -> ReceiptFilter:
        """The same for the store."""
        same = ("query", "status", "needs_review", "merchant", "bought_from", "bought_to")
        footprint = ("grade", "unknown_footprint", "discarded")
        return ReceiptFilter(
            **{name: getattr(self, name) for name in (*same, *footprint)},
            min_total_cents=_to_cents(self.min_total),
            max_total_cents=_to_cents(self.max_total),
            receipt_type=self.type,
            currency=self.currency and self.currency.upper(),
            category=self.category or None,
        )


class ReceiptListQuery(ReceiptQuery):
    """The same for a list, its order, and which page of it."""

    sort: Literal["newest", "relevance"] = Field(
        "newest", description="Relevance ranks the newest 1,000 matches of the words."
    )
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=200)


def _to_cents(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)
