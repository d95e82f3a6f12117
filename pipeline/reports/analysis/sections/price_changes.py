"""What one product cost over time: its first and last price, and whether the change is one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.purchases import Floats, Ints, Lines
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.analysis.statistics.ranks import mann_kendall
from pipeline.reports.analysis.statistics.tails import adjust

# Less has no first, middle and last.
LEAST_BOUGHT = 3
# Prices that change this rarely are set by the shop: a change is a fact and needs no test.
SET_PRICE = 0.5
# More than that is another pack, or a figure that was misread.
TOO_LARGE = 3.0
LEAST_CHANGE = 0.01


@dataclass(frozen=True)
class Product:
    """One line of one merchant in one unit, as it was bought; arrays in the order of days."""

    merchant: str
    description: str
    unit: str
    days: Ints
    mills: Floats
    quantity: Floats

    @property
    def first(self) -> float:
        """Price of the first third, its middle."""
        return float(np.median(self.mills[: max(len(self.mills) // 3, 1)]))

    @property
    def last(self) -> float:
        """Price of the last third, its middle."""
        return float(np.median(self.mills[-max(len(self.mills) // 3, 1) :]))

    @property
    def change(self) -> float:
        """From the first to the last price: 0.1 is a tenth more."""
        return self.last / self.first - 1

    @property
    def is_set(self) -> bool:
        """Whether the price stays for a while and then moves, rather than differing each time."""
        return int(np.sum(np.diff(self.mills) != 0)) <= SET_PRICE * (len(self.mills) - 1)

    @property
    def cost_cents(self) -> float:
        """What was paid beyond the first price (less than 0: saved), in cents."""
        return float(np.sum((self.mills - self.first) * self.quantity)) / 10

    @property
    def is_strange(self) -> bool:
        """Whether first and last price are hardly those of the same thing."""
        return not 1 / TOO_LARGE < self.last / self.first < TOO_LARGE


def list_products(lines: Lines) -> list[Product]:
    """Products bought three times or more on two days or more, by merchant and description."""
    mills = _unit_prices(lines)
    usable = lines.in_currency & (mills > 0) & (lines.keys.codes >= 0)
    usable &= lines.merchants.codes >= 0
    places = np.flatnonzero(usable)
    groups = np.stack([names.codes[places] for names in (lines.merchants, lines.keys, lines.units)])
    order = np.lexsort((lines.days[places], *groups[::-1]))
    return [_make(lines, mills, places[group]) for group in _runs(groups, order, lines, places)]


def _unit_prices(lines: Lines) -> Floats:
    """As printed, else the amount by the quantity; NaN where neither is told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reckoned = np.where(lines.quantity > 0, lines.cents * 10 / lines.quantity, np.nan)
    return np.where(np.isnan(lines.mills), reckoned, lines.mills)


def _runs(groups: Ints, order: Ints, lines: Lines, places: Ints) -> Iterator[NDArray[np.int64]]:
    if not len(order):
        return
    ordered = groups[:, order]
    starts = np.flatnonzero(np.any(np.diff(ordered, axis=1) != 0, axis=0)) + 1
    for run in np.split(order, starts):
        if len(run) >= LEAST_BOUGHT and len(np.unique(lines.days[places[run]])) > 1:
            yield run


def _make(lines: Lines, mills: Floats, places: Ints) -> Product:
    names, counts = np.unique(lines.descriptions.codes[places], return_counts=True)
    unit = lines.units.codes[places[0]]
    return Product(
        merchant=lines.merchants.labels[lines.merchants.codes[places[0]]],
        description=lines.descriptions.labels[int(names[counts.argmax()])],
        unit=lines.units.labels[unit] if unit >= 0 else "",
        days=lines.days[places],
        mills=mills[places],
        quantity=lines.quantity[places],
    )


def find_changed(products: list[Product]) -> list[Product]:
    """Those whose price went up or down, largest cost first.

    Prices that differ each time are tested for a trend, adjusted for how many are.
    """
    sane = [one for one in products if not one.is_strange]
    wobbling = [one for one in sane if not one.is_set]
    p_values = adjust([mann_kendall(one.mills) for one in wobbling])
    moving = [one for one, p_value in zip(wobbling, p_values, strict=True) if p_value <= LEVEL]
    candidates = [one for one in sane if one.is_set] + moving
    changed = [one for one in candidates if abs(one.change) >= LEAST_CHANGE]
    return sorted(changed, key=lambda one: (-abs(one.cost_cents), one.merchant, one.description))
