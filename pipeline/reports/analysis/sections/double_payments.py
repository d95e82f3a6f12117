"""Payments that may have been made twice: the same amount at the same merchant, close together."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reports.analysis.findings import Column, Finding, Table, counted, day, money, text
from pipeline.reports.analysis.purchases import Purchases, day_of

CLOSE_DAYS = 1
# An amount that comes again so often at a merchant is a habit: the coffee, the car park.
HABIT = 4
ROWS = 15


@dataclass(frozen=True)
class Pair:
    """Places of two receipts, the earlier first."""

    first: int
    second: int


def find_pairs(bought: Purchases) -> list[Pair]:
    """Neighbours in time of one merchant with one amount, where that amount is no habit.

    Receipts that bear different numbers are two purchases.
    """
    alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, cents in enumerate(bought.cents.tolist()):
        code = int(bought.merchants.codes[place])
        if code >= 0 and cents > 0:
            alike[code, cents].append(place)
    return [
        pair
        for places in alike.values()
        if len(places) < HABIT
        for pair in _neighbours(bought, places)
    ]


def _neighbours(bought: Purchases, places: list[int]) -> list[Pair]:
    close = [
        Pair(first, second)
        for first, second in pairwise(places)
        if bought.days[second] - bought.days[first] <= CLOSE_DAYS
    ]
    return [pair for pair in close if not _told_apart(bought, pair)]


def _told_apart(bought: Purchases, pair: Pair) -> bool:
    first, second = bought.numbers[pair.first], bought.numbers[pair.second]
    return bool(first and second and first != second)


def say_pairs(pairs: list[Pair], bought: Purchases) -> tuple[Finding | None, Table | None]:
    """What the second payments add up to, with the list."""
    if not pairs:
        return None, None
    ordered = sorted(pairs, key=lambda pair: (-int(bought.cents[pair.second]), pair.first))
    first = ordered[0]
    at_stake = sum(int(bought.cents[pair.second]) for pair in pairs)
    values = {
        "pairs": counted("pairs", len(pairs)),
        "amount": money(at_stake, bought.currency),
        "merchant": text(bought.merchants.labels[bought.merchants.codes[first.first]]),
        "largest": money(bought.cents[first.first], bought.currency),
        "day": day(day_of(bought.days[first.first])),
    }
    ids = tuple(bought.ids[at] for pair in ordered[:ROWS] for at in (pair.first, pair.second))
    kind = "double" if len(pairs) == 1 else "doubles"
    weight = min(0.7 + at_stake / max(bought.spent_cents, 1), 0.95)
    return Finding(kind, values, weight, receipts=ids), _table(ordered, bought)


def _table(pairs: list[Pair], bought: Purchases) -> Table:
    shown = pairs[:ROWS]
    columns = (
        Column(
            "merchant",
            "text",
            tuple(bought.merchants.labels[bought.merchants.codes[pair.first]] for pair in shown),
        ),
        Column("first_day", "day", tuple(_day(bought, pair.first) for pair in shown)),
        Column("first_receipt", "receipt", tuple(bought.ids[pair.first] for pair in shown)),
        Column("second_day", "day", tuple(_day(bought, pair.second) for pair in shown)),
        Column("second_receipt", "receipt", tuple(bought.ids[pair.second] for pair in shown)),
        Column("total", "money", tuple(int(bought.cents[p.first]) for p in shown), bought.currency),
    )
    return Table("double_payments", columns, len(pairs))


def _day(bought: Purchases, place: int) -> str:
    return day_of(bought.days[place]).isoformat()
