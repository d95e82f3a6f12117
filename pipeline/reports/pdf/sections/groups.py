"""Merchants and categories: the largest as bars, all of them as a table."""

from collections.abc import Sequence

from pipeline.reports.figures.types import CurrencyFigures, GroupRow
from pipeline.reports.pdf.charts.ranked_bars import RankedBar, bars_height, draw_ranked_bars
from pipeline.reports.pdf.headings import draw_note, draw_subsection
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told

BARS, BARS_BRIEFLY = 10, 5
# What nobody reads on paper is in the workbook.
MOST_ROWS = 200


def draw_merchants(told: Told) -> None:
    """Draw the section below its heading."""
    for block in told.figures.currencies:
        _draw_groups(told, block, block.merchants, "merchant")


def draw_categories(told: Told) -> None:
    """Draw the section below its heading; what is on no line is said below."""
    for block in told.figures.currencies:
        _draw_groups(told, block, block.categories, "category")
        if block.unitemised_cents:
            key = "missing.items" if block.unitemised_cents > 0 else "more_items"
            amount = told.texts.money(abs(block.unitemised_cents), block.currency)
            draw_note(told.paper, told.say(key, amount=amount))


def name_group(told: Told, row: GroupRow, kind: str) -> str:
    """Its name with a capital letter, or that it is not known."""
    if row.name is None:
        return told.say(f"no_{kind}")
    if kind == "category":
        return told.texts.category(row.name)
    return row.name[:1].upper() + row.name[1:]


def _draw_groups(told: Told, block: CurrencyFigures, rows: Sequence[GroupRow], kind: str) -> None:
    is_main = block is told.figures.currencies[0]
    if len(told.figures.currencies) > 1:
        bars = min(len(rows), (BARS if is_main else BARS_BRIEFLY) + 1)
        draw_subsection(told.paper, told.currency_name(block.currency), bars_height(bars))
    if not rows:
        draw_note(told.paper, told.say(f"none_{kind}"))
        return
    _draw_bars(told, block, rows, kind, BARS if is_main else BARS_BRIEFLY)
    if is_main:
        draw_subsection(told.paper, told.say(f"all_{kind}"), table_height(len(rows) + 1))
        _draw_table(told, block, rows, kind)


def _draw_bars(
    told: Told, block: CurrencyFigures, rows: Sequence[GroupRow], kind: str, most: int
) -> None:
    unit = block.currency
    first, rest = rows[:most], rows[most:]
    bars = [
        RankedBar(
            name_group(told, row, kind),
            row.spent_cents,
            told.texts.money(row.spent_cents, unit),
            told.texts.percent(row.share, 1),
        )
        for row in first
    ]
    if rest:
        cents = sum(row.spent_cents for row in rest)
        name = told.count(f"rest_{kind}", len(rest))
        share = told.texts.percent(sum(row.share for row in rest), 1)
        said = told.texts.money(cents, unit)
        bars.append(RankedBar(name, cents, said, share, is_rest=True))
    alt = ", ".join(f"{bar.name}: {bar.said}" for bar in bars)
    draw_ranked_bars(told.paper, bars, told.say(f"alt_{kind}", list=alt))


def _draw_table(told: Told, block: CurrencyFigures, rows: Sequence[GroupRow], kind: str) -> None:
    plain, percent = told.plain, told.texts.percent
    columns = (
        Column(told.say(kind), 4),
        Column(told.say("receipts"), 1.1, is_figure=True),
        Column(told.say("lines"), 1.1, is_figure=True),
        Column(told.unit("spent", block.currency), 1.8, is_figure=True),
        Column(told.say("share"), 1, is_figure=True),
        Column("kg CO2e", 1.3, is_figure=True),
    )
    shown = (
        (
            name_group(told, row, kind),
            plain.count(row.receipts),
            plain.count(row.lines),
            plain.money(row.spent_cents),
            percent(row.share, 1),
            # Nothing of it could be weighed: that is unknown, not 0.
            plain.kg(row.kg_co2e or None),
        )
        for row in rows[:MOST_ROWS]
    )
    total = (
        told.say("total"),
        # A receipt may have lines of several categories.
        plain.count(block.receipts) if kind == "merchant" else "",
        plain.count(sum(row.lines for row in rows)),
        plain.money(sum(row.spent_cents for row in rows)),
        percent(sum(row.share for row in rows), 1),
        plain.kg(sum(row.kg_co2e for row in rows)),
    )
    draw_table(told.paper, columns, shown, total)
    if len(rows) > MOST_ROWS:
        draw_note(told.paper, told.count("not_listed", len(rows) - MOST_ROWS))
