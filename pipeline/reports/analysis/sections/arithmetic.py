"""Whether what receipts print adds up: lines to the total, net and tax to the total."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.reports.analysis.purchases import Floats, Ints, Mask
from pipeline.reports.snapshot.read import Snapshot

# Every printed figure is rounded by itself; the review allows as much (`receipts.review.reasons`).
ROUNDING_CENTS = 2


@dataclass(frozen=True)
class Sums:
    """By receipt of the snapshot: whether it could be checked, and by how much it is off.

    `off_cents` is the total less what it should be, 0 where all adds up.
    """

    checked: Mask
    off_cents: Ints

    @property
    def is_off(self) -> Mask:
        """Receipts that do not add up."""
        wrong: Mask = self.checked & (np.abs(self.off_cents) > ROUNDING_CENTS)
        return wrong


def check_lines(snapshot: Snapshot) -> Sums:
    """Lines against the total, or the net amount where prices are printed without tax."""
    receipts = snapshot.receipts("total_cents", "subtotal_cents", "tax_cents")
    total, subtotal, tax = (_cents(receipts[name]) for name in receipts.column_names)
    lines = snapshot.lines("receipt_row", "amount_cents", "discount_cents")
    rows = lines["receipt_row"].to_numpy().astype(np.int64)
    amounts = _cents(lines["amount_cents"]) - _cents(lines["discount_cents"])
    summed = np.bincount(rows, np.nan_to_num(amounts), len(total))
    checked = (np.bincount(rows, minlength=len(total)) > 0) & ~np.isnan(total)
    goals = np.stack([total, subtotal, total - tax])
    distance = np.where(np.isnan(goals), np.inf, np.abs(goals - summed))
    off = goals[distance.argmin(axis=0), np.arange(len(total))] - summed
    return Sums(checked, np.where(checked, np.nan_to_num(off), 0).round().astype(np.int64))


def check_taxes(snapshot: Snapshot) -> Sums:
    """Net amount and tax against the total, where a receipt states all three."""
    receipts = snapshot.receipts("total_cents", "subtotal_cents", "tax_cents")
    total, subtotal, tax = (_cents(receipts[name]) for name in receipts.column_names)
    off = total - subtotal - tax
    # Some call the amount with tax their subtotal; that adds up as well.
    off = np.where(total == subtotal, 0.0, off)
    checked = ~np.isnan(off)
    return Sums(checked, np.nan_to_num(off).round().astype(np.int64))


def _cents(column: pa.ChunkedArray) -> Floats:
    values: Floats = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return values
