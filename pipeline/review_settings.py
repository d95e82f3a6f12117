"""Which receipts a person is asked to look at: the thresholds that route to review."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ReviewSettings(BaseSettings):
    """The part of the settings that is about review; confidences in 0..1."""

    review_below: float = Field(0.75, ge=0, le=1, description="Confidence that asks for a person.")
    review_merchant_below: float | None = Field(
        None, ge=0, le=1, description="The same for the merchant; default: the general one."
    )
    review_date_below: float | None = Field(
        None, ge=0, le=1, description="The same for the date; default: the general one."
    )
    review_total_below: float | None = Field(
        None, ge=0, le=1, description="The same for the total; default: the general one."
    )
    review_sums: bool = Field(
        True, description="Ask for a person where items or taxes do not sum to the total."
    )
