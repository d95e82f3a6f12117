"""What was spent: by merchant, category, time and tax rate, each currency by itself."""

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.figures.steps import Steps
from pipeline.reports.figures.tables import (
    Tables,
    group_by,
    of_currency,
    share_of,
    to_kg,
    total,
)
from pipeline.reports.figures.types import CurrencyFigures, GroupRow, TaxRow, TimePoint

LINE_COLUMNS = ["category", "receipt_row", "net_cents", "kg_co2e", "currency"]


def currencies_of(tables: Tables, steps: Steps) -> tuple[CurrencyFigures, ...]:
    """A block for each currency, the one with most receipts first, then by its code."""
    counts = group_by(tables.receipts.select(["currency"]), ["currency"], [([], "count_all")])
    counts.sort(key=lambda row: (-row["count_all"], row["currency"] is None, row["currency"]))
    names = name_merchants(tables.receipts)
    return tuple(_block(tables, row["currency"], names, steps) for row in counts)


def _block(
    tables: Tables, currency: str | None, names: dict[str, str], steps: Steps
) -> CurrencyFigures:
    receipts = of_currency(tables.receipts, currency)
    lines = of_currency(tables.lines.select(LINE_COLUMNS), currency)
    spent_cents = total(receipts["total_cents"])
    return CurrencyFigures(
        currency=currency,
        receipts=receipts.num_rows,
        without_total=receipts["total_cents"].null_count,
        spent_cents=spent_cents,
        tax_cents=total(receipts["tax_cents"]),
        untaxed_receipts=receipts["tax_cents"].null_count,
        unitemised_cents=spent_cents - total(lines["net_cents"]),
        merchants=_merchants(receipts, names, spent_cents),
        categories=_categories(lines, spent_cents),
        points=_points(receipts, steps),
        taxes=_taxes(of_currency(tables.taxes, currency)),
    )


def name_merchants(receipts: pa.Table) -> dict[str, str]:
    """The most common spelling of each merchant, of equally common ones the first in order."""
    spellings = group_by(
        receipts.select(["group", "merchant"]), ["group", "merchant"], [([], "count_all")]
    )
    known: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in spellings:
        if row["merchant"] is not None:
            known[row["group"]].append((-row["count_all"], row["merchant"]))
    return {group: min(found)[1] for group, found in known.items()}


def _merchants(receipts: pa.Table, names: dict[str, str], spent_cents: int) -> tuple[GroupRow, ...]:
    wanted = ["group", "lines", "total_cents", "kg_co2e"]
    sums = [([], "count_all"), *((name, "sum") for name in wanted[1:])]
    rows = [
        GroupRow(
            name=names.get(row["group"], row["group"]),
            receipts=row["count_all"],
            lines=row["lines_sum"],
            spent_cents=row["total_cents_sum"] or 0,
            share=share_of(row["total_cents_sum"] or 0, spent_cents),
            kg_co2e=to_kg(row["kg_co2e_sum"]),
        )
        for row in group_by(receipts.select(wanted), ["group"], sums)
    ]
    return tuple(sorted(rows, key=_largest_first))


def _categories(lines: pa.Table, spent_cents: int) -> tuple[GroupRow, ...]:
    sums = [
        *(([], "count_all"), ("receipt_row", "count_distinct")),
        *(("net_cents", "sum"), ("kg_co2e", "sum")),
    ]
    rows = [
        GroupRow(
            name=row["category"],
            receipts=row["receipt_row_count_distinct"],
            lines=row["count_all"],
            spent_cents=row["net_cents_sum"],
            share=share_of(row["net_cents_sum"], spent_cents),
            kg_co2e=to_kg(row["kg_co2e_sum"]),
        )
        for row in group_by(lines, ["category"], sums)
    ]
    return tuple(sorted(rows, key=_largest_first))


def _points(receipts: pa.Table, steps: Steps) -> tuple[TimePoint, ...]:
    places = steps.place(receipts["bought_on"].cast(pa.int32()).to_numpy())

    def sum_up(name: str | None) -> np.ndarray:
        weights = None if name is None else pc.fill_null(receipts[name], 0).to_numpy()
        return np.bincount(places, weights, minlength=len(steps.starts))

    counts, cents, kg = sum_up(None), sum_up("total_cents"), sum_up("kg_co2e")
    return tuple(
        TimePoint(start, int(counts[at]), int(cents[at]), to_kg(float(kg[at])))
        for at, start in enumerate(steps.starts)
    )


def _taxes(taxes: pa.Table) -> tuple[TaxRow, ...]:
    sums: list[tuple[Any, ...]] = [
        ("receipt_row", "count_distinct"),
        ("base_cents", "sum"),
        ("amount_cents", "sum"),
        ("on_base_cents", "sum"),
    ]
    on_base = pc.if_else(pc.is_valid(taxes["base_cents"]), taxes["amount_cents"], 0)
    taxes = taxes.append_column("on_base_cents", on_base)
    rows = [
        TaxRow(
            rate=row["rate"],
            receipts=row["receipt_row_count_distinct"],
            base_cents=row["base_cents_sum"],
            amount_cents=row["amount_cents_sum"] or 0,
            amount_on_base_cents=row["on_base_cents_sum"] or 0,
        )
        for row in group_by(taxes, ["rate"], sums)
    ]
    return tuple(sorted(rows, key=lambda row: (row.rate is None, row.rate)))


def _largest_first(row: GroupRow) -> tuple[Any, ...]:
    return (-row.spent_cents, -row.receipts, row.name is None, row.name or "")
