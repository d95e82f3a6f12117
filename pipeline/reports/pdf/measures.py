"""What is compared with the period before: each figure by its key under `pdf.`, and how it is read.

Cover and overview show the same ones.
"""

from collections.abc import Callable, Mapping

from pipeline.reports.figures.types import CurrencyFigures, Figures


def share_untouched(figures: Figures) -> float | None:
    """The share of receipts that no person had to touch, 0..1; None without receipts."""
    review = figures.review
    return review.untouched / review.receipts if review.receipts else None


def average_receipt(block: CurrencyFigures) -> int | None:
    """Cents that a receipt comes to; None without receipts."""
    return block.spent_cents // block.receipts if block.receipts else None


MONEY: Mapping[str, Callable[[CurrencyFigures], int | None]] = {
    "spent": lambda block: block.spent_cents,
    "tax": lambda block: block.tax_cents,
    "average_receipt": average_receipt,
}
COUNTS: Mapping[str, Callable[[Figures], int]] = {
    "receipts": lambda figures: figures.receipts,
    "lines": lambda figures: figures.lines,
    "merchants": lambda figures: figures.merchants,
}
SHARES: Mapping[str, Callable[[Figures], float | None]] = {
    "coverage": lambda figures: figures.footprint.coverage,
    "untouched": share_untouched,
    "success": lambda figures: figures.quality.success_rate,
}
