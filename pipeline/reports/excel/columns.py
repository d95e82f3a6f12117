"""The columns of the sheets with rows: which of the snapshot's they show, how, and how wide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.spreadsheet import Kind

# Of no column of the snapshot, but of two: what was paid for a line, its discount off.
NET = "net_cents"
# The currency as a number: formulas tell by it whether rows in sight share one.
CURRENCY_NUMBER = "currency_number"

DataSheet = Literal["receipts", "lines", "taxes"]


@dataclass(frozen=True)
class DataColumn:
    """One column. `source` is the snapshot's, `title` a key of the texts after `xlsx.column.`.

    `width` in characters; `is_summed`: above its header stands the sum of the rows in sight;
    `is_hidden`: there for formulas alone.
    """

    source: str
    title: str
    kind: Kind = "text"
    width: int = 12
    is_summed: bool = False
    is_hidden: bool = False


_DATE = DataColumn("bought_on", "date", "date", 12)
_MERCHANT = DataColumn("merchant", "merchant", width=28)
_CURRENCY = DataColumn("currency", "currency", width=10)
_CURRENCY_NUMBER = DataColumn(CURRENCY_NUMBER, "currencyNumber", "number", 10, is_hidden=True)
_NUMBER = DataColumn("number", "number", width=16)
_ID = DataColumn("receipt_id", "receiptId", width=35)
_FOOTPRINT = (
    DataColumn("kg_co2e", "kgCO2e", "kg", 12, is_summed=True),
    DataColumn("kg_co2e_low", "kgCO2eLow", "kg", 12, is_summed=True),
    DataColumn("kg_co2e_high", "kgCO2eHigh", "kg", 12, is_summed=True),
)

COLUMNS: Mapping[DataSheet, tuple[DataColumn, ...]] = {
    "receipts": (
        _DATE,
        _MERCHANT,
        _NUMBER,
        DataColumn("total_cents", "total", "money", 15, is_summed=True),
        DataColumn("subtotal_cents", "subtotal", "money", 15, is_summed=True),
        DataColumn("tax_cents", "tax", "money", 14, is_summed=True),
        _CURRENCY,
        DataColumn("payment_method", "payment", width=12),
        DataColumn("receipt_type", "type", width=14),
        *_FOOTPRINT,
        DataColumn("coverage", "coverage", "share", 12),
        DataColumn("score", "score", "number", 9),
        DataColumn("grade", "grade", width=9),
        DataColumn("confidence", "confidence", "share", 12),
        DataColumn("needs_review", "needsReview", "flag", 12),
        DataColumn("is_corrected", "isCorrected", "flag", 12),
        DataColumn("reviewed_by", "reviewedBy", width=16),
        DataColumn("reviewed_at", "reviewedAt", "moment", 17),
        DataColumn("duplicate_of", "duplicateOf", width=35),
        DataColumn("client", "client", width=16),
        DataColumn("file_name", "fileName", width=26),
        DataColumn("submitted_at", "submittedAt", "moment", 17),
        _ID,
        _CURRENCY_NUMBER,
    ),
    "lines": (
        _DATE,
        _MERCHANT,
        DataColumn("description", "description", width=36),
        DataColumn("quantity", "quantity", "number", 10),
        DataColumn("unit", "unit", width=8),
        DataColumn("unit_price_mills", "unitPrice", "price", 15),
        DataColumn("amount_cents", "amount", "money", 15, is_summed=True),
        DataColumn("discount_cents", "discount", "money", 14, is_summed=True),
        DataColumn(NET, "paid", "money", 15, is_summed=True),
        _CURRENCY,
        DataColumn("category", "category", width=26),
        DataColumn("factor", "factor", width=32),
        DataColumn("method", "method", width=12),
        DataColumn("mass_kg", "mass", "kg", 12, is_summed=True),
        *_FOOTPRINT,
        DataColumn("confidence", "confidence", "share", 12),
        _NUMBER,
        _ID,
        _CURRENCY_NUMBER,
    ),
    "taxes": (
        _DATE,
        _MERCHANT,
        _NUMBER,
        DataColumn("rate", "rate", "rate", 10),
        DataColumn("base_cents", "base", "money", 16, is_summed=True),
        DataColumn("amount_cents", "taxAmount", "money", 15, is_summed=True),
        _CURRENCY,
        _ID,
        _CURRENCY_NUMBER,
    ),
}

# How many columns are printed: all of them on a sheet of paper could not be read.
PRINTED: Mapping[DataSheet, int] = {"receipts": 10, "lines": 11, "taxes": 7}


def place_of(sheet: DataSheet, source: str) -> int:
    """The number of the column that shows `source`, from 0."""
    return next(i for i, column in enumerate(COLUMNS[sheet]) if column.source == source)
