"""Spending over time: bars with the period before, and the steps as a table."""

from pipeline.reports.figures.types import CurrencyFigures
from pipeline.reports.pdf.charts.time_bars import HEIGHT, draw_time_bars
from pipeline.reports.pdf.headings import SENTENCE_ROOM, draw_subsection, draw_text
from pipeline.reports.pdf.spending_bars import make_time_bars
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told


def draw_spending(told: Told) -> None:
    """Draw the section below its heading: the first currency with a table, others without."""
    blocks = told.figures.currencies
    for at, block in enumerate(blocks):
        if len(blocks) > 1:
            draw_subsection(told.paper, told.currency_name(block.currency), SENTENCE_ROOM + HEIGHT)
        _draw_bars(told, block)
        if at == 0 and len(block.points) > 1:
            keep_below = table_height(sum(1 for point in block.points if point.receipts) + 1)
            draw_subsection(told.paper, told.say(f"by_step.{told.figures.step}"), keep_below)
            _draw_steps(told, block)


def _draw_bars(told: Told, block: CurrencyFigures) -> None:
    chart = make_time_bars(told, block)
    draw_text(told.paper, chart.alt)
    draw_time_bars(told.paper, chart)


def _draw_steps(told: Told, block: CurrencyFigures) -> None:
    plain, step = told.plain, told.figures.step
    name = told.texts.month if step == "month" else told.texts.day
    columns = (
        Column(told.say(f"step.{step}"), 2),
        Column(told.say("receipts"), 1.2, is_figure=True),
        Column(told.unit("spent", block.currency), 2, is_figure=True),
        Column(told.say("share"), 1, is_figure=True),
        Column("kg CO2e", 1.4, is_figure=True),
    )
    whole = block.spent_cents
    rows = (
        (
            name(point.start),
            plain.count(point.receipts),
            plain.money(point.spent_cents),
            told.texts.percent(point.spent_cents / whole if whole else None, 1),
            plain.kg(point.kg_co2e or None),
        )
        for point in block.points
        if point.receipts
    )
    weight = sum(point.kg_co2e for point in block.points)
    shown = (plain.count(block.receipts), plain.money(whole), "", plain.kg(weight))
    draw_table(told.paper, columns, rows, (told.say("total"), *shown))
