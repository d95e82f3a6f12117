"""A chain index over the products that were bought in one month and in the next."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

import numpy as np

from pipeline.reports.analysis.purchases import day_of
from pipeline.reports.analysis.sections.price_changes import TOO_LARGE, Product
from pipeline.reports.analysis.statistics.tails import normal_tails

# A link of fewer products says more of them than of prices.
LEAST_MATCHED = 5


@dataclass(frozen=True)
class Link:
    """The index at one month, 100 at the first.

    `variance` is that of its logarithm: how much the products disagree about the way to here.
    """

    month: str
    index: float
    variance: float

    @property
    def p_value(self) -> float:
        """Chance of such a change if prices moved in no direction (normal, two-sided)."""
        change = log(self.index / 100)
        if self.variance <= 0:
            return float(change == 0)
        return normal_tails(change / sqrt(self.variance))


def chain_prices(products: list[Product]) -> list[Link]:
    """Törnqvist index (1936), chained month by month over matched products.

    Each relative weighs as much as the product's mean share of what was spent in both months:
    Consumer Price Index Manual (ILO, IMF and others 2020), chapter 9. Relatives beyond
    `TOO_LARGE` are other packs and left out. Empty where a month in between cannot be linked.
    """
    by_month = _by_month(products)
    months = sorted(by_month)
    if len(months) < 2:
        return []
    links = [Link(months[0], 100.0, 0.0)]
    for before, month in pairwise(months):
        step = _link(by_month[before], by_month[month])
        if step is None:
            return []
        change, variance = step
        last = links[-1]
        links.append(Link(month, last.index * exp(change), last.variance + variance))
    return links


_Month = dict[int, tuple[float, float]]


def _by_month(products: list[Product]) -> dict[str, _Month]:
    """Median price and money spent of each product, by month."""
    found: defaultdict[str, _Month] = defaultdict(dict)
    for number, product in enumerate(products):
        months = np.array([day_of(day).isoformat()[:7] for day in product.days])
        for month in sorted(set(months.tolist())):
            mine = months == month
            spent = float(np.sum(product.mills[mine] * np.abs(product.quantity[mine])))
            found[month][number] = (float(np.median(product.mills[mine])), spent)
    return found


def _link(before: _Month, now: _Month) -> tuple[float, float] | None:
    """Log of the step and its variance, from the weighted spread of the relatives around it."""
    matched = [
        number
        for number in sorted(before.keys() & now.keys())
        if 1 / TOO_LARGE < now[number][0] / before[number][0] < TOO_LARGE
    ]
    spent_before = sum(before[number][1] for number in matched)
    spent_now = sum(now[number][1] for number in matched)
    if len(matched) < LEAST_MATCHED or spent_before <= 0 or spent_now <= 0:
        return None
    weights = [(before[n][1] / spent_before + now[n][1] / spent_now) / 2 for n in matched]
    relatives = [log(now[n][0] / before[n][0]) for n in matched]
    step = sum(w * r for w, r in zip(weights, relatives, strict=True))
    variance = sum((w * (r - step)) ** 2 for w, r in zip(weights, relatives, strict=True))
    return step, variance
