"""What is on a receipt, in the shapes of the contract: fields, line items, footprints."""

from typing import Literal

from pydantic import Field

from dashboard.api.envelope import ApiModel
from pipeline.receipts.document import PAYMENT_METHODS, RECEIPT_TYPES

Box = tuple[float, float, float, float]


class Place(ApiModel):
    """How sure a value is and where it was read; `corrected` is set where a person wrote it."""

    confidence: float = Field(description="0..1; 1 for what a person wrote.")
    box: Box | None = Field(None, description="In pixels of the page's picture.")
    page: int | None = None
    corrected: bool | None = None


class TextValue(Place):
    """A field of text."""

    value: str


class AmountValue(Place):
    """Money with its ISO 4217 currency."""

    value: float
    currency: str | None


class TaxRow(ApiModel):
    """One rate of the tax table."""

    rate: float | None = Field(description="Percent.")
    base: float | None = Field(description="Without the tax.")
    amount: float | None
    confidence: float | None = None
    box: Box | None = None
    page: int | None = None
    corrected: bool | None = None


class FactorValue(ApiModel):
    """The factor that a line was weighed with; its figure is under the name of its unit."""

    id: str
    name: str
    kg_co2e_per_kg: float | None = Field(None, alias="kgCO2ePerKg")
    kg_co2e_per_unit: float | None = Field(None, alias="kgCO2ePerUnit")
    kg_co2e_per_eur: float | None = Field(None, alias="kgCO2ePerEur")
    source: str
    year: int


class ItemFootprint(ApiModel):
    """kg CO2e of one line with its range, and how it was found."""

    kg_co2e: float = Field(alias="kgCO2e")
    low: float
    high: float
    factor: FactorValue
    method: Literal["mass", "unit", "spend"]
    match_confidence: float
    mass_kg: float | None
    score: int | None
    grade: str | None
    category: str
    subcategory: str
    is_chosen: bool | None = Field(None, description="A person said what this line is.")


class ItemProduct(ApiModel):
    """The product of the catalog that a line is linked to."""

    product_id: str
    name: str
    likeness: float = Field(description="0..1; 1 where a person said so.")
    is_chosen: bool | None = Field(None, description="A person said so.")


class Item(Place):
    """One line; `id` names it in corrections."""

    id: str
    description: str
    quantity: float
    unit: Literal["pcs", "kg", "l"]
    unit_price: float | None
    amount: float = Field(description="As printed, before the discount.")
    discount: float
    category: str | None = None
    footprint: ItemFootprint | None = Field(None, description="Null: not known, which is not zero.")
    product: ItemProduct | None = Field(None, description="Only where it is known.")


class ExtractedFields(ApiModel):
    """What was found; a field that was not found has no key."""

    merchant_name: TextValue | None = None
    merchant_address: TextValue | None = None
    merchant_phone: TextValue | None = None
    siret: TextValue | None = None
    vat_number: TextValue | None = None
    date: TextValue | None = Field(None, description="ISO 8601 date.")
    time: TextValue | None = Field(None, description="HH:MM or HH:MM:SS.")
    total_amount: AmountValue | None = None
    subtotal: AmountValue | None = None
    tip: AmountValue | None = None
    change: AmountValue | None = None
    taxes: list[TaxRow] | None = None
    currency: TextValue | None = Field(None, description="ISO 4217 code.")
    payment_method: TextValue | None = Field(None, description=", ".join(PAYMENT_METHODS))
    receipt_type: TextValue | None = Field(None, description=", ".join(RECEIPT_TYPES))
    receipt_number: TextValue | None = None
    language: TextValue | None = Field(None, description="ISO 639-1 code.")
    items: list[Item] | None = None
    items_reconciled: bool | None = Field(None, description="The items make up the sums.")
    summary: str | None = Field(None, description="One sentence, in the receipt's language.")


class ReceiptFootprint(ApiModel):
    """kg CO2e of the whole receipt; sums are null where no line is known."""

    kg_co2e: float | None = Field(alias="kgCO2e")
    low: float | None
    high: float | None
    coverage: float = Field(description="Share of the money spent that is weighed, 0..1.")


class ReceiptScore(ApiModel):
    """The mass-weighted mean of the lines that have a score."""

    value: int = Field(description="0..100.")
    grade: str
    method: str
