"""Anomalies: receipts and days that stand out, payments that may be double, days without any."""

from pipeline.reports.analysis.findings import Finding, Findings, counted, sort_by_weight
from pipeline.reports.analysis.purchases import read_purchases
from pipeline.reports.analysis.sections.double_payments import find_pairs, say_pairs
from pipeline.reports.analysis.sections.gaps import find_gap
from pipeline.reports.analysis.sections.outliers import (
    LEAST_OF_MERCHANT,
    find_days,
    find_receipts,
    say_days,
    say_receipts,
    scatter,
)
from pipeline.reports.snapshot.job import Snapshots


def research(snapshots: Snapshots) -> Findings:
    """Each test with its own level; what is found is to be looked at, not proven wrong."""
    bought = read_purchases(snapshots.current)
    receipts, tested = find_receipts(bought)
    days, pairs = find_days(bought), find_pairs(bought)
    told = [say_receipts(receipts, bought), say_pairs(pairs, bought), say_days(days, bought)]
    found = [finding for finding, _table in told if finding]
    found += find_gap(bought)
    if not found:
        found = [Finding("none", {"receipts": counted("receipts", len(bought))}, 0.3)]
    return Findings(
        "anomalies",
        found=tuple(sort_by_weight(found)),
        limits=tuple(_limits(len(bought) - tested)),
        charts=(scatter(bought, receipts),),
        tables=tuple(table for _finding, table in told if table),
    )


def _limits(untested: int) -> list[Finding]:
    if not untested:
        return []
    values = {
        "receipts": counted("receipts", untested),
        "needed": counted("", LEAST_OF_MERCHANT),
    }
    return [Finding("merchants_too_small", values)]
