"""The sheet of how reading went, and of what people looked at."""

from functools import partial
from typing import Any

from pipeline.reports.excel.blocks import BlockSheet
from pipeline.reports.excel.facts import Facts
from pipeline.reports.excel.quality_blocks import (
    build_codes,
    build_duplicate_money,
    build_processing,
    build_review,
    build_times,
)

WIDTHS = (84, 14, 14)


def write_quality(book: Any, sheet: BlockSheet, facts: Facts) -> None:
    """All blocks of the sheet; it has no chart."""
    del book
    for column, width in enumerate(WIDTHS):
        sheet.sheet.set_column(column, column, width)
    figures = facts.figures
    sheet.add(partial(build_processing, facts))
    if figures.quality.mean_run_s is not None:
        sheet.add(partial(build_times, facts))
    if figures.quality.failures:
        sheet.add(partial(build_codes, facts, "failures", figures.quality.failures))
    sheet.add(partial(build_review, facts))
    if figures.review.reasons:
        sheet.add(partial(build_codes, facts, "reasons", figures.review.reasons))
    if figures.review.duplicate_cents:
        sheet.add(partial(build_duplicate_money, facts))
    if figures.undated:
        undated = facts.say("quality.undated", n=facts.texts.number(figures.undated))
        sheet.say(undated, sheet.styles.note())
