"""How much of a period persons looked at, and what was handed over twice."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.figures.tables import Tables, group_by, total
from pipeline.reports.figures.types import ReviewFigures


def review_of(tables: Tables) -> ReviewFigures:
    """Every receipt is one of waiting, corrected, accepted and untouched, in this order."""
    receipts = tables.receipts
    waiting = receipts["needs_review"]
    corrected = pc.and_not(receipts["is_corrected"], waiting)
    seen = pc.or_(waiting, corrected)
    accepted = pc.and_not(pc.is_valid(receipts["reviewed_at"]), seen)
    untouched = pc.invert(pc.or_(seen, accepted))
    discarded = tables.everything.filter(tables.everything["is_discarded"])
    return ReviewFigures(
        receipts=receipts.num_rows,
        untouched=total(untouched),
        waiting=total(waiting),
        accepted=total(accepted),
        corrected=total(corrected),
        suspected_duplicates=receipts.num_rows - receipts["duplicate_of"].null_count,
        discarded_duplicates=discarded.num_rows,
        duplicate_cents=_cents_by_currency(discarded),
        reasons=_count_reasons(receipts),
    )


def _cents_by_currency(discarded: pa.Table) -> dict[str, int]:
    wanted = ["currency", "total_cents"]
    rows = group_by(discarded.select(wanted), ["currency"], [("total_cents", "sum")])
    cents = {row["currency"] or "": row["total_cents_sum"] or 0 for row in rows}
    return dict(sorted(cents.items()))


def _count_reasons(receipts: pa.Table) -> dict[str, int]:
    rows = group_by(receipts.select(["review_reasons"]), ["review_reasons"], [([], "count_all")])
    counts: Counter[str] = Counter()
    for row in rows:
        # A receipt may give a reason twice, and counts once.
        for code in set((row["review_reasons"] or "").split(",")) - {""}:
            counts[code] += row["count_all"]
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
