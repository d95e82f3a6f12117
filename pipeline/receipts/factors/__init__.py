"""Imports tables of footprint factors: `python -m pipeline.receipts.factors import FILE`."""

from pipeline.receipts.factors.report import ImportReport
from pipeline.receipts.factors.save import import_factors

__all__ = ["ImportReport", "import_factors"]
