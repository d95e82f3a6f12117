"""Spending over time: bars with the period before, and the steps as a table."""

from pipeline.reports.figures.types import CurrencyFigures
from pipeline.reports.pdf.charts.time_bars import TimeBars, draw_time_bars
from pipeline.reports.pdf.headings import draw_subsection, draw_text
from pipeline.reports.pdf.tables import Column, draw_table
from pipeline.reports.pdf.told import Told


def draw_spending(told: Told) -> None:
    """Draw the section below its heading: the first currency with a table, others without."""
    blocks = told.figures.currencies
    for at, block in enumerate(blocks):
        if len(blocks) > 1:
            draw_subsection(told.paper, told.currency_name(block.currency), keep_below=240)
        _draw_bars(told, block)
        if at == 0 and len(block.points) > 1:
            draw_subsection(told.paper, told.say(f"by_step.{told.figures.step}"))
            _draw_steps(told, block)


def _draw_bars(told: Told, block: CurrencyFigures) -> None:
    unit, step = block.currency, told.figures.step
    before = told.before(unit)
    peak = max(block.points, key=lambda point: point.spent_cents)
    spent = told.texts.money(block.spent_cents, unit)
    said = told.say(
        f"spending.{step}" if len(block.points) > 1 else "spending.once",
        spent=spent,
        most=told.texts.money(peak.spent_cents, unit),
        when=told.texts.month(peak.start) if step == "month" else told.texts.day(peak.start),
    )
    draw_text(told.paper, said)
    draw_time_bars(
        told.paper,
        TimeBars(
            starts=[point.start for point in block.points],
            values=[point.spent_cents for point in block.points],
            previous=[point.spent_cents for point in before.points] if before else (),
            tick=lambda cents: told.tick(cents, unit),
            value=lambda cents: told.texts.money(round(cents), unit),
            name=lambda start: told.step_name(start, step),
            key=told.say(f"key.{step}"),
            previous_key=told.say("key.previous"),
            alt=said,
        ),
    )


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
            plain.kg(point.kg_co2e),
        )
        for point in block.points
        if point.receipts
    )
    weight = sum(point.kg_co2e for point in block.points)
    shown = (plain.count(block.receipts), plain.money(whole), "", plain.kg(weight))
    draw_table(told.paper, columns, rows, (told.say("total"), *shown))
