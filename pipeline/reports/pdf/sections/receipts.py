"""Every receipt by day, with sums for each day and month; as many as there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import NamedTuple

from pipeline.reports.pdf.headings import draw_note, draw_text
from pipeline.reports.pdf.tables import Column, SumRow, draw_table
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import NONE

Row = tuple[str, ...]


class ReceiptRow(NamedTuple):
    """A receipt as a snapshot has it; money in cents of its currency."""

    bought_on: date | None
    merchant: str | None
    number: str | None
    currency: str | None
    tax_cents: int | None
    total_cents: int | None
    kg_co2e: float | None
    grade: str | None
    needs_review: bool | None
    is_corrected: bool | None
    # When a person accepted it; only whether one did is shown.
    reviewed_at: object
    is_discarded: bool | None


@dataclass
class _Sums:
    """What was added up, by currency in the order in which they came."""

    receipts: int = 0
    kg: float = 0.0
    money: dict[str | None, list[int]] = field(default_factory=dict)

    def add(self, row: ReceiptRow) -> None:
        """One receipt more."""
        self.receipts += 1
        self.kg += row.kg_co2e or 0.0
        sums = self.money.setdefault(row.currency, [0, 0])
        sums[0] += row.tax_cents or 0
        sums[1] += row.total_cents or 0

    def include(self, other: "_Sums") -> None:
        """All that another has."""
        self.receipts += other.receipts
        self.kg += other.kg
        for currency, (tax, total) in other.money.items():
            sums = self.money.setdefault(currency, [0, 0])
            sums[0] += tax
            sums[1] += total


def draw_receipts(told: Told, rows: Iterable[ReceiptRow]) -> None:
    """Draw the section below its heading; the rows in the order of their days."""
    draw_text(told.paper, told.say("list.sentence"))
    currencies = [block.currency for block in told.figures.currencies]
    is_mixed = len(currencies) > 1
    if is_mixed and None in currencies:
        draw_note(told.paper, told.say("list.unstated"))
    unit = currencies[0]
    heads = [told.say(key) if is_mixed else told.unit(key, unit) for key in ("tax", "total")]
    columns = (
        Column(told.say("day"), 1.55),
        Column(told.say("merchant"), 2.8),
        Column(told.say("number"), 1.35, is_muted=True),
        Column(heads[0], 1.3, is_figure=True),
        Column(heads[1], 1.5, is_figure=True),
        Column("kg CO2e", 1.0, is_figure=True),
        Column(told.say("grade"), 0.65, is_figure=True),
        Column(told.say("state"), 1.3, is_figure=True, is_muted=True),
    )
    draw_table(told.paper, columns, _List(told, is_mixed).rows(rows))


class _List:
    """The rows of the table, one after the other."""

    def __init__(self, told: Told, is_mixed: bool) -> None:
        self._told = told
        plain = told.plain
        self._money = plain.money_in if is_mixed else lambda cents, _: plain.money(cents)
        names = ("waiting", "corrected", "accepted", "untouched")
        self._states = {name: told.say(f"state.{name}") for name in names}
        self._unnamed = told.say("no_merchant")
        # Many days have as many receipts as another.
        self._count = cache(partial(told.texts.count, "receipts"))

    def rows(self, receipts: Iterable[ReceiptRow]) -> Iterator[Row]:
        """Each receipt, after each day with several its sum, and after each of several months."""
        dated = (row for row in receipts if row.bought_on is not None and not row.is_discarded)
        whole, months = _Sums(), 0
        for month, of_month in groupby(dated, key=_month):
            sums = _Sums()
            for day, of_day in groupby(of_month, key=lambda row: row[0]):
                yield from self._day(day, of_day, sums)
            months += 1
            whole.include(sums)
            yield from self._sum(self._told.texts.month(date(*month, 1)), sums)
        if months > 1:
            yield from self._sum(self._told.say("total"), whole)

    def _day(self, day: date | None, rows: Iterable[ReceiptRow], month: _Sums) -> Iterator[Row]:
        said = self._told.texts.day(day)
        sums = _Sums()
        for row in rows:
            sums.add(row)
            yield self._receipt(said, row)
        month.include(sums)
        if sums.receipts > 1:
            yield from self._sum(said, sums)

    def _receipt(self, day: str, row: ReceiptRow) -> Row:
        return (
            day,
            row.merchant or self._unnamed,
            row.number or "",
            self._money(row.tax_cents, row.currency),
            self._money(row.total_cents, row.currency),
            self._told.plain.kg(row.kg_co2e),
            row.grade or NONE,
            self._states[_state(row)],
        )

    def _sum(self, name: str, sums: _Sums) -> Iterator[Row]:
        """One row for each currency; weight and count stand in the first."""
        told = self._told
        count = self._count(sums.receipts)
        weight = told.plain.kg(sums.kg)
        for currency, (tax, total) in sums.money.items():
            amounts = (self._money(tax, currency), self._money(total, currency))
            yield SumRow((name, count, "", *amounts, weight, "", ""))
            name = count = weight = ""


def _month(row: ReceiptRow) -> tuple[int, int]:
    day = row.bought_on
    assert day is not None
    return day.year, day.month


def _state(row: ReceiptRow) -> str:
    if row.needs_review:
        return "waiting"
    if row.is_corrected:
        return "corrected"
    return "untouched" if row.reviewed_at is None else "accepted"
