"""The blocks of the summary that are about all money: totals, checks, taxes by rate."""

from collections.abc import Callable

from babel.numbers import get_currency_name

from pipeline.reports.excel.blocks import Block, BlockRow, Cell, Head, Live, address
from pipeline.reports.excel.columns import NET, DataSheet
from pipeline.reports.excel.facts import Facts, of_currency, ratio, total_of, units
from pipeline.reports.excel.ranges import IS_FILLED, same_as
from pipeline.reports.excel.tallies import Tallies, Tally
from pipeline.reports.figures.types import CurrencyFigures

# Half a cent: sums of amounts that are equal differ by less.
SAME = 0.005
LABEL, CURRENCY, COUNT, AMOUNT, SECOND, THIRD, BEFORE, CHANGE, CHANGE_SHARE = range(9)


def build_totals(facts: Facts, first: int) -> Block:
    """One row for each currency: receipts, total, taxes, and the period before."""
    rows = tuple(
        _total_row(facts, figures, first + place) for place, figures in enumerate(facts.currencies)
    )
    heads = (
        Head(facts.say("currencyName")),
        Head(facts.say("currency")),
        Head(facts.say("receipts"), "count"),
        Head(facts.say("total"), "money"),
        Head(facts.say("tax"), "money"),
        Head(facts.say("taxRate"), "percent"),
        *compare_heads(facts),
    )
    note = facts.say("totalsNote") if len(rows) > 1 else ""
    return Block(facts.say("totals"), heads, rows, note)


def _total_row(facts: Facts, figures: CurrencyFigures, row: int) -> BlockRow:
    code, tally = figures.currency, total_of(facts.receipts, figures.currency)
    criterion = ("currency", same_as(address(row, CURRENCY), code))
    total, tax = address(row, AMOUNT), address(row, SECOND)
    cents, tax_cents = tally.cents, tally.more_cents
    before = facts.before(code)
    cells = (
        name_currency(facts, code),
        code,
        facts.live("receipts", lambda r: r.count_where(criterion), tally.rows),
        facts.live("receipts", lambda r: r.sum_where("total_cents", criterion), units(cents)),
        facts.live("receipts", lambda r: r.sum_where("tax_cents", criterion), units(tax_cents)),
        Live(f'IF({total}={tax},"",{tax}/({total}-{tax}))', ratio(tax_cents, cents - tax_cents)),
        *compare_cells(facts, row, cents, before.spent_cents if before else 0),
    )
    return BlockRow(cells, code)


def build_checks(facts: Facts, first: int, totals: Callable[[int, int], str]) -> Block:
    """Whether sums that say the same agree; `totals` finds a cell of the block of totals."""
    rows: list[BlockRow] = []
    for place, figures in enumerate(facts.currencies):
        code = figures.currency
        lines, taxes = total_of(facts.lines, code), total_of(facts.taxes, code)
        receipts = total_of(facts.receipts, code)
        against: tuple[tuple[str, DataSheet, str, int, int, int], ...] = (
            ("checkLines", "lines", NET, AMOUNT, lines.cents, receipts.cents),
            ("checkTaxes", "taxes", "amount_cents", SECOND, taxes.cents, receipts.more_cents),
        )
        for text, sheet, source, column, found, expected in against:
            cells = _check(
                facts, (text, sheet, source), code, first + len(rows),
                totals(place, column), totals(place, CURRENCY), found, expected,
            )  # fmt: skip
            rows.append(BlockRow(cells, code, kinds=((SECOND, "money"),)))
    heads = (
        Head(facts.say("check")),
        Head(facts.say("currency")),
        Head(facts.say("rows"), "count"),
        Head(facts.say("perReceipts"), "money"),
        Head(facts.say("perRows"), "money"),
        Head(facts.say("difference"), "result"),
        Head(facts.say("result"), "result"),
    )
    return Block(facts.say("checks"), heads, tuple(rows), facts.say("checksNote"))


def _check(
    facts: Facts,
    what: tuple[str, DataSheet, str],
    code: str | None,
    row: int,
    expected_cell: str,
    code_cell: str,
    found: int,
    expected: int,
) -> tuple[Cell, ...]:
    text, sheet, source = what
    criterion = ("currency", same_as(address(row, CURRENCY), code))
    tallies: Tallies = facts.lines if sheet == "lines" else facts.taxes
    a, b, difference = (address(row, column) for column in (AMOUNT, SECOND, THIRD))
    off = units(found - expected)
    return (
        facts.say(text),
        Live(code_cell, code) if code else None,
        facts.live(sheet, lambda r: r.count_where(criterion), total_of(tallies, code).rows),
        Live(expected_cell, units(expected)),
        facts.live(sheet, lambda r: r.sum_where(source, criterion), units(found)),
        Live(f"ROUND({b}-{a},2)", off),
        Live(f'IF(ABS({difference})<{SAME},"OK",{difference})', off or "OK"),
    )


def build_taxes(facts: Facts, first: int) -> Block:
    """Taxes by rate with what they are on, and the rate that comes to."""
    rows: list[BlockRow] = []
    for figures in facts.currencies:
        code = figures.currency
        found = sorted(of_currency(facts.taxes, code), key=lambda t: _rate(t.name))
        on_base_cents = {_rate(row.rate): row.amount_on_base_cents for row in figures.taxes}
        rows += [
            _tax_row(facts, entry, on_base_cents[_rate(entry.name)], code, first + len(rows) + at)
            for at, entry in enumerate(found)
        ]
    heads = (
        Head(facts.say("rate"), "rate"),
        Head(facts.say("currency")),
        Head(facts.say("rows"), "count"),
        Head(facts.say("base"), "money"),
        Head(facts.say("tax"), "money"),
        Head(facts.say("effectiveRate"), "percent"),
    )
    return Block(facts.say("taxes"), heads, tuple(rows), facts.say("taxesNote"))


def _rate(name: object) -> float:
    return -1.0 if name is None else float(str(name))


def _tax_row(
    facts: Facts, entry: Tally, on_base_cents: int, code: str | None, row: int
) -> BlockRow:
    is_known = entry.name is not None
    rate = _rate(entry.name) / 100 if is_known else None
    label: Cell = rate if rate is not None else facts.say("rateUnknown")
    by_rate = ("rate", address(row, LABEL) if is_known else same_as("", None))
    criteria = (by_rate, ("currency", same_as(address(row, CURRENCY), code)))
    base = address(row, AMOUNT)
    # What is printed without its base says nothing of the rate.
    printed = ("base_cents", IS_FILLED)
    effective = ratio(on_base_cents, entry.more_cents)
    cells = (
        label,
        code,
        facts.live("taxes", lambda r: r.count_where(*criteria), entry.rows),
        facts.live(
            "taxes", lambda r: r.sum_where("base_cents", *criteria), units(entry.more_cents)
        ),
        facts.live("taxes", lambda r: r.sum_where("amount_cents", *criteria), units(entry.cents)),
        facts.live(
            "taxes",
            lambda r: f'IF({base}=0,"",({r.sum_where("amount_cents", printed, *criteria)})/{base})',
            effective,
        ),
    )
    return BlockRow(cells, code)


def compare_heads(facts: Facts) -> tuple[Head, ...]:
    """The headers of `compare_cells`."""
    previous = facts.figures.previous
    if previous is None:
        return ()
    return (
        Head(facts.say("before", period=facts.texts.period(previous.period)), "money"),
        Head(facts.say("change"), "result"),
        Head(facts.say("changeShare"), "change"),
    )


def compare_cells(facts: Facts, row: int, cents: int, before: int | None) -> tuple[Cell, ...]:
    """What it was before, a plain number, and by how much it changed; None: cannot be told."""
    if facts.figures.previous is None:
        return ()
    if before is None:
        return (None, None, None)
    now, then, change = (address(row, column) for column in (AMOUNT, BEFORE, CHANGE))
    return (
        units(before),
        Live(f"{now}-{then}", units(cents - before)),
        Live(f'IF({then}=0,"",{change}/{then})', ratio(cents - before, before)),
    )


def name_currency(facts: Facts, code: str | None) -> str:
    """The currency's name in the language of the report."""
    if code is None:
        return facts.say("currencyUnknown")
    name = get_currency_name(code, locale=facts.texts.locale)
    return name[:1].upper() + name[1:]
