"""The blocks of the summary that break a total down: by merchant, by category, over time."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.reports.excel.blocks import Block, BlockRow, Cell, Head, Live, address
from pipeline.reports.excel.columns import NET, DataSheet
from pipeline.reports.excel.facts import Facts, of_currency, ratio, total_of, units
from pipeline.reports.excel.money_blocks import (
    AMOUNT,
    COUNT,
    CURRENCY,
    LABEL,
    compare_cells,
    compare_heads,
)
from pipeline.reports.excel.ranges import same_as
from pipeline.reports.excel.tallies import Tallies, Tally, fold
from pipeline.reports.figures.types import Step

# The rest of a long list is one row.
MOST_GROUPS = 25

FindTotal = Callable[[int, int], str]


@dataclass(frozen=True)
class Grouping:
    """What is grouped: the sheet, its column of names and of amounts, and the words for it."""

    sheet: DataSheet
    source: str
    amount: str
    title: str
    counted: str
    third: Head
    unknown: str

    def tallies(self, facts: Facts) -> Tallies:
        """The groups."""
        return facts.lines if self.sheet == "lines" else facts.merchants

    def before(self, facts: Facts, currency: str | None) -> dict[str | None, int]:
        """What was spent in the period before, by name."""
        figures, is_lines = facts.before(currency), self.sheet == "lines"
        found: dict[str | None, int] = {}
        if figures is not None:
            for row in figures.categories if is_lines else figures.merchants:
                name = fold(facts.data.name_category(row.name) if is_lines else row.name)
                found[name] = found.get(name, 0) + row.spent_cents
        return found


def by_merchant(facts: Facts) -> Grouping:
    """Receipts by merchant, with what one receipt comes to."""
    third = Head(facts.say("mean"), "money")
    words = ("merchants", "receipts", third, facts.say("merchantUnknown"))
    return Grouping("receipts", "merchant", "total_cents", *words)


def by_category(facts: Facts) -> Grouping:
    """Lines by category, with what they weigh."""
    third = Head(facts.say("kgCO2e"), "weight")
    words = ("categories", "lines", third, facts.say("categoryUnknown"))
    return Grouping("lines", "category", NET, *words)


def build_groups(facts: Facts, grouping: Grouping, first: int, totals: FindTotal) -> Block:
    """The groups for which most was spent, by currency, and the rest together."""
    rows: list[BlockRow] = []
    for place, figures in enumerate(facts.currencies):
        one = _Currency(facts, grouping, figures.currency, totals(place, AMOUNT))
        rows += one.rows(first + len(rows))
    heads = (
        Head(facts.say(f"column.{grouping.source}")),
        Head(facts.say("currency")),
        Head(facts.say(grouping.counted), "count"),
        Head(facts.say("total"), "money"),
        Head(facts.say("share"), "percent"),
        grouping.third,
        *compare_heads(facts),
    )
    return Block(facts.say(grouping.title), heads, tuple(rows))


@dataclass(frozen=True)
class _Currency:
    """The groups of one currency; `total` is the cell of all that was spent in it."""

    facts: Facts
    grouping: Grouping
    code: str | None
    total: str

    def rows(self, first: int) -> list[BlockRow]:
        found = of_currency(self.grouping.tallies(self.facts), self.code)
        before = self.grouping.before(self.facts, self.code)
        rows = [
            self._row(entry, row, before.get(fold(entry.name), 0))
            for row, entry in enumerate(found[:MOST_GROUPS], first)
        ]
        if rest := found[MOST_GROUPS:]:
            rows.append(self._rest(rest, first, first + MOST_GROUPS))
        return rows

    def _row(self, entry: Tally, row: int, before: int) -> BlockRow:
        facts, grouping = self.facts, self.grouping
        name = None if entry.name is None else str(entry.name)
        criteria = (
            (grouping.source, same_as(address(row, LABEL), name)),
            ("currency", same_as(address(row, CURRENCY), self.code)),
        )
        count = facts.live(grouping.sheet, lambda r: r.count_where(*criteria), entry.rows)
        spent = facts.live(
            grouping.sheet, lambda r: r.sum_where(grouping.amount, *criteria), units(entry.cents)
        )
        third: Cell = self._mean(row, entry)
        if grouping.sheet == "lines":
            weight = entry.kg_co2e
            third = facts.live("lines", lambda r: r.sum_where("kg_co2e", *criteria), weight)
        return self._put(name or grouping.unknown, row, entry, (count, spent, third), before)

    def _rest(self, rest: Sequence[Tally], first: int, row: int) -> BlockRow:
        facts, grouping = self.facts, self.grouping
        criterion = ("currency", same_as(address(row, CURRENCY), self.code))
        together = Tally(rows=sum(e.rows for e in rest), cents=sum(e.cents for e in rest))
        together.kg_co2e = sum(e.kg_co2e for e in rest)

        def less(column: int) -> str:
            return f"-SUM({address(first, column)}:{address(row - 1, column)})"

        count = facts.live(
            grouping.sheet, lambda r: r.count_where(criterion) + less(COUNT), together.rows
        )
        spent = facts.live(
            grouping.sheet,
            lambda r: r.sum_where(grouping.amount, criterion) + less(AMOUNT),
            units(together.cents),
        )
        third: Cell = self._mean(row, together)
        if grouping.sheet == "lines":
            weighed = together.kg_co2e
            third = facts.live(
                "lines", lambda r: r.sum_where("kg_co2e", criterion) + less(AMOUNT + 2), weighed
            )
        label = facts.say("others", n=facts.texts.number(len(rest)))
        return self._put(label, row, together, (count, spent, third), None)

    def _mean(self, row: int, entry: Tally) -> Live:
        spent, count = address(row, AMOUNT), address(row, COUNT)
        return Live(f'IF({count}=0,"",{spent}/{count})', ratio(units(entry.cents), entry.rows))

    def _put(
        self, label: str, row: int, entry: Tally, cells: tuple[Cell, Cell, Cell], before: int | None
    ) -> BlockRow:
        count, spent, third = cells
        whole = units(total_of(self.facts.receipts, self.code).cents)
        share = Live(
            f'IF({self.total}=0,"",{address(row, AMOUNT)}/{self.total})',
            ratio(units(entry.cents), whole),
        )
        change = compare_cells(self.facts, row, entry.cents, before)
        return BlockRow((label, self.code, count, spent, share, third, *change), self.code)


def build_over_time(facts: Facts, step: Step, starts: Sequence[date], first: int) -> Block:
    """Receipts and spending from each of `starts` up to the next, by currency.

    Steps shorter than a month are those of the main currency alone.
    """
    is_month = step == "month"
    shown = facts.currencies if is_month else facts.currencies[:1]
    rows: list[BlockRow] = []
    counted = _count_over_time(facts, starts)
    for figures in shown:
        code = figures.currency
        for place, start in enumerate(starts):
            row = first + len(rows)
            until = row + 1 if place + 1 < len(starts) else None
            entry = counted.get((fold(code), place), Tally())
            rows.append(_time_row(facts, entry, start, code, row, until))
    heads = (
        Head(facts.say("month" if is_month else "from"), "month" if is_month else "date"),
        Head(facts.say("currency")),
        Head(facts.say("receipts"), "count"),
        Head(facts.say("total"), "money"),
        Head(facts.say("mean"), "money"),
        Head(facts.say("kgCO2e"), "weight"),
    )
    return Block(facts.say(f"over.{step}"), heads, tuple(rows))


def _time_row(
    facts: Facts, entry: Tally, start: date, code: str | None, row: int, until: int | None
) -> BlockRow:
    criteria = [
        ("currency", same_as(address(row, CURRENCY), code)),
        ("bought_on", f'">="&{address(row, LABEL)}'),
    ]
    if until is not None:
        criteria.append(("bought_on", f'"<"&{address(until, LABEL)}'))
    spent, count = address(row, AMOUNT), address(row, COUNT)
    cells = (
        start,
        code,
        facts.live("receipts", lambda r: r.count_where(*criteria), entry.rows),
        facts.live("receipts", lambda r: r.sum_where("total_cents", *criteria), units(entry.cents)),
        Live(f'IF({count}=0,"",{spent}/{count})', ratio(units(entry.cents), entry.rows)),
        facts.live("receipts", lambda r: r.sum_where("kg_co2e", *criteria), entry.kg_co2e),
    )
    return BlockRow(cells, code)


def _count_over_time(facts: Facts, starts: Sequence[date]) -> dict[tuple[str | None, int], Tally]:
    found: dict[tuple[str | None, int], Tally] = {}
    for key, day in facts.days.items():
        place = bisect_right(starts, day.name) - 1
        entry = found.setdefault((key[0], place), Tally())
        entry.rows += day.rows
        entry.cents += day.cents
        entry.kg_co2e += day.kg_co2e
    return found
