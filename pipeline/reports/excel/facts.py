"""All that the blocks of a workbook are made of: figures, counts by group, and where rows stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.reports.excel.blocks import Cell, Live
from pipeline.reports.excel.columns import NET, DataSheet
from pipeline.reports.excel.ranges import Rows
from pipeline.reports.excel.rows import GROUP, SheetData
from pipeline.reports.excel.tallies import (
    WEIGHTS,
    Tallies,
    Tally,
    Weights,
    fold,
    tally,
    weigh,
)
from pipeline.reports.figures.types import CurrencyFigures, Figures
from pipeline.reports.texts import Texts


@dataclass(frozen=True)
class Facts:
    """What is told. `sources` holds the sheets that are in the workbook, and formulas can see."""

    figures: Figures
    data: SheetData
    texts: Texts
    sources: Mapping[DataSheet, Rows]

    def say(self, key: str, **params: object) -> str:
        """A text of the workbook."""
        return self.texts.say(f"xlsx.{key}", **params)

    def live(self, sheet: DataSheet, make: Callable[[Rows], str], value: float) -> Cell:
        """A formula over the rows of `sheet`; its value alone where that sheet is left out."""
        rows = self.sources.get(sheet)
        return value if rows is None else Live(make(rows), value)

    @property
    def currencies(self) -> tuple[CurrencyFigures, ...]:
        """The figures that are money, the currency of most receipts first."""
        return self.figures.currencies

    def before(self, currency: str | None) -> CurrencyFigures | None:
        """The same of the period before, where that is asked for and was used then."""
        previous = self.figures.previous
        found = previous.currencies if previous else ()
        return next((figures for figures in found if figures.currency == currency), None)

    @cached_property
    def receipts(self) -> Tallies:
        """Receipts by currency: totals, taxes."""
        table = self.data.table("receipts", "currency", "total_cents", "tax_cents")
        return tally(table, ("currency",), "total_cents", more_cents="tax_cents")

    @cached_property
    def lines(self) -> Tallies:
        """Lines by currency and category: amounts, kg CO2e."""
        table = self.data.table("lines", "currency", "category", NET, "kg_co2e")
        keys = ("currency", "category")
        return tally(table, keys, NET, kg="kg_co2e", name_of=self.data.name_category)

    @cached_property
    def taxes(self) -> Tallies:
        """Taxes by currency and rate: amounts, what they are on."""
        table = self.data.table("taxes", "currency", "rate", "amount_cents", "base_cents")
        return tally(table, ("currency", "rate"), "amount_cents", more_cents="base_cents")

    @cached_property
    def merchants(self) -> Tallies:
        """Receipts by currency and merchant: totals."""
        table = self.data.table("receipts", "currency", GROUP, "total_cents")
        names = self.data.merchants
        keys = ("currency", GROUP)
        return tally(table, keys, "total_cents", name_of=names.get)

    @cached_property
    def days(self) -> Tallies:
        """Receipts by currency and day: totals, kg CO2e."""
        table = self.data.table("receipts", "currency", "bought_on", "total_cents", "kg_co2e")
        return tally(table, ("currency", "bought_on"), "total_cents", kg="kg_co2e")

    @cached_property
    def weights(self) -> Weights:
        """Mass and kg CO2e of all lines."""
        groups = self.category_weights
        return Weights(
            None,
            sum(group.rows for group in groups),
            sum(group.weighed_rows for group in groups),
            {name: sum(group.sums[name] for group in groups) for name in WEIGHTS},
        )

    @cached_property
    def category_weights(self) -> list[Weights]:
        """Mass and kg CO2e of the lines by category, the heaviest first."""
        table = self.data.table("lines", "category", *WEIGHTS)
        found = weigh(table, "category", self.data.name_category)
        return sorted(found, key=lambda group: (-group.sums["kg_co2e"], str(group.name)))

    @cached_property
    def grades(self) -> Tallies:
        """Receipts by grade."""
        table = self.data.table("receipts", "grade", "total_cents")
        return tally(table, ("grade",), "total_cents")


def of_currency(tallies: Tallies, currency: str | None) -> list[Tally]:
    """The groups of one currency, the largest sum first."""
    found = [entry for key, entry in tallies.items() if key[0] == fold(currency)]
    return sorted(found, key=lambda entry: (-entry.cents, str(entry.name)))


def total_of(tallies: Tallies, currency: str | None) -> Tally:
    """All groups of one currency together."""
    found = of_currency(tallies, currency)
    return Tally(
        rows=sum(entry.rows for entry in found),
        cents=sum(entry.cents for entry in found),
        more_cents=sum(entry.more_cents for entry in found),
    )


def units(cents: float | None) -> float:
    """Cents as whole units; what is not known adds nothing."""
    return (cents or 0) / 100


def ratio(part: float, whole: float, otherwise: Any = "") -> Any:
    """A share, as `IF(whole=0,"",part/whole)` has it."""
    return part / whole if whole else otherwise
