"""What the purchases weigh: all together, by category with ranges, the heaviest, the unknown."""

from collections.abc import Callable

from pipeline.reports.excel.blocks import Block, BlockRow, Cell, Head, Live, address
from pipeline.reports.excel.columns import NET
from pipeline.reports.excel.facts import Facts, ratio, units
from pipeline.reports.excel.ranges import IS_FILLED, Rows, same_as
from pipeline.reports.excel.tallies import Weights

NAME, LINES, WEIGHED, COVERAGE, MASS, KG, LOW, HIGH, PART = range(9)
_WEIGHTS = (("mass_kg", MASS), ("kg_co2e", KG), ("kg_co2e_low", LOW), ("kg_co2e_high", HIGH))


def build_footprint(facts: Facts, first: int) -> Block:
    """One row for the summary: kg CO2e with its range, and the period before."""
    found = facts.weights
    kg, low, high = (found.sums[name] for name in ("kg_co2e", "kg_co2e_low", "kg_co2e_high"))
    previous = facts.figures.previous
    cells: tuple[Cell, ...] = (
        facts.say("kgCO2e"),
        "kg",
        facts.live("lines", lambda r: r.count_where(("kg_co2e", IS_FILLED)), found.weighed_rows),
        facts.live("lines", lambda r: r.sum_of("kg_co2e"), kg),
        facts.live("lines", lambda r: r.sum_of("kg_co2e_low"), low),
        facts.live("lines", lambda r: r.sum_of("kg_co2e_high"), high),
    )
    heads: tuple[Head, ...] = (
        Head(facts.say("footprint")),
        Head(facts.say("unit")),
        Head(facts.say("weighed"), "count"),
        Head(facts.say("kgCO2e"), "weight"),
        Head(facts.say("low"), "weight"),
        Head(facts.say("high"), "weight"),
    )
    if previous is not None:
        before, row = previous.footprint.kg_co2e, first
        now, then, change = (address(row, column) for column in (3, 6, 7))
        cells += (
            before,
            Live(f"{now}-{then}", kg - before),
            Live(f'IF({then}=0,"",{change}/{then})', ratio(kg - before, before)),
        )
        heads += (
            Head(facts.say("before", period=facts.texts.period(previous.period)), "weight"),
            Head(facts.say("change"), "weight"),
            Head(facts.say("changeShare"), "change"),
        )
    return Block(facts.say("footprint"), heads, (BlockRow(cells), _coverage_row(facts, first + 1)))


def _coverage_row(facts: Facts, row: int) -> BlockRow:
    """The share of spending that is weighed; money of several currencies has no formula."""
    coverage = facts.figures.footprint.coverage
    cell: Cell = coverage
    if coverage is not None and len(facts.currencies) == 1:
        cell = facts.live("lines", _share_weighed, coverage)
    cells: tuple[Cell, ...] = (facts.say("coverage"), None, None, cell, None, None)
    if facts.figures.previous is not None:
        before = facts.figures.previous.footprint.coverage
        change = None
        if coverage is not None and before is not None:
            change = Live(f"{address(row, 3)}-{address(row, 6)}", coverage - before)
        cells += (before, change, None)
    return BlockRow(cells, kinds=((3, "percent"), (6, "percent"), (7, "change")))


def _share_weighed(rows: Rows) -> str:
    paid = (NET, '">0"')
    return f"({rows.sum_where(NET, paid, ('kg_co2e', IS_FILLED))})/({rows.sum_where(NET, paid)})"


def build_categories(facts: Facts, first: int) -> Block:
    """Lines and weights by category, the heaviest first, and all together."""
    groups = facts.category_weights
    last = first + len(groups) - 1
    rows = [_category_row(facts, entry, row, last + 1) for row, entry in enumerate(groups, first)]
    heads = (
        Head(facts.say("column.category")),
        Head(facts.say("lines"), "count"),
        Head(facts.say("weighed"), "count"),
        Head(facts.say("weighedShare"), "share"),
        Head(facts.say("mass"), "weight"),
        Head(facts.say("kgCO2e"), "weight"),
        Head(facts.say("low"), "weight"),
        Head(facts.say("high"), "weight"),
        Head(facts.say("share"), "percent"),
    )
    total = _total_row(facts, first, last)
    return Block(facts.say("footprintBy"), heads, (*rows, total), facts.say("footprintNote"))


def _category_row(facts: Facts, entry: Weights, row: int, total: int) -> BlockRow:
    name = None if entry.name is None else str(entry.name)
    same = ("category", same_as(address(row, NAME), name))
    weighed = ("kg_co2e", IS_FILLED)
    sums = tuple(
        facts.live("lines", _sum(source, same), entry.sums[source]) for source, _ in _WEIGHTS
    )
    kg, all_kg = address(row, KG), address(total, KG)
    cells = (
        name or facts.say("categoryUnknown"),
        facts.live("lines", lambda r: r.count_where(same), entry.rows),
        facts.live("lines", lambda r: r.count_where(same, weighed), entry.weighed_rows),
        _share(row, WEIGHED, LINES, entry.weighed_rows, entry.rows),
        *sums,
        Live(
            f'IF({all_kg}=0,"",{kg}/{all_kg})',
            ratio(entry.sums["kg_co2e"], facts.weights.sums["kg_co2e"]),
        ),
    )
    return BlockRow(cells)


def _sum(source: str, same: tuple[str, str]) -> Callable[[Rows], str]:
    return lambda rows: rows.sum_where(source, same)


def _share(row: int, part: int, whole: int, a: float, b: float) -> Live:
    over = address(row, whole)
    return Live(f'IF({over}=0,"",{address(row, part)}/{over})', ratio(a, b))


def _total_row(facts: Facts, first: int, last: int) -> BlockRow:
    found, row = facts.weights, last + 1

    def total(column: int, value: float) -> Live:
        return Live(f"SUM({address(first, column)}:{address(last, column)})", value)

    cells: tuple[Cell, ...] = (
        facts.say("all"),
        total(LINES, found.rows),
        total(WEIGHED, found.weighed_rows),
        _share(row, WEIGHED, LINES, found.weighed_rows, found.rows),
        *(total(column, found.sums[source]) for source, column in _WEIGHTS),
        _share(row, KG, KG, found.sums["kg_co2e"], found.sums["kg_co2e"]),
    )
    return BlockRow(cells, is_total=True)


def build_heaviest(facts: Facts, first: int, total_cell: str) -> Block:
    """The lines that weigh most, with their share of all."""
    all_kg = facts.weights.sums["kg_co2e"]
    rows = tuple(
        BlockRow(
            (
                line.description,
                line.bought_on,
                units(line.amount_cents),
                line.kg_co2e,
                Live(
                    f'IF({total_cell}=0,"",{address(row, 3)}/{total_cell})',
                    ratio(line.kg_co2e, all_kg),
                ),
                line.merchant,
            ),
            line.currency,
        )
        for row, line in enumerate(facts.figures.footprint.heaviest, first)
    )
    heads = (
        Head(facts.say("column.description")),
        Head(facts.say("column.date"), "date"),
        Head(facts.say("column.amount"), "money"),
        Head(facts.say("kgCO2e"), "weight"),
        Head(facts.say("share"), "percent"),
        Head(facts.say("column.merchant")),
    )
    return Block(facts.say("heaviest"), heads, rows)


def build_unknown(facts: Facts, first: int) -> Block:
    """What could not be weighed, the most expensive first."""
    del first
    rows = tuple(
        BlockRow((line.description, line.lines, units(line.amount_cents)), line.currency)
        for line in facts.figures.footprint.unknown
    )
    heads = (
        Head(facts.say("column.description")),
        Head(facts.say("lines"), "count"),
        Head(facts.say("column.amount"), "money"),
    )
    return Block(facts.say("unknown"), heads, rows)


def build_grades(facts: Facts, first: int) -> Block:
    """Receipts by grade."""
    entries = sorted(facts.grades.values(), key=lambda entry: _grade_order(entry.name))
    rows = []
    for row, entry in enumerate(entries, first):
        same = ("grade", same_as(address(row, 0), entry.name))
        count = facts.live("receipts", _count(same), entry.rows)
        rows.append(BlockRow((entry.name or facts.say("gradeUnknown"), count)))
    heads = (Head(facts.say("column.grade")), Head(facts.say("receipts"), "count"))
    return Block(facts.say("grades"), heads, tuple(rows))


def _count(same: tuple[str, str]) -> Callable[[Rows], str]:
    return lambda rows: rows.count_where(same)


def _grade_order(name: str | None) -> tuple[bool, str, bool]:
    """A+ before A, B, ..., nothing last."""
    return (name is None, (name or "")[:1], not (name or "").endswith("+"))
