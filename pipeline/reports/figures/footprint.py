"""What was bought weighs: by category, the heaviest lines, and what could not be weighed."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.receipts.find.filters import GRADES
from pipeline.reports.figures.tables import Tables, group_by, share_of, to_kg, total
from pipeline.reports.figures.types import (
    CategoryFootprint,
    FootprintFigures,
    HeavyLine,
    UnknownLine,
)

HEAVIEST = 20
UNKNOWN = 20


def footprint_of(tables: Tables) -> FootprintFigures:
    """Sums over all currencies. A line that cost nothing, or gives money back, is not unknown."""
    receipts, lines = tables.receipts, tables.lines
    is_weighed = pc.is_valid(lines["kg_co2e"])
    weighed = lines.filter(is_weighed)
    unknown = lines.filter(pc.and_(pc.invert(is_weighed), pc.greater(lines["net_cents"], 0)))
    return FootprintFigures(
        kg_co2e=to_kg(total(receipts["kg_co2e"])),
        low=to_kg(total(receipts["kg_co2e_low"])),
        high=to_kg(total(receipts["kg_co2e_high"])),
        coverage=_coverage(lines),
        weighed_lines=weighed.num_rows,
        unknown_lines=unknown.num_rows,
        categories=_categories(weighed),
        heaviest=_heaviest(weighed, tables.everything),
        unknown=_unknown(unknown),
        grades=_grades(receipts),
    )


def _coverage(lines: pa.Table) -> float | None:
    """By money within a currency; between currencies, which do not add up, by their lines."""
    paid = pc.max_element_wise(lines["net_cents"], 0)
    table = pa.table(
        {
            "currency": lines["currency"],
            "paid": paid,
            "covered": pc.if_else(pc.is_valid(lines["kg_co2e"]), paid, 0),
        }
    )
    rows = group_by(table, ["currency"], [([], "count_all"), ("paid", "sum"), ("covered", "sum")])
    known = [row for row in rows if row["paid_sum"]]
    shares = sum(row["count_all"] * row["covered_sum"] / row["paid_sum"] for row in known)
    count = sum(row["count_all"] for row in known)
    return share_of(shares, count) if count else None


def _categories(weighed: pa.Table) -> tuple[CategoryFootprint, ...]:
    wanted = ["category", "mass_kg", "kg_co2e", "kg_co2e_low", "kg_co2e_high"]
    sums = [([], "count_all"), *((name, "sum") for name in wanted[1:])]
    rows = [
        CategoryFootprint(
            category=row["category"],
            lines=row["count_all"],
            mass_kg=to_kg(row["mass_kg_sum"]),
            kg_co2e=to_kg(row["kg_co2e_sum"]),
            low=to_kg(row["kg_co2e_low_sum"]),
            high=to_kg(row["kg_co2e_high_sum"]),
        )
        for row in group_by(weighed.select(wanted), ["category"], sums)
    ]
    return tuple(
        sorted(rows, key=lambda row: (-row.kg_co2e, row.category is None, row.category or ""))
    )


def _heaviest(weighed: pa.Table, receipts: pa.Table) -> tuple[HeavyLine, ...]:
    kg = weighed["kg_co2e"].to_numpy()
    if len(kg) > HEAVIEST:
        # Equally heavy ones at the end of the list are told apart below.
        least = np.partition(kg, -HEAVIEST)[-HEAVIEST]
        weighed = weighed.filter(pa.array(kg >= least))
    rows = weighed.to_pylist()
    rows.sort(key=lambda row: (-row["kg_co2e"], row["receipt_row"], row["position"]))
    return tuple(_heavy_line(row, receipts) for row in rows[:HEAVIEST])


def _heavy_line(row: dict[str, Any], receipts: pa.Table) -> HeavyLine:
    receipt = receipts.slice(row["receipt_row"], 1).to_pylist()[0]
    return HeavyLine(
        receipt_id=receipt["receipt_id"],
        merchant=receipt["merchant"],
        bought_on=receipt["bought_on"],
        description=row["description"],
        amount_cents=row["net_cents"],
        currency=row["currency"],
        factor=row["factor"],
        kg_co2e=to_kg(row["kg_co2e"]),
    )


def _unknown(unknown: pa.Table) -> tuple[UnknownLine, ...]:
    # Plain texts can be compared, names in a dictionary cannot.
    unknown = unknown.select(["line_key", "currency", "net_cents"]).append_column(
        "description", unknown["description"].cast(pa.string())
    )
    rows = group_by(
        unknown,
        ["line_key", "currency"],
        [([], "count_all"), ("net_cents", "sum"), ("description", "min")],
    )
    rows.sort(
        key=lambda row: (
            *(-row["net_cents_sum"], -row["count_all"], row["line_key"]),
            row["currency"] or "",
        )
    )
    return tuple(
        UnknownLine(
            description=row["description_min"],
            lines=row["count_all"],
            amount_cents=row["net_cents_sum"],
            currency=row["currency"],
        )
        for row in rows[:UNKNOWN]
    )


def _grades(receipts: pa.Table) -> dict[str, int]:
    rows = group_by(receipts.select(["grade"]), ["grade"], [([], "count_all")])
    counts = {row["grade"]: row["count_all"] for row in rows}
    return {grade: counts.get(grade, 0) for grade in GRADES}
