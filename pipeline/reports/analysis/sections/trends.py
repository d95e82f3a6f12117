"""Trends: what was spent, on how many receipts of which size, and where that is going."""

from dataclasses import dataclass

import numpy as np

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    counted,
    money,
    names,
    number,
    share,
    word,
)
from pipeline.reports.analysis.findings import day as day_value
from pipeline.reports.analysis.purchases import (
    Floats,
    Purchases,
    day_of,
    number_of,
    read_purchases,
    top,
)
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.analysis.statistics.ranks import mann_kendall, mann_whitney, theil_sen
from pipeline.reports.analysis.statistics.tails import adjust
from pipeline.reports.analysis.steps import LEAST_STEPS, Weeks, count_weeks, days_across, plain
from pipeline.reports.snapshot.job import Snapshots

# A difference that nobody would act on is not told as one.
LEAST_CHANGE = 0.01
# Two samples this small can differ by chance alone in any order.
LEAST_TO_COMPARE = 4
DRIVERS = 3
LEAST_DRIVER = 0.2
MEASURES = ("spending", "receipts", "basket")


@dataclass(frozen=True)
class _Trend:
    measure: str
    values: Floats
    slope: float
    p_value: float


def research(snapshots: Snapshots) -> Findings:
    """Sums, the change against the days before, and trends over whole weeks."""
    now = read_purchases(snapshots.current)
    before = None
    if snapshots.previous is not None:
        before = read_purchases(snapshots.previous, now.currency)
    weeks = count_weeks(now)
    trends = _find_trends(weeks)
    found = [_sum_up(now), *_changes(now, before, weeks), *_say_trends(trends, now.currency)]
    return Findings(
        "trends",
        found=tuple(found),
        limits=tuple(_limits(snapshots, now, before, weeks)),
        charts=tuple(_charts(now, before, weeks, trends)),
    )


def _sum_up(now: Purchases) -> Finding:
    values = {
        "spent": money(now.spent_cents, now.currency),
        "receipts": counted("receipts", len(now)),
        "merchants": counted("merchants", now.known),
        "median": money(float(np.median(now.cents)), now.currency),
    }
    return Finding("spent" if now.known else "spent_unnamed", values, weight=1.0)


def _changes(now: Purchases, before: Purchases | None, weeks: Weeks) -> list[Finding]:
    if before is None or not len(before) or before.spent_cents <= 0:
        return []
    total = _change_of_sum(now, before, weeks)
    # What comes and goes by itself has no cause that is worth a name.
    if total.kind == "change_none" or total.kind.endswith("_within"):
        return [total]
    return [total, *_parts_of_change(now, before), *_drivers(now, before)]


def _change_of_sum(now: Purchases, before: Purchases, weeks: Weeks) -> Finding:
    difference = now.spent_cents - before.spent_cents
    change = difference / before.spent_cents
    values = {
        "before": money(before.spent_cents, now.currency),
        "difference": money(abs(difference), now.currency),
        "change": share(abs(change)),
        "receipts": counted("receipts", len(before)),
    }
    if abs(change) < LEAST_CHANGE:
        return Finding("change_none", values, weight=0.9)
    p_value = _compare_weeks(weeks, count_weeks(before))
    direction = "up" if change > 0 else "down"
    certain = "" if p_value is None else "_within" if p_value > LEVEL else "_beyond"
    test = None if p_value is None else "mann_whitney"
    return Finding(f"change_{direction}{certain}", values, 0.95, test, p_value)


def _compare_weeks(now: Weeks, before: Weeks) -> float | None:
    if min(len(now), len(before)) < LEAST_TO_COMPARE:
        return None
    return mann_whitney(now.spent, before.spent)


def _parts_of_change(now: Purchases, before: Purchases) -> list[Finding]:
    """What more receipts and what larger ones did; both add up to the change exactly."""
    basket_now, basket_before = now.spent_cents / len(now), before.spent_cents / len(before)
    by_number = (len(now) - len(before)) * basket_before
    by_size = len(now) * (basket_now - basket_before)
    if round(by_number) == 0 or round(by_size) == 0:
        return []
    kind = f"parts_{_sign(by_number)}_{_sign(by_size)}"
    values = {
        "number": money(abs(by_number), now.currency),
        "size": money(abs(by_size), now.currency),
        "mean": money(basket_now, now.currency),
        "mean_before": money(basket_before, now.currency),
        "more": counted("receipts", abs(len(now) - len(before))),
    }
    return [Finding(kind, values, 0.7)]


def _sign(value: float) -> str:
    return "up" if value > 0 else "down"


def _drivers(now: Purchases, before: Purchases) -> list[Finding]:
    """The merchants that did most of it, where each did a fifth of the change or more."""
    difference = now.spent_cents - before.spent_cents
    moved: dict[str, float] = {}
    labels: dict[str, str] = {}
    for bought, sign in ((before, -1), (now, 1)):
        labels |= zip(bought.merchants.keys, bought.merchants.labels, strict=True)
        spent = bought.spent_by_merchant()
        for key, cents in zip(bought.merchants.keys, spent, strict=True):
            moved[key] = moved.get(key, 0.0) + sign * float(cents)
    keys = sorted(moved)
    towards = np.array([moved[key] for key in keys]) * np.sign(difference)
    chosen = [at for at in top(towards, DRIVERS) if towards[at] >= LEAST_DRIVER * abs(difference)]
    if not chosen:
        return []
    values = {
        "names": names([labels[keys[at]] for at in chosen]),
        "moved": money(sum(float(towards[at]) for at in chosen), now.currency),
    }
    kind = "drivers_up" if difference > 0 else "drivers_down"
    return [Finding(kind, values, 0.6)]


def _find_trends(weeks: Weeks) -> list[_Trend]:
    if len(weeks) < LEAST_STEPS:
        return []
    told = {"spending": weeks.spent, "receipts": weeks.receipts, "basket": weeks.median}
    filled = {name: values[~np.isnan(values)] for name, values in told.items()}
    long = [(name, values) for name, values in filled.items() if len(values) >= LEAST_STEPS]
    p_values = adjust([mann_kendall(values) for _, values in long])
    return [
        _Trend(name, values, theil_sen(values), float(p_value))
        for (name, values), p_value in zip(long, p_values, strict=True)
    ]


def _say_trends(trends: list[_Trend], currency: str | None) -> list[Finding]:
    certain = [one for one in trends if one.p_value <= LEVEL and one.slope != 0]
    if trends and not certain:
        weeks = counted("weeks", len(trends[0].values))
        smallest = min(one.p_value for one in trends)
        return [Finding("steady", {"weeks": weeks}, 0.5, "mann_kendall", smallest)]
    return [_say_trend(one, currency) for one in certain]


def _say_trend(trend: _Trend, currency: str | None) -> Finding:
    middle = float(np.median(trend.values))
    direction = "rises" if trend.slope > 0 else "falls"
    is_count = trend.measure == "receipts"
    slope = number(abs(trend.slope)) if is_count else money(abs(trend.slope), currency)
    relative = abs(trend.slope) / middle if middle else 0.0
    values = {
        "slope": slope,
        "relative": share(relative),
        "weeks": counted("weeks", len(trend.values)),
    }
    weight = 0.8 if trend.measure == "spending" else 0.65
    return Finding(f"{trend.measure}_{direction}", values, weight, "mann_kendall", trend.p_value)


def _limits(
    snapshots: Snapshots, now: Purchases, before: Purchases | None, weeks: Weeks
) -> list[Finding]:
    limits = []
    if len(weeks) < LEAST_STEPS:
        values = {"weeks": counted("weeks", len(weeks)), "needed": counted("weeks", LEAST_STEPS)}
        limits.append(Finding("too_short", values))
    if begin := snapshots.current.nothing_before:
        limits.append(Finding("not_compared", {"day": day_value(begin)}))
    if before is not None and not len(before):
        limits.append(Finding("nothing_before"))
    if now.elsewhere:
        values = {
            "receipts": counted("receipts", now.elsewhere),
            "currency": word(now.currency or "–"),
        }
        limits.append(Finding("other_currencies", values))
    if now.without_total:
        stated = counted("receipts", now.without_total)
        limits.append(Finding("without_total", {"receipts": stated}))
    period = snapshots.current.period
    if now.first > number_of(period.first):
        limits.append(Finding("begins_late", {"day": day_value(day_of(now.first))}))
    if now.last < number_of(period.last):
        limits.append(Finding("ends_early", {"day": day_value(day_of(now.last))}))
    return limits


def _charts(
    now: Purchases, before: Purchases | None, weeks: Weeks, trends: list[_Trend]
) -> list[Chart]:
    if len(weeks) < LEAST_TO_COMPARE:
        days = now.first + np.arange(now.span_days)
        spent = Column("spent", "money", plain(now.by_day()), now.currency)
        return [Chart("spent_by_day", "bars", days_across(days), (spent,))]
    spent = Column("spent", "money", plain(weeks.spent), now.currency)
    line = _trend_line(next((t for t in trends if t.measure == "spending"), None), now.currency)
    receipts = Column("receipts", "count", plain(weeks.receipts))
    basket = Column("median", "money", plain(weeks.median), now.currency)
    across = days_across(weeks.starts)
    return [
        Chart("spent_by_week", "bars", across, (spent, *_before(before, weeks), *line)),
        Chart("receipts_by_week", "bars", across, (receipts,)),
        Chart("basket_by_week", "line", across, (basket,)),
    ]


def _before(before: Purchases | None, weeks: Weeks) -> list[Column]:
    """The weeks of the period before, the first under the first; None where it has fewer."""
    if before is None or not len(before):
        return []
    spent = plain(count_weeks(before).spent)[: len(weeks)]
    missing = (None,) * (len(weeks) - len(spent))
    return [Column("before", "money", (*spent, *missing), before.currency, role="before")]


def _trend_line(trend: _Trend | None, currency: str | None) -> list[Column]:
    """The line of Theil and Sen through the medians (Conover 1980), where there is a trend."""
    if trend is None or trend.p_value > LEVEL:
        return []
    n = len(trend.values)
    start = float(np.median(trend.values)) - trend.slope * (n - 1) / 2
    values = tuple(start + trend.slope * at for at in range(n))
    return [Column("trend", "money", values, currency, role="trend")]
