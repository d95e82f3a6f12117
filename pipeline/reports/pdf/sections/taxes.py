"""Taxes by rate, as the receipts state them."""

from pipeline.reports.figures.types import CurrencyFigures, TaxRow
from pipeline.reports.pdf.headings import SENTENCE_ROOM, draw_note, draw_subsection, draw_text
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told


def draw_taxes(told: Told) -> None:
    """Draw the section below its heading."""
    for block in told.figures.currencies:
        if len(told.figures.currencies) > 1:
            keep_below = SENTENCE_ROOM + table_height(len(block.taxes) + 1)
            draw_subsection(told.paper, told.currency_name(block.currency), keep_below)
        _draw_sentence(told, block)
        if block.taxes:
            _draw_rates(told, block)
        if block.untaxed_receipts:
            draw_note(told.paper, told.count("missing.tax", block.untaxed_receipts))
    draw_note(told.paper, told.say("taxes.note"))


def _draw_sentence(told: Told, block: CurrencyFigures) -> None:
    net = block.spent_cents - block.tax_cents
    share = block.tax_cents / net if net > 0 else None
    said = told.say(
        "taxes.sentence" if block.tax_cents else "taxes.none",
        tax=told.texts.money(block.tax_cents, block.currency),
        spent=told.texts.money(block.spent_cents, block.currency),
        share=told.texts.percent(share, 1),
    )
    draw_text(told.paper, said)


def _effective(row: TaxRow) -> float | None:
    """The tax that is printed with its base over that base, 0..1; None where none is."""
    return row.amount_on_base_cents / row.base_cents if row.base_cents else None


def _draw_rates(told: Told, block: CurrencyFigures) -> None:
    plain, texts, unit = told.plain, told.texts, block.currency
    columns = (
        Column(told.say("rate"), 2),
        Column(told.say("receipts"), 1.2, is_figure=True),
        Column(told.unit("base", unit), 2, is_figure=True),
        Column(told.unit("tax", unit), 2, is_figure=True),
        Column(told.say("effective"), 1.3, is_figure=True),
    )
    rows = (
        (
            told.say("no_rate") if row.rate is None else texts.percent(row.rate / 100, 1),
            plain.count(row.receipts),
            plain.money(row.base_cents),
            plain.money(row.amount_cents),
            texts.percent(_effective(row), 1),
        )
        for row in block.taxes
    )
    stated = sum(row.amount_cents for row in block.taxes)
    total = (told.say("taxes.by_rate"), "", "", plain.money(stated), "")
    draw_table(told.paper, columns, rows, total)
