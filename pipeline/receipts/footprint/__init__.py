"""What a receipt weighs: each line matched to a factor, its mass, and kg CO2e with a range."""

from pipeline.receipts.footprint.book import FactorBook, Match
from pipeline.receipts.footprint.figures import (
    CatalogProduct,
    Factor,
    LineChoice,
    Purchase,
    WeighedLine,
    WeighedReceipt,
)
from pipeline.receipts.footprint.weigh import weigh

__all__ = [
    "CatalogProduct",
    "Factor",
    "FactorBook",
    "LineChoice",
    "Match",
    "Purchase",
    "WeighedLine",
    "WeighedReceipt",
    "weigh",
]
