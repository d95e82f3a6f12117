"""The columns that figures are computed of: discarded duplicates left out, money of lines net."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.snapshot.read import Snapshot

RECEIPT_COLUMNS = (
    *("receipt_id", "merchant", "merchant_key", "bought_on", "currency", "total_cents"),
    *("tax_cents", "kg_co2e", "kg_co2e_low", "kg_co2e_high", "grade", "needs_review"),
    *("is_corrected", "reviewed_at", "review_reasons", "duplicate_of", "is_discarded"),
)
LINE_COLUMNS = (
    *("receipt_row", "position", "description", "line_key", "amount_cents", "discount_cents"),
    *("category", "factor", "mass_kg", "kg_co2e", "kg_co2e_low", "kg_co2e_high"),
)


@dataclass(frozen=True)
class Tables:
    """The tables of a snapshot, joined as far as figures need it.

    `everything` are all receipts, `receipts` those that are not discarded: with `row`, `lines`
    (how many) and `group` (the merchant's key). `lines` and `taxes` are those of the latter, with
    the receipt's `currency`; lines have `net_cents`, what is paid for them.
    """

    everything: pa.Table
    receipts: pa.Table
    lines: pa.Table
    taxes: pa.Table


def load_tables(snapshot: Snapshot) -> Tables:
    """Read what figures are made of: some 120 bytes a line."""
    everything = snapshot.receipts(*RECEIPT_COLUMNS)
    lines = snapshot.lines(*LINE_COLUMNS)
    counts = np.bincount(lines["receipt_row"].to_numpy(), minlength=everything.num_rows)
    everything = (
        everything.append_column("row", pa.array(np.arange(everything.num_rows)))
        .append_column("lines", pa.array(counts))
        .append_column("group", group_of(everything))
    )
    kept = pc.invert(everything["is_discarded"])
    net = pc.subtract(lines["amount_cents"], lines["discount_cents"])
    lines = lines.append_column("net_cents", net).drop_columns(["amount_cents", "discount_cents"])
    return Tables(
        everything=everything,
        receipts=everything.filter(kept),
        lines=_join(lines, everything, kept),
        taxes=_join(snapshot.taxes(), everything, kept),
    )


def group_by(
    table: pa.Table, keys: Sequence[str], sums: Iterable[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """One row for each group, with the aggregates of Arrow under names such as `net_cents_sum`."""
    # With threads the order of additions, and so the last digit, would be another each time.
    groups = table.group_by(list(keys), use_threads=False).aggregate(list(sums))
    rows: list[dict[str, Any]] = groups.to_pylist()
    return rows


def of_currency(table: pa.Table, currency: str | None) -> pa.Table:
    """The rows of one currency; None are those that do not say which."""
    column = table["currency"]
    wanted = pc.is_null(column) if currency is None else pc.equal(column, currency)
    return table.filter(pc.fill_null(wanted, False))


def total(column: pa.ChunkedArray) -> Any:
    """The sum, 0 of nothing; None counts nothing."""
    return pc.sum(column, min_count=0).as_py()


def share_of(part: float, whole: float) -> float:
    """A part as share of the whole; 0 of nothing."""
    return round(part / whole, 6) if whole else 0.0


def to_kg(value: float | None) -> float:
    """To a tenth of a gram, so that no order of additions shows."""
    return round(value or 0.0, 4)


def group_of(receipts: pa.Table) -> pa.ChunkedArray:
    """What receipts of one merchant share: its key, or its name where there is none."""
    # Receipts of older versions have a name and no key; a name without letters has an empty one.
    key = _plain(receipts["merchant_key"])
    known = pc.if_else(pc.equal(key, ""), pa.scalar(None, pa.string()), key)
    return pc.coalesce(known, _plain(receipts["merchant"]))


def _join(rows: pa.Table, everything: pa.Table, kept: pa.ChunkedArray) -> pa.Table:
    places = rows["receipt_row"]
    joined = rows.append_column("currency", everything["currency"].take(places))
    if pc.all(kept).as_py() is not False:
        return joined
    return joined.filter(kept.take(places))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
