"""Suppliers: how concentrated spending is, who is new or gone, where there is no choice."""

from dataclasses import dataclass

import numpy as np

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    Table,
    category,
    counted,
    money,
    names,
    number,
    share,
    sort_by_weight,
    text,
)
from pipeline.reports.analysis.purchases import Floats, Lines, Purchases, read_lines, read_purchases
from pipeline.reports.analysis.purchases import top as largest
from pipeline.reports.analysis.statistics.robust import concentration, lorenz
from pipeline.reports.snapshot.job import Snapshots

LEAST_MERCHANTS = 5
# Above these a market is called concentrated and highly concentrated: Merger Guidelines of the
# U.S. Department of Justice and Federal Trade Commission (2023), there as 1,000 and 1,800 points.
CONCENTRATED, HIGHLY = 0.10, 0.18
# Whoever sold so often before does not stay away by chance: exp(-3) < 0.05 (Poisson).
LEAST_TO_BE_LOST = 3
NAMED = 3
ROWS = 15
# A category counts from that share of spending and that many lines on.
LEAST_CATEGORY, LEAST_LINES = 0.05, 10
DEPENDENT = 0.9
CURVE_POINTS = 101


@dataclass(frozen=True)
class _Ranking:
    """Merchants by what was spent with them, largest first; those with nothing left out."""

    keys: list[str]
    labels: list[str]
    cents: Floats
    receipts: list[int]

    @property
    def shares(self) -> Floats:
        shares: Floats = self.cents / self.cents.sum()
        return shares

    def top_share(self, count: int) -> float:
        return float(self.shares[:count].sum())


def research(snapshots: Snapshots) -> Findings:
    """Concentration now, who came and went against the days before, and dependence."""
    now = read_purchases(snapshots.current)
    ranking = _rank(now)
    before = None
    if snapshots.previous is not None:
        before = read_purchases(snapshots.previous, now.currency)
    found, rest = [_concentration(ranking)], []
    if before is not None and len(before):
        previous = _rank(before)
        found += _moved(ranking, previous)
        rest = [*_new(ranking, previous, now), *_lost(ranking, previous, now)]
    rest += _dependence(read_lines(snapshots.current, now.currency), now)
    return Findings(
        "suppliers",
        found=(*found, *sort_by_weight(rest)),
        limits=tuple(_unnamed(now)),
        charts=(_curve(ranking),),
        tables=(_table(ranking, now.currency),),
    )


def _rank(bought: Purchases) -> _Ranking:
    cents, receipts = bought.spent_by_merchant(), bought.count_by_merchant()
    order = [at for at in largest(cents, len(cents)) if cents[at] > 0]
    keys = [bought.merchants.keys[at] for at in order]
    labels = [bought.merchants.labels[at] for at in order]
    return _Ranking(keys, labels, cents[order], [int(receipts[at]) for at in order])


def _concentration(ranking: _Ranking) -> Finding:
    index = concentration(ranking.shares)
    kind = "spread" if index < CONCENTRATED else "concentrated" if index < HIGHLY else "highly"
    values = {
        "merchants": counted("merchants", len(ranking.labels)),
        "index": counted("", round(index * 10_000)),
        "equal": number(1 / index),
        "first": text(ranking.labels[0]),
        "first_share": share(ranking.top_share(1)),
        "three_share": share(ranking.top_share(3)),
        "five_share": share(ranking.top_share(5)),
    }
    return Finding(kind, values, weight=max(0.4, min(0.8, ranking.top_share(1) * 2)))


def _moved(now: _Ranking, before: _Ranking) -> list[Finding]:
    """A change of the index is told from a fifth on: less comes and goes with single receipts."""
    was, is_now = concentration(before.shares), concentration(now.shares)
    if abs(is_now - was) < was / 5:
        return []
    values = {
        "before": counted("", round(was * 10_000)),
        "first_before": text(before.labels[0]),
        "share_before": share(before.top_share(1)),
    }
    return [Finding("index_up" if is_now > was else "index_down", values, 0.35)]


def _new(now: _Ranking, before: _Ranking, bought: Purchases) -> list[Finding]:
    known = set(before.keys)
    places = [at for at, key in enumerate(now.keys) if key not in known]
    if not places:
        return []
    part = float(now.shares[places].sum())
    values = {
        "merchants": counted("merchants", len(places)),
        "names": names([now.labels[at] for at in places[:NAMED]]),
        "spent": money(float(now.cents[places].sum()), bought.currency),
        "share": share(part),
    }
    kind = "new_all_named" if len(places) <= NAMED else "new"
    return [Finding(kind, values, min(0.3 + part, 0.9))]


def _lost(now: _Ranking, before: _Ranking, bought: Purchases) -> list[Finding]:
    known = set(now.keys)
    places = [
        at
        for at, key in enumerate(before.keys)
        if key not in known and before.receipts[at] >= LEAST_TO_BE_LOST
    ]
    if not places:
        return []
    part = float(before.shares[places].sum())
    values = {
        "merchants": counted("merchants", len(places)),
        "names": names([before.labels[at] for at in places[:NAMED]]),
        "spent": money(float(before.cents[places].sum()), bought.currency),
        "share": share(part),
    }
    kind = "lost_all_named" if len(places) <= NAMED else "lost"
    return [Finding(kind, values, min(0.3 + part, 0.9))]


def _dependence(lines: Lines, bought: Purchases) -> list[Finding]:
    """Categories that nearly all come from one merchant though others sold something too."""
    usable = lines.in_currency & (lines.categories.codes >= 0) & (lines.merchants.codes >= 0)
    spent = float(lines.cents[usable].sum())
    found = []
    for code, label in enumerate(lines.categories.labels):
        mine = usable & (lines.categories.codes == code)
        cents = np.bincount(lines.merchants.codes[mine], lines.cents[mine])
        total = float(cents.sum()) if len(cents) else 0.0
        if mine.sum() < LEAST_LINES or total < LEAST_CATEGORY * spent or total <= 0:
            continue
        first = int(cents.argmax())
        if cents[first] < DEPENDENT * total:
            continue
        values = {
            "category": category(label),
            "merchant": text(lines.merchants.labels[first]),
            "share": share(float(cents[first]) / total),
            "spent": money(total, bought.currency),
        }
        found.append(Finding("dependence", values, min(0.3 + total / spent, 0.8)))
    return sorted(found, key=lambda one: -one.weight)[:NAMED]


def _unnamed(bought: Purchases) -> list[Finding]:
    unknown = bought.merchants.codes < 0
    if not unknown.any():
        return []
    values = {
        "receipts": counted("receipts", int(unknown.sum())),
        "spent": money(float(bought.cents[unknown].sum()), bought.currency),
    }
    return [Finding("unnamed", values)]


def _curve(ranking: _Ranking) -> Chart:
    """Lorenz curve, at a hundred places at most: a thousand merchants need no more."""
    number_share, sum_share = lorenz(ranking.cents)
    if len(number_share) > CURVE_POINTS:
        grid = np.linspace(0, 1, CURVE_POINTS)
        number_share, sum_share = grid, np.interp(grid, number_share, sum_share)
    across = Column("merchants_share", "share", tuple(map(float, number_share)))
    curve = Column("spent_share", "share", tuple(map(float, sum_share)))
    even = Column("evenly", "share", tuple(map(float, number_share)), role="even")
    return Chart("lorenz", "share_curve", across, (curve, even))


def _table(ranking: _Ranking, currency: str | None) -> Table:
    shares = ranking.shares
    columns = (
        Column("merchant", "text", tuple(ranking.labels[:ROWS])),
        Column("receipts", "count", tuple(ranking.receipts[:ROWS])),
        Column("spent", "money", tuple(map(float, ranking.cents[:ROWS])), currency),
        Column("share", "share", tuple(map(float, shares[:ROWS]))),
        Column("cumulated", "share", tuple(map(float, np.cumsum(shares)[:ROWS]))),
    )
    return Table("merchants", columns, len(ranking.labels))
