"""Seasonality: whether weekdays, parts of the month or months differ by more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    Value,
    counted,
    money,
    number,
    share,
    times,
    word,
)
from pipeline.reports.analysis.purchases import Floats, Purchases, day_of, read_purchases
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.analysis.statistics.ranks import Pattern, kruskal_wallis
from pipeline.reports.analysis.statistics.robust import autocorrelation
from pipeline.reports.analysis.statistics.tails import adjust, normal_tails
from pipeline.reports.snapshot.job import Snapshots

LEAST_WEEKS = 8
LEAST_MONTHS_FOR_PARTS = 3
# A month must have come at least twice before it can be called usual.
LEAST_MONTHS_FOR_MONTHS = 24
PARTS = ("part.begin", "part.middle", "part.end")
SPANS = ("span.begin", "span.middle", "span.end")
LAG = 7


@dataclass(frozen=True)
class _Tested:
    """One way to group the days, with the mean of each group and the test on it."""

    key: str
    groups: tuple[Floats, ...]
    pattern: Pattern
    p_value: float

    @property
    def means(self) -> list[float]:
        return [float(group.mean()) if len(group) else 0.0 for group in self.groups]


def research(snapshots: Snapshots) -> Findings:
    """Kruskal–Wallis over the days in each grouping, adjusted for how many were tested."""
    bought = read_purchases(snapshots.current)
    tested = _test(bought)
    rhythm = _rhythm(bought.by_day())
    found = [_say(one, bought.currency) for one in tested]
    if rhythm is not None and tested[0].p_value <= LEVEL:
        # "This pattern" is that of the weekdays.
        found.insert(1, rhythm)
    return Findings(
        "seasonality",
        found=tuple(found),
        limits=tuple(_limits(tested)),
        charts=tuple(_chart(one, bought.currency) for one in tested),
    )


def _test(bought: Purchases) -> list[_Tested]:
    spent = bought.by_day()
    days = [day_of(bought.first + at) for at in range(len(spent))]
    months = len({(day.year, day.month) for day in days})
    grouped = {"weekday": _split(spent, [day.weekday() for day in days], 7)}
    if months >= LEAST_MONTHS_FOR_PARTS:
        grouped["part"] = _split(spent, [min((day.day - 1) // 10, 2) for day in days], 3)
    if months >= LEAST_MONTHS_FOR_MONTHS:
        weekly = _weekly(spent)
        inside = [days[at * LAG + LAG // 2].month - 1 for at in range(len(weekly))]
        grouped["month"] = _split(weekly, inside, 12)
    patterns = [kruskal_wallis(groups) for groups in grouped.values()]
    p_values = adjust([pattern.p_value for pattern in patterns])
    return [
        _Tested(key, groups, pattern, float(p_value))
        for (key, groups), pattern, p_value in zip(grouped.items(), patterns, p_values, strict=True)
    ]


def _split(values: Floats, groups: Sequence[int], count: int) -> tuple[Floats, ...]:
    place: NDArray[np.int64] = np.asarray(groups)
    return tuple(values[place == group] for group in range(count))


def _weekly(spent: Floats) -> Floats:
    """Means of whole weeks: days that follow one another are no independent witnesses."""
    weeks = len(spent) // LAG
    means: Floats = spent[: weeks * LAG].reshape(weeks, LAG).mean(axis=1)
    return means


def _say(one: _Tested, currency: str | None) -> Finding:
    test = "kruskal_wallis"
    if one.p_value > LEVEL:
        return Finding(f"no_{one.key}", {}, 0.3, test, one.p_value)
    means = one.means
    overall = float(np.concatenate(one.groups).mean())
    high, low = int(np.argmax(means)), int(np.argmin(means))
    values = {
        "high": _name(one.key, high),
        "low": _name(one.key, low),
        "high_mean": money(means[high], currency),
        "low_mean": money(means[low], currency),
        "ratio": times(means[high] / overall if overall else 0.0),
        "strength": share(one.pattern.strength),
    }
    closed = one.key == "weekday" and not means[low]
    kind = f"{one.key}_closed" if closed else one.key
    return Finding(kind, values, 0.4 + one.pattern.strength / 2, test, one.p_value)


def _name(key: str, place: int) -> Value:
    if key == "part":
        return word(PARTS[place])
    return Value("weekday" if key == "weekday" else "month_of_year", place)


def _rhythm(spent: Floats) -> Finding | None:
    """Whether a day resembles that of the week before: beyond 1.96/√n by chance one in twenty."""
    value = autocorrelation(spent, LAG)
    p_value = normal_tails(value * len(spent) ** 0.5)
    if value <= 0 or p_value > LEVEL:
        return None
    values = {"value": number(value), "days": counted("days", len(spent))}
    return Finding("rhythm", values, 0.2, "autocorrelation", p_value)


def _limits(tested: list[_Tested]) -> list[Finding]:
    missing = {"part": LEAST_MONTHS_FOR_PARTS, "month": LEAST_MONTHS_FOR_MONTHS}
    there = {one.key for one in tested}
    return [
        Finding(f"too_short_{key}", {"needed": counted("months", months)})
        for key, months in missing.items()
        if key not in there
    ]


def _chart(one: _Tested, currency: str | None) -> Chart:
    unit = {"weekday": "weekday", "part": "word", "month": "month_of_year"}[one.key]
    places = SPANS if one.key == "part" else tuple(range(len(one.groups)))
    overall = float(np.concatenate(one.groups).mean())
    even = tuple(overall for _ in places)
    across = Column(one.key, unit, places)  # type: ignore[arg-type]
    mean = Column("mean_by_day", "money", tuple(one.means), currency)
    middle = Column("overall", "money", even, currency, role="even")
    return Chart(f"by_{one.key}", "bars", across, (mean, middle))
