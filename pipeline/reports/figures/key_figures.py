"""The few figures of a report that lists, mails and comparisons show; kept with its row."""

from typing import Any

from pipeline.reports.figures.types import Figures


def key_figures(figures: Figures) -> dict[str, Any]:
    """As `Report.figures` holds them: money in cents, shares 0..1, None where nothing is known.

    `nothingBefore` is the day with which receipts begin, where that is why nothing is compared.
    """
    values = _of_period(figures)
    values["previous"] = None if figures.previous is None else _of_period(figures.previous)
    values["nothingBefore"] = figures.nothing_before and figures.nothing_before.isoformat()
    return values


def _of_period(figures: Figures) -> dict[str, Any]:
    review = figures.review
    return {
        "receipts": figures.receipts,
        "merchants": figures.merchants,
        "lines": figures.lines,
        "spent": [
            {"currency": one.currency, "cents": one.spent_cents} for one in figures.currencies
        ],
        "tax": [{"currency": one.currency, "cents": one.tax_cents} for one in figures.currencies],
        "kgCO2e": figures.footprint.kg_co2e,
        "coverage": figures.footprint.coverage,
        "untouchedShare": review.untouched / review.receipts if review.receipts else None,
        "successRate": figures.quality.success_rate,
    }
