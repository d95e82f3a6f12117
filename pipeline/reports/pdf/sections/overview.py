"""Overview: the period in two sentences, its figures beside those before, what is not in them."""

from collections.abc import Iterator

from pipeline.reports.figures.types import CurrencyFigures, Figures
from pipeline.reports.pdf.headings import draw_list, draw_subsection, draw_text
from pipeline.reports.pdf.measures import COUNTS, MONEY, SHARES
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told

Row = tuple[str, ...]


def draw_overview(told: Told) -> None:
    """Draw the section below its heading."""
    for sentence in _sentences(told):
        draw_text(told.paper, sentence)
    _draw_figures(told)
    notes = list(_list_missing(told))
    if notes:
        draw_subsection(told.paper, told.say("not_included"))
        draw_list(told.paper, notes)


def _sentences(told: Told) -> Iterator[str]:
    figures, texts = told.figures, told.texts
    main = figures.currencies[0]
    spent = texts.money(main.spent_cents, main.currency)
    yield told.say(
        "overview.sentence",
        receipts=_say_receipts(told, main),
        spent=spent,
        largest=_largest(told),
    )
    if told.uncompared:
        yield f"{told.uncompared}."
    before = told.before(main.currency)
    if before is not None and before.spent_cents:
        key = "more" if main.spent_cents >= before.spent_cents else "less"
        yield told.say(
            f"overview.{key}",
            difference=texts.money(abs(main.spent_cents - before.spent_cents), main.currency),
            before=texts.money(before.spent_cents, main.currency),
        )


def _say_receipts(told: Told, block: CurrencyFigures) -> str:
    """Which receipts are counted: of the one currency, those without a total among them."""
    said = told.texts.count("receipts", block.receipts)
    if len(told.figures.currencies) > 1:
        key = "in_currency" if block.currency else "of_unstated"
        said = told.say(f"overview.{key}", receipts=said, currency=block.currency)
    if not block.without_total:
        return said
    return told.count("overview.without_total", block.without_total, receipts=said)


def _largest(told: Told) -> str:
    named = [row for row in told.figures.currencies[0].merchants if row.name]
    if not named or not named[0].spent_cents:
        return ""
    share = told.texts.percent(named[0].share)
    return told.say("overview.largest", name=named[0].name, share=share)


def _draw_figures(told: Told) -> None:
    previous = told.previous
    columns = [Column("", 3.2), Column(told.say("this_period"), 2, is_figure=True)]
    if previous:
        columns += [
            Column(told.say("previous_period"), 2, is_figure=True),
            Column(told.say("change"), 1.2, is_figure=True),
        ]
    rows = [*_money_rows(told), *_count_rows(told, told.figures, previous)]
    draw_subsection(told.paper, told.say("key_figures"), table_height(len(rows)))
    draw_table(told.paper, columns, [row if previous else row[:2] for row in rows])


def _money_rows(told: Told) -> Iterator[Row]:
    texts = told.texts
    for block in told.figures.currencies:
        before, unit = told.before(block.currency), block.currency
        for key, read in MONEY.items():
            now, then = read(block), read(before) if before else None
            shown = (texts.money(now, unit), texts.money(then, unit), told.change(now, then))
            yield told.unit(key, unit), *shown


def _count_rows(told: Told, now: Figures, before: Figures | None) -> Iterator[Row]:
    plain, percent = told.plain, told.texts.percent
    for key, read in COUNTS.items():
        count, then = read(now), read(before) if before else None
        yield told.say(key), plain.count(count), plain.count(then), told.change(count, then)
    kg = now.footprint.kg_co2e
    then_kg = before.footprint.kg_co2e if before else None
    change = told.change(kg, then_kg)
    yield told.unit("footprint", "kg CO2e"), plain.kg(kg), plain.kg(then_kg), change
    for key, read_share in SHARES.items():
        then_share = read_share(before) if before else None
        share = read_share(now)
        change = told.change_of_share(share, then_share)
        yield told.say(key), percent(share, 1), percent(then_share, 1), change


def _list_missing(told: Told) -> Iterator[str]:
    figures = told.figures
    if figures.undated:
        yield told.count("missing.undated", figures.undated)
    for key, receipts in (
        ("missing.total", sum(block.without_total for block in figures.currencies)),
        ("missing.tax", sum(block.untaxed_receipts for block in figures.currencies)),
    ):
        if receipts:
            yield told.count(key, receipts)
    unitemised = [
        told.texts.money(block.unitemised_cents, block.currency)
        for block in figures.currencies
        if block.unitemised_cents > 0
    ]
    if unitemised:
        yield told.say("missing.items", amount=told.say("list_end").join(unitemised))
    if figures.footprint.unknown_lines:
        yield told.count("missing.weight", figures.footprint.unknown_lines)
    if figures.review.discarded_duplicates:
        yield told.count("missing.duplicates", figures.review.discarded_duplicates)
    if len(figures.currencies) > 1:
        yield told.say("missing.currencies")
