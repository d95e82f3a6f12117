"""Receipts and days whose amount is far from what is usual, by robust scores of the logarithm."""

from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Raw,
    Table,
    counted,
    day,
    money,
    text,
    times,
)
from pipeline.reports.analysis.purchases import Floats, Ints, Purchases, day_of, top
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.analysis.statistics.robust import deviations
from pipeline.reports.analysis.statistics.tails import adjust

LEAST_OF_MERCHANT = 10
LEAST_DAYS = 20
# Amounts vary by a tenth even where most of them are the same.
LEAST_SIGMA = log(1.1)
# What is not twice the usual, or half of it, is no surprise however regular the rest is.
LEAST_RATIO = 2.0
ROWS = 15
POINTS = 1_500


@dataclass(frozen=True)
class Outlier:
    """A receipt or a day: its place among them, what is usual there, and by which chance."""

    place: int
    usual_cents: float
    ratio: float
    p_value: float


def find_receipts(bought: Purchases) -> tuple[list[Outlier], int]:
    """Unusual receipts of merchants that have enough of them, and how many were tested."""
    found: list[Outlier] = []
    for code in range(len(bought.merchants.labels)):
        places = np.flatnonzero((bought.merchants.codes == code) & (bought.cents > 0))
        if len(places) >= LEAST_OF_MERCHANT:
            amounts = bought.cents[places].astype(np.float64)
            found += _score(places, amounts, np.zeros(len(places)))
    return _keep(found), len(found)


def find_days(bought: Purchases) -> list[Outlier]:
    """Unusual days among those with a receipt, each against its weekday where that can be told."""
    spent = bought.by_day()
    places = np.flatnonzero(spent > 0)
    if len(places) < LEAST_DAYS:
        return []
    usual = _usual_of_weekday(np.log(spent[places]), (places + bought.first + 3) % 7)
    # What is left is judged together: the spread of one weekday alone is hardly known.
    return _keep(_score(places, spent[places], usual))


def _usual_of_weekday(logs: Floats, weekdays: Ints) -> Floats:
    """Median of the days of the same weekday, of all days where some weekday has too few."""
    usual = np.full(len(logs), np.median(logs))
    if np.unique(weekdays, return_counts=True)[1].min() >= LEAST_OF_MERCHANT:
        for weekday in np.unique(weekdays):
            usual[weekdays == weekday] = np.median(logs[weekdays == weekday])
    return usual


def _score(places: Ints, cents: Floats, usual: Floats) -> list[Outlier]:
    measured = deviations(np.log(cents) - usual, LEAST_SIGMA)
    middles = np.exp(usual + measured.median)
    return [
        Outlier(int(place), float(middle), float(amount / middle), float(p_value))
        for place, amount, middle, p_value in zip(
            places, cents, middles, measured.p_values, strict=True
        )
    ]


def _keep(tested: list[Outlier]) -> list[Outlier]:
    """Those beyond chance after adjusting for all that were tested, and large enough to matter."""
    adjusted = adjust([one.p_value for one in tested])
    kept = [
        Outlier(one.place, one.usual_cents, one.ratio, float(p_value))
        for one, p_value in zip(tested, adjusted, strict=True)
        if p_value <= LEVEL and max(one.ratio, 1 / one.ratio) >= LEAST_RATIO
    ]
    return sorted(kept, key=lambda one: (-abs(log(one.ratio)), one.place))


def say_receipts(found: list[Outlier], bought: Purchases) -> tuple[Finding | None, Table | None]:
    """The one that stands out most, with the list of all."""
    if not found:
        return None, None
    first = found[0]
    merchant = bought.merchants.labels[bought.merchants.codes[first.place]]
    values = {
        "found": counted("receipts", len(found)),
        "merchant": text(merchant),
        "day": day(day_of(bought.days[first.place])),
        "amount": money(bought.cents[first.place], bought.currency),
        "usual": money(first.usual_cents, bought.currency),
        "ratio": times(max(first.ratio, 1 / first.ratio)),
    }
    direction = "high" if first.ratio > 1 else "low"
    kind = f"receipt_{direction}" if len(found) == 1 else f"receipts_{direction}"
    ids = tuple(bought.ids[one.place] for one in found[:ROWS])
    finding = Finding(kind, values, 0.65, "deviation", max(o.p_value for o in found), ids)
    return finding, _receipt_table(found, bought)


def _receipt_table(found: list[Outlier], bought: Purchases) -> Table:
    shown = found[:ROWS]
    codes = [int(bought.merchants.codes[one.place]) for one in shown]
    days: list[Raw] = [day_of(bought.days[one.place]).isoformat() for one in shown]
    cents: list[Raw] = [int(bought.cents[one.place]) for one in shown]
    columns = (
        Column("receipt", "receipt", tuple(bought.ids[one.place] for one in shown)),
        Column("merchant", "text", tuple(bought.merchants.labels[code] for code in codes)),
        Column("day", "day", tuple(days)),
        Column("total", "money", tuple(cents), bought.currency),
        Column("usual", "money", tuple(one.usual_cents for one in shown), bought.currency),
        Column("ratio", "factor", tuple(one.ratio for one in shown)),
    )
    return Table("unusual_receipts", columns, len(found))


def say_days(found: list[Outlier], bought: Purchases) -> tuple[Finding | None, Table | None]:
    """The day that stands out most, with the list of all and the largest receipt of each."""
    if not found:
        return None, None
    spent, first = bought.by_day(), found[0]
    values = {
        "found": counted("days", len(found)),
        "day": day(day_of(bought.first + first.place)),
        "amount": money(spent[first.place], bought.currency),
        "usual": money(first.usual_cents, bought.currency),
        "ratio": times(max(first.ratio, 1 / first.ratio)),
    }
    direction = "high" if first.ratio > 1 else "low"
    kind = f"day_{direction}" if len(found) == 1 else f"days_{direction}"
    shown = found[:ROWS]
    heaviest = [_largest_of(bought, bought.first + one.place) for one in shown]
    columns = (
        Column("day", "day", tuple(day_of(bought.first + one.place).isoformat() for one in shown)),
        Column("largest_receipt", "receipt", tuple(heaviest)),
        Column("total", "money", tuple(float(spent[o.place]) for o in shown), bought.currency),
        Column("usual", "money", tuple(o.usual_cents for o in shown), bought.currency),
        Column("ratio", "factor", tuple(o.ratio for o in shown)),
    )
    table = Table("unusual_days", columns, len(found))
    p_value = max(one.p_value for one in found)
    return Finding(kind, values, 0.55, "deviation", p_value, tuple(heaviest)), table


def _largest_of(bought: Purchases, number: int) -> str:
    places: Ints = np.flatnonzero(bought.days == number)
    return bought.ids[int(places[np.argmax(bought.cents[places])])]


def scatter(bought: Purchases, found: list[Outlier]) -> Chart:
    """Every receipt over time, the largest where there are too many; unusual ones marked."""
    marked = {one.place for one in found}
    chosen = set(top(bought.cents, POINTS)) | marked
    places = sorted(chosen)
    across = Column("day", "day", tuple(day_of(bought.days[at]).isoformat() for at in places))
    usual = tuple(None if at in marked else int(bought.cents[at]) for at in places)
    unusual = tuple(int(bought.cents[at]) if at in marked else None for at in places)
    series = [Column("usual_receipts", "money", usual, bought.currency)]
    if marked:
        series.append(Column("unusual_receipts", "money", unusual, bought.currency, role="marked"))
    key = "receipts_over_time" if len(places) == len(bought) else "largest_over_time"
    return Chart(key, "dots", across, tuple(series))
