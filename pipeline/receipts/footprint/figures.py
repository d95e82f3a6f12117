"""Plain data of the footprint stage: factors, and what lines and receipts weigh with them."""

from dataclasses import dataclass
from decimal import Decimal

KINDS = ("food", "drink", "meal", "product")
FACTOR_UNITS = ("kg", "pcs", "eur")
METHODS = ("mass", "unit", "spend")


@dataclass(frozen=True)
class Factor:
    """kg CO2e of one `unit`: a kilogram, a piece, or a euro without tax.

    `ef_mpt` is the single EF score in mPt a kilogram, `dqr` the data quality rating of the source
    (1 best to 5); None where the source has none. `id` begins with its source: "agribalyse:11084".
    """

    id: str
    name_fr: str
    name_en: str | None
    category: str
    subcategory: str
    kind: str
    unit: str
    kg_co2e: float
    ef_mpt: float | None
    dqr: float | None
    source: str
    year: int


@dataclass(frozen=True)
class WeighedLine:
    """kg CO2e of one line with its range, and how it was found; score 0..100.

    `mass_kg` is None where the line was weighed by piece or by spending. `is_chosen`: a person
    said which factor this is.
    """

    kg_co2e: float
    low: float
    high: float
    factor: Factor
    method: str
    match_confidence: float
    mass_kg: float | None
    score: int | None
    grade: str | None
    is_chosen: bool = False


@dataclass(frozen=True)
class WeighedReceipt:
    """One entry a line, None where its footprint is not known; sums are None where none is known.

    `coverage` is the share of the money spent that the sums cover, 0..1. The score is the
    mass-weighted mean of the lines that have one.
    """

    lines: tuple[WeighedLine | None, ...]
    kg_co2e: float | None
    low: float | None
    high: float | None
    coverage: float
    score: int | None
    grade: str | None


@dataclass(frozen=True)
class LineChoice:
    """What a person said that a line is: a factor, or only its category."""

    factor_id: str | None
    category: str | None


@dataclass(frozen=True)
class CatalogProduct:
    """The product of the catalog that a line is: `likeness` 0..1, 1 where a person said so.

    `kg_co2e` is its own footprint for each `basis` (kg or piece), None where it has none; `year`
    is when it was last changed.
    """

    ref: int
    product_id: str
    name: str
    category: str | None
    likeness: float
    is_chosen: bool
    kg_co2e: float | None
    basis: str | None
    source: str | None
    year: int


@dataclass(frozen=True)
class Purchase:
    """What the lines have in common: type as in document.RECEIPT_TYPES, ISO codes, tax in percent.

    `vat_rate` is the receipt's own mean rate where its tax table says so.
    """

    receipt_type: str | None
    currency: str | None
    language: str | None
    vat_rate: Decimal | None
