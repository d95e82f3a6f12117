"""Prices: which products cost more or less than before, what that cost, and an index over all."""

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    Table,
    Value,
    counted,
    money,
    number,
    price,
    share,
    text,
)
from pipeline.reports.analysis.purchases import Lines, day_of, read_lines, read_purchases
from pipeline.reports.analysis.sections.price_changes import (
    Product,
    find_changed,
    list_products,
)
from pipeline.reports.analysis.sections.price_index import LEAST_MATCHED, Link, chain_prices
from pipeline.reports.analysis.significance import LEVEL
from pipeline.reports.snapshot.job import Snapshots

ROWS = 15
# An effect below this share of the amounts has no figure of its own.
LEAST_COST = 0.001


def research(snapshots: Snapshots) -> Findings:
    """Products bought three times or more at one merchant, by the price of one unit."""
    bought = read_purchases(snapshots.current)
    lines = read_lines(snapshots.current, bought.currency)
    products = list_products(lines)
    changed, links = find_changed(products), chain_prices(products)
    rises = [one for one in changed if one.change > 0]
    falls = [one for one in changed if one.change < 0]
    strange = [one for one in products if one.is_strange]
    currency = bought.currency
    found = [
        _sum_up(products, rises, falls),
        *_cost(changed, lines, currency),
        *_largest(rises, "rise", currency),
        *_largest(falls, "fall", currency),
        *_index(links),
    ]
    return Findings(
        "prices",
        found=tuple(found),
        limits=tuple(_limits(links, strange)),
        charts=tuple(_charts(links, changed, currency)),
        tables=tuple(
            _table(key, some, currency)
            for key, some in (("rises", rises), ("falls", falls), ("strange", strange))
            if some
        ),
    )


def _sum_up(products: list[Product], rises: list[Product], falls: list[Product]) -> Finding:
    values = {
        "products": counted("products", len(products)),
        "rises": counted("rises", len(rises)),
        "falls": counted("falls", len(falls)),
    }
    kind = "followed" if rises and falls else "only_rises" if rises else "only_falls"
    return Finding(kind if rises or falls else "unchanged", values, 0.5)


def _index(links: list[Link]) -> list[Finding]:
    if not links:
        return []
    change = links[-1].index / 100 - 1
    values = {
        "change": share(abs(change)),
        "first": Value("month", links[0].month),
        "last": Value("month", links[-1].month),
        "index": number(links[-1].index),
    }
    p_value = links[-1].p_value
    kind = "index_even" if p_value > LEVEL else "index_up" if change > 0 else "index_down"
    return [Finding(kind, values, min(0.4 + abs(change) * 4, 0.9), "index", p_value)]


def _cost(changed: list[Product], lines: Lines, currency: str | None) -> list[Finding]:
    """What all changes together cost against the first prices."""
    if not changed:
        return []
    cents = sum(one.cost_cents for one in changed)
    if round(cents) == 0:
        return []
    spent = float(lines.cents[lines.in_currency].sum())
    values = {"amount": money(abs(cents), currency), "share": share(abs(cents) / max(spent, 1))}
    part = abs(cents) / max(spent, 1)
    if part < LEAST_COST:
        return [Finding("little", {"share": share(LEAST_COST)}, 0.2)]
    return [Finding("cost" if cents > 0 else "saving", values, min(0.5 + part * 5, 0.95))]


def _largest(changed: list[Product], kind: str, currency: str | None) -> list[Finding]:
    """The change that moved most money."""
    if not changed:
        return []
    # The dearer product may have cost less over all, where it was cheap for long in between.
    first = max(changed, key=lambda one: one.cost_cents if kind == "rise" else -one.cost_cents)
    values = {
        "product": text(first.description),
        "merchant": text(first.merchant),
        "before": price(first.first, currency),
        "after": price(first.last, currency),
        "change": share(abs(first.change)),
        "amount": money(abs(first.cost_cents), currency),
    }
    return [Finding(kind, values, 0.45)]


def _limits(links: list[Link], strange: list[Product]) -> list[Finding]:
    limits = []
    if not links:
        limits.append(Finding("no_index", {"needed": counted("products", LEAST_MATCHED)}))
    if strange:
        limits.append(Finding("strange_prices", {"products": counted("products", len(strange))}))
    return limits


def _charts(links: list[Link], changed: list[Product], currency: str | None) -> list[Chart]:
    charts = []
    if links:
        across = Column("month", "month", tuple(link.month for link in links))
        index = Column("index", "number", tuple(link.index for link in links))
        charts.append(Chart("price_index", "line", across, (index,)))
    if changed:
        shown = changed[:ROWS]
        across = Column("product", "text", tuple(one.description for one in shown))
        cost = Column("cost", "money", tuple(one.cost_cents for one in shown), currency)
        charts.append(Chart("cost_of_changes", "ranking", across, (cost,)))
    return charts


def _table(key: str, products: list[Product], currency: str | None) -> Table:
    shown = products[:ROWS]
    columns = (
        Column("product", "text", tuple(one.description for one in shown)),
        Column("merchant", "text", tuple(one.merchant for one in shown)),
        Column("first_day", "day", tuple(day_of(one.days[0]).isoformat() for one in shown)),
        Column("bought", "count", tuple(len(one.days) for one in shown)),
        Column("first_price", "price", tuple(one.first for one in shown), currency),
        Column("last_price", "price", tuple(one.last for one in shown), currency),
        Column("change", "change", tuple(one.change for one in shown)),
        Column("cost", "money", tuple(one.cost_cents for one in shown), currency),
    )
    return Table(key, columns, len(products))
