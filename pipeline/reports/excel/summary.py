"""The first sheet: totals, checks, charts, and what makes the totals up."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from pipeline.reports.excel.blocks import BlockSheet, Placed
from pipeline.reports.excel.charts import ROWS_HIGH, WIDTH_PX, ChartPlan, insert_chart
from pipeline.reports.excel.facts import Facts, of_currency
from pipeline.reports.excel.footprint_blocks import build_footprint
from pipeline.reports.excel.group_blocks import (
    MOST_GROUPS,
    build_groups,
    build_over_time,
    by_category,
    by_merchant,
)
from pipeline.reports.excel.money_blocks import (
    AMOUNT,
    LABEL,
    THIRD,
    build_checks,
    build_taxes,
    build_totals,
)
from pipeline.reports.excel.styles import Styles
from pipeline.reports.figures.types import Step

WIDTHS = (34, 8, 11, 17, 17, 15, 24, 17, 14)
# Of a long list, so many bars are told apart.
MOST_BARS = 10
CHART_GAP_PX = 14


def write_summary(book: Any, sheet: BlockSheet, facts: Facts) -> Placed | None:
    """All blocks of the sheet; where the totals stand, None where there is no receipt."""
    for column, width in enumerate(WIDTHS):
        sheet.sheet.set_column(column, column, width)
    if facts.figures.is_empty:
        return None
    totals = sheet.add(partial(build_totals, facts))
    charts_row = sheet.leave(ROWS_HIGH + 1)
    _mark_checks(sheet, sheet.add(partial(build_checks, facts, totals=totals.cell)))
    sheet.add(partial(build_footprint, facts))
    steps, months = _starts(facts)
    if len(months) > 1:
        over_time = _add_over_time(sheet, facts, months, "month")
    sheet.add(partial(build_taxes, facts))
    categories = sheet.add(partial(build_groups, facts, by_category(facts), totals=totals.cell))
    sheet.add(partial(build_groups, facts, by_merchant(facts), totals=totals.cell))
    if facts.figures.step != "month" or len(months) == 1:
        over_time = _add_over_time(sheet, facts, steps, facts.figures.step)
    plans = _charts(facts, over_time, len(steps), categories)
    for place, plan in enumerate(plans):
        insert_chart(book, sheet.sheet, charts_row, place * (WIDTH_PX + CHART_GAP_PX), plan)
    return totals


def _add_over_time(sheet: BlockSheet, facts: Facts, starts: Sequence[date], step: Step) -> Placed:
    return sheet.add(partial(build_over_time, facts, step, starts))


def _starts(facts: Facts) -> tuple[list[date], list[date]]:
    """The first days of the figures' steps, and of the months of the period, these unclipped."""
    points = facts.currencies[0].points
    period = facts.figures.period
    first, last = period.first, period.last
    months = [
        date(count // 12, count % 12 + 1, 1)
        for count in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    return [point.start for point in points], months


def _charts(
    facts: Facts, over_time: Placed, steps: int, categories: Placed
) -> tuple[ChartPlan, ...]:
    main = facts.currencies[0].currency
    code = f", {main}" if main else ""
    days = "d mmm" if facts.figures.step != "month" else "mmm yy"
    time_title = facts.say(f"over.{facts.figures.step}") + code
    spending = ChartPlan(
        "column", time_title, over_time, LABEL, AMOUNT, 0, steps - 1, "count", days
    )
    found = min(len(of_currency(facts.lines, main)), MOST_GROUPS, MOST_BARS)
    if not found:
        return (spending,)
    title = facts.say("categories") + code
    largest = ChartPlan("bar", title, categories, LABEL, AMOUNT, 0, found - 1, "count")
    return spending, largest


def _mark_checks(sheet: BlockSheet, checks: Placed) -> None:
    """Colour what holds, and what a person should see."""
    if not checks.block.rows:
        return
    styles: Styles = sheet.styles
    reach = (checks.first, THIRD + 1, checks.last, THIRD + 1)
    okay = {"type": "cell", "criteria": "==", "value": '"OK"', "format": styles.good()}
    sheet.sheet.conditional_format(*reach, okay)
    other = {"type": "cell", "criteria": "!=", "value": '"OK"', "format": styles.differing()}
    sheet.sheet.conditional_format(*reach, other)
