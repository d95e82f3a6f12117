"""Data quality: what is missing, unsure or does not add up, and where it gathers."""

from dataclasses import dataclass

import numpy as np

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    Table,
    counted,
    share,
    sort_by_weight,
    text,
    word,
)
from pipeline.reports.analysis.purchases import Mask, Names, read_merchants, top
from pipeline.reports.analysis.sections.arithmetic import Sums, check_lines, check_taxes
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.analysis.statistics.tails import adjust, hypergeometric_tail
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.snapshot.read import Snapshot

FIELDS = ("merchant", "total_cents", "currency", "tax_cents", "payment_method", "number")
LEAST_OF_MERCHANT = 10
ROWS = 15
# Shares of what is complete from which on the reader need not be told.
GOOD = 0.98


@dataclass(frozen=True)
class _Receipts:
    """Receipts that were read and count; `kept` are their places in the snapshot."""

    kept: Mask
    merchants: Names
    waits: Mask
    unsure: Mask

    def __len__(self) -> int:
        return int(self.kept.sum())


def research(snapshots: Snapshots) -> Findings:
    """Counts of the snapshot as it was taken; merchants by Fisher's test against all others."""
    snapshot = snapshots.current
    receipts = _read(snapshot)
    lines, taxes = check_lines(snapshot), check_taxes(snapshot)
    complete = _completeness(snapshot, receipts)
    rest = [
        *_incomplete(complete, receipts),
        *_sums(snapshot, receipts, lines, taxes),
        *_unread(snapshot),
        *_undated(snapshot),
        *_gathered(receipts),
        *_unknown_lines(snapshot),
    ]
    return Findings(
        "data_quality",
        found=(_overall(receipts), *sort_by_weight(rest)),
        charts=(_chart(complete),),
        tables=tuple(_tables(snapshot, receipts, lines)),
    )


def _read(snapshot: Snapshot) -> _Receipts:
    table = snapshot.receipts()
    flags = [
        table[name].fill_null(False).to_numpy()
        for name in ("is_discarded", "needs_review", "was_unsure")
    ]
    kept = ~flags[0] & table["confidence"].is_valid().to_numpy()
    return _Receipts(kept, read_merchants(table, kept), flags[1] & kept, flags[2] & kept)


def _overall(receipts: _Receipts) -> Finding:
    waiting, unsure = int(receipts.waits.sum()), int(receipts.unsure.sum())
    values = {
        "receipts": counted("receipts", len(receipts)),
        "all": counted("", len(receipts)),
        "waiting": counted("receipts", waiting),
        "waiting_share": share(waiting / max(len(receipts), 1)),
        "sure": share(1 - unsure / max(len(receipts), 1)),
    }
    return Finding("reviewed" if not waiting else "waiting", values, 0.6)


def _completeness(snapshot: Snapshot, receipts: _Receipts) -> list[tuple[str, float]]:
    """Share of the receipts that state each field, and of those that have a line."""
    table = snapshot.receipts(*FIELDS)
    count = max(len(receipts), 1)
    stated = [
        (name, float((table[name].is_valid().to_numpy() & receipts.kept).sum()) / count)
        for name in FIELDS
    ]
    rows = snapshot.lines("receipt_row")["receipt_row"].to_numpy()
    has_line = np.bincount(rows, minlength=len(receipts.kept)) > 0
    return [*stated, ("lines", float((has_line & receipts.kept).sum()) / count)]


def _incomplete(complete: list[tuple[str, float]], receipts: _Receipts) -> list[Finding]:
    """The field that is missing most, among those that bookkeeping cannot do without."""
    needed = [(name, part) for name, part in complete if name in (*FIELDS[:4], "lines")]
    name, part = min(needed, key=lambda pair: pair[1])
    if part >= GOOD:
        return [Finding("complete", {"share": share(part)}, 0.3)]
    missing = round((1 - part) * len(receipts))
    values = {
        "field": word(f"field.{name}"),
        "receipts": counted("receipts", missing),
        "share": share(1 - part),
    }
    return [Finding("incomplete", values, 0.4)]


def _sums(snapshot: Snapshot, receipts: _Receipts, lines: Sums, taxes: Sums) -> list[Finding]:
    found = []
    for kind, sums in (("lines_off", lines), ("taxes_off", taxes)):
        checked, off = int((sums.checked & receipts.kept).sum()), sums.is_off & receipts.kept
        if not off.any():
            continue
        ids = snapshot.receipts("receipt_id")["receipt_id"]
        worst = top(np.where(off, np.abs(sums.off_cents), 0), min(ROWS, int(off.sum())))
        values = {
            "receipts": counted("receipts", int(off.sum())),
            "checked": counted("", checked),
            "share": share(float(off.sum()) / checked),
        }
        refs = tuple(ids[at].as_py() for at in worst)
        found.append(Finding(kind, values, min(0.4 + float(off.sum()) / checked, 0.9), None,
                             None, refs))  # fmt: skip
    return found


def _unread(snapshot: Snapshot) -> list[Finding]:
    quality = snapshot.quality
    if not quality.failed:
        return []
    rate = quality.failed / max(quality.completed + quality.failed, 1)
    values = {"failed": counted("files", quality.failed), "share": share(rate)}
    return [Finding("unread", values, min(0.4 + rate, 0.9))]


def _undated(snapshot: Snapshot) -> list[Finding]:
    if not snapshot.undated:
        return []
    return [Finding("undated", {"receipts": counted("receipts", snapshot.undated)}, 0.45)]


def _gathered(receipts: _Receipts) -> list[Finding]:
    """Merchants whose receipts are read unsurely more often than those of all others are."""
    codes, size = receipts.merchants.codes, len(receipts.merchants.labels)
    known = receipts.kept & (codes >= 0)
    counts = np.bincount(codes[known], minlength=size)
    unsure = np.bincount(codes[known & receipts.unsure], minlength=size)
    total, all_unsure = int(counts.sum()), int(unsure.sum())
    tested = [at for at in range(size) if LEAST_OF_MERCHANT <= counts[at] < total]
    chances = [(all_unsure - int(unsure[at])) / (total - int(counts[at])) for at in tested]
    p_values = adjust(
        [hypergeometric_tail(int(unsure[at]), int(counts[at]), all_unsure, total) for at in tested]
    )
    found = [
        _say_gathered(receipts.merchants.labels[at], int(unsure[at]), int(counts[at]), chance, p)
        for at, chance, p in zip(tested, chances, p_values.tolist(), strict=True)
        if p <= LEVEL
    ]
    return sorted(found, key=lambda one: -one.weight)[:3]


def _say_gathered(name: str, unsure: int, count: int, chance: float, p_value: float) -> Finding:
    values = {
        "merchant": text(name),
        "share": share(unsure / count),
        "others": share(chance),
        "receipts": counted("receipts", count),
    }
    return Finding("gathered", values, min(0.4 + unsure / count / 2, 0.8), "fisher", p_value)


def _unknown_lines(snapshot: Snapshot) -> list[Finding]:
    lines = snapshot.lines("kg_co2e", "amount_cents")
    if not lines.num_rows:
        return []
    unknown = ~lines["kg_co2e"].is_valid().to_numpy()
    if not unknown.any():
        return []
    cents = np.maximum(lines["amount_cents"].fill_null(0).to_numpy(), 0)
    part = float(cents[unknown].sum() / max(cents.sum(), 1))
    values = {"lines": counted("lines", int(unknown.sum())), "share": share(part)}
    return [Finding("unknown_lines", values, min(0.25 + part / 2, 0.7))]


def _chart(complete: list[tuple[str, float]]) -> Chart:
    across = Column("field", "word", tuple(f"field.{name}" for name, _ in complete))
    stated = Column("stated", "share", tuple(part for _, part in complete))
    return Chart("completeness", "ranking", across, (stated,))


def _tables(snapshot: Snapshot, receipts: _Receipts, lines: Sums) -> list[Table]:
    off = lines.is_off & receipts.kept
    if not off.any():
        return []
    table = snapshot.receipts("receipt_id", "bought_on", "currency", "total_cents")
    places = top(np.where(off, np.abs(lines.off_cents), 0), min(ROWS, int(off.sum())))
    picked = [table.slice(at, 1).to_pylist()[0] for at in places]
    codes = [int(receipts.merchants.codes[at]) for at in places]
    labels = tuple(receipts.merchants.labels[code] if code >= 0 else None for code in codes)
    days = tuple(row["bought_on"].isoformat() if row["bought_on"] else None for row in picked)
    currencies = {row["currency"] for row in picked}
    currency = currencies.pop() if len(currencies) == 1 else None
    columns = (
        Column("receipt", "receipt", tuple(row["receipt_id"] for row in picked)),
        Column("merchant", "text", labels),
        Column("day", "day", days),
        Column("total", "money", tuple(row["total_cents"] for row in picked), currency),
        Column("off", "money", tuple(int(lines.off_cents[at]) for at in places), currency),
    )
    return [Table("lines_off", columns, int(off.sum()))]
