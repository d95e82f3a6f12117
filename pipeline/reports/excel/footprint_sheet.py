"""The sheet of what the purchases weigh: by category with ranges, grades, heaviest, unknown."""

from functools import partial
from typing import Any

from pipeline.reports.excel.blocks import BlockSheet
from pipeline.reports.excel.charts import ROWS_HIGH, ChartPlan, insert_chart
from pipeline.reports.excel.facts import Facts
from pipeline.reports.excel.footprint_blocks import (
    KG,
    NAME,
    build_categories,
    build_grades,
    build_heaviest,
    build_unknown,
)

WIDTHS = (38, 13, 15, 15, 13, 26, 13, 13, 11)
MOST_BARS = 10


def write_footprint(book: Any, sheet: BlockSheet, facts: Facts) -> None:
    """All blocks of the sheet."""
    for column, width in enumerate(WIDTHS):
        sheet.sheet.set_column(column, column, width)
    if not facts.category_weights:
        sheet.say(facts.say("noLines"), sheet.styles.heading())
        return
    chart_row = sheet.leave(ROWS_HIGH + 1)
    categories = sheet.add(partial(build_categories, facts))
    total = categories.cell(len(facts.category_weights), KG).rpartition("!")[2]
    if facts.figures.footprint.heaviest:
        sheet.add(partial(build_heaviest, facts, total_cell=total))
    if facts.figures.footprint.unknown:
        sheet.add(partial(build_unknown, facts))
    sheet.add(partial(build_grades, facts))
    found = sum(1 for group in facts.category_weights[:MOST_BARS] if group.sums["kg_co2e"] > 0)
    last = max(found - 1, 0)
    title = facts.say("footprintBy")
    plan = ChartPlan("bar", title, categories, NAME, KG, 0, last, "weight")
    insert_chart(book, sheet.sheet, chart_row, 0, plan)
