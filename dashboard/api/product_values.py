"""What callers say of products: filters of a list, edits, groups of the same."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from dashboard.api.envelope import ApiModel
from dashboard.api.values import Text, Word
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import MAX_ID_LENGTH, MAX_PRICE_CENTS, Footprint

Price = Annotated[float, Field(ge=0, le=MAX_PRICE_CENTS / 100, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
ProductId = Annotated[Text, Field(min_length=1, max_length=MAX_ID_LENGTH)]
Value = bool | int | float | Text | list[Text]


class ProductListQuery(ApiModel):
    """Which products are meant, in what order, and which page of them."""

    model_config = ConfigDict(extra="ignore")

    query: Word = Field(
        "",
        description="Words that all occur, the last perhaps unfinished; “a phrase” in quotation "
        "marks; -without. Finds ids, names, categories, descriptions and metadata.",
    )
    line: Word = Field(
        "",
        description="A receipt's line: the products that it may be, the best first, instead of "
        "those that `query` finds. Nothing else narrows or sorts them.",
    )
    category: list[Word] = Field([], description="Any of these; may be repeated.")
    min_price: Price | None = None
    max_price: Price | None = None
    currency: Currency | None = Field(None, description="ISO 4217 code.")
    has_picture: bool | None = None
    sort: Literal["newest", "oldest", "cheapest", "dearest", "name"] = "newest"
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=200)

    def to_filter(self) -> ProductFilter:
        """The same for the store, its words apart."""
        return ProductFilter(
            categories=tuple(one for one in self.category if one),
            min_price_cents=to_cents(self.min_price),
            max_price_cents=to_cents(self.max_price),
            currency=self.currency and self.currency.upper(),
            has_picture=self.has_picture,
        )


class FootprintBody(ApiModel):
    """A product's own footprint."""

    model_config = ConfigDict(extra="forbid")

    kg_co2e: float = Field(alias="kgCO2e", description="For each kg or piece.")
    basis: Literal["kg", "piece"]
    source: Text | None = None


class ProductBody(ApiModel):
    """What is to stand there from now on; what is left out stays, null empties it."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    description: Text | None = None
    category: Text | None = None
    price: Price | None = None
    currency: Currency | None = None
    metadata: dict[Text, Value | None] | None = Field(
        None, description="Merged into what there is; null takes an entry away."
    )
    footprint: FootprintBody | None = None

    def to_changes(self) -> dict[str, Any]:
        """The same by the names of a product's parts."""
        changes: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if "name" in changes:
            changes["name"] = changes["name"] or ""
        if "price" in changes:
            changes["price_cents"] = to_cents(changes.pop("price"))
        if changes.get("currency"):
            changes["currency"] = changes["currency"].upper()
        if "metadata" in changes:
            said = changes.pop("metadata") or {}
            changes["attributes"] = {name: _as_attribute(value) for name, value in said.items()}
        if self.footprint:
            changes["footprint"] = Footprint(
                self.footprint.kg_co2e, self.footprint.basis, self.footprint.source
            )
        return changes


class MergeBody(ApiModel):
    """Products that are one."""

    model_config = ConfigDict(extra="forbid")

    keep: ProductId = Field(description="The one that stays.")
    others: list[ProductId] = Field(
        min_length=1, max_length=50, description="Those that are deleted."
    )


class KeepBothBody(ApiModel):
    """Products that look the same and are not."""

    model_config = ConfigDict(extra="forbid")

    products: list[ProductId] = Field(min_length=2, max_length=50)


def to_cents(amount: float | None) -> int | None:
    """An amount of the JSON in cents, exact."""
    # The shortest text of a float shows the digits that were meant.
    return None if amount is None else int((Decimal(str(amount)) * 100).to_integral_value())


def _as_attribute(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
