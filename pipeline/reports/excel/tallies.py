"""What the formulas of the workbook come to as of now, counted from the same rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.excel.columns import COLUMNS, DataSheet
from pipeline.reports.excel.data_sheet import SheetSums
from pipeline.reports.excel.ranges import Part
from pipeline.reports.excel.rows import GROUP, SheetData, clean_name
from pipeline.reports.figures.money import name_merchants
from pipeline.reports.figures.tables import group_of
from pipeline.reports.snapshot.read import Snapshot

WEIGHTS = ("mass_kg", "kg_co2e", "kg_co2e_low", "kg_co2e_high")
_DIVIDED_BY = {"money": 100.0, "price": 1000.0}


@dataclass
class Tally:
    """Rows of one group with the sums of three of their columns; what is missing counts as 0."""

    name: Any = None
    rows: int = 0
    cents: int = 0
    more_cents: int = 0
    kg_co2e: float = 0.0
    weighed_rows: int = 0


@dataclass(frozen=True)
class Weights:
    """Lines of one group, how many of them are weighed, and sums of `WEIGHTS` in kg."""

    name: str | None
    rows: int
    weighed_rows: int
    sums: dict[str, float]


Tallies = Mapping[tuple[Any, ...], Tally]


def name_groups(snapshot: Snapshot) -> dict[str, str]:
    """What each merchant is called in figures and sheets alike, by what its receipts share."""
    spellings = snapshot.receipts("merchant", "merchant_key", "is_discarded")
    counted = spellings.filter(pc.invert(spellings["is_discarded"]))
    names = name_merchants(counted.append_column(GROUP, group_of(counted)))
    return {group: clean_name(name) for group, name in names.items()}


def tally(
    table: pa.Table,
    keys: tuple[str, ...],
    cents: str,
    *,
    more_cents: str | None = None,
    kg: str | None = None,
    name_of: Callable[[Any], Any] = clean_name,
) -> Tallies:
    """Rows and sums by `keys`, the last of which `name_of` turns into the name of the group.

    Names that differ in case alone are one group, as formulas compare them.
    """
    sums = (cents, more_cents or cents, kg or cents)
    plain = {name: _plain(table[name]) for name in dict.fromkeys((*keys, *sums))}
    # One thread: sums of floats depend on the order.
    counted = pa.table(plain).group_by(list(keys), use_threads=False)
    wanted = [
        *((name, "sum") for name in dict.fromkeys(sums)),
        (sums[2], "count"),
        ([], "count_all"),
    ]
    found: dict[tuple[Any, ...], Tally] = {}
    result = counted.aggregate(wanted)
    order = [*keys, *(f"{name}_sum" for name in sums), f"{sums[2]}_count", "count_all"]
    rows = zip(*(result[name].to_pylist() for name in order), strict=True)
    for *group, summed, more, weight, weighed, count in rows:
        name = name_of(group[-1])
        entry = found.setdefault((*map(fold, group[:-1]), fold(name)), Tally(name))
        entry.rows += count
        entry.cents += summed or 0
        entry.more_cents += more or 0
        entry.kg_co2e += weight or 0.0
        entry.weighed_rows += weighed
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    is_coded = pa.types.is_dictionary(column.type)
    return column.cast(pa.string()) if is_coded else column


def weigh(table: pa.Table, key: str, name_of: Callable[[Any], Any]) -> list[Weights]:
    """Lines and weights by `key`, which `name_of` turns into the name of the group."""
    plain = pa.table({name: _plain(table[name]) for name in (key, *WEIGHTS)})
    wanted = [*((name, "sum") for name in WEIGHTS), ("kg_co2e", "count"), ([], "count_all")]
    result = plain.group_by([key], use_threads=False).aggregate(wanted)
    order = (key, "count_all", "kg_co2e_count", *(f"{name}_sum" for name in WEIGHTS))
    found: dict[Any, Weights] = {}
    for named, rows, weighed, *sums in zip(*(result[c].to_pylist() for c in order), strict=True):
        name = name_of(named)
        same = found.get(fold(name)) or Weights(name, 0, 0, dict.fromkeys(WEIGHTS, 0.0))
        found[fold(name)] = Weights(
            same.name,
            same.rows + rows,
            same.weighed_rows + weighed,
            {w: same.sums[w] + (s or 0.0) for w, s in zip(WEIGHTS, sums, strict=True)},
        )
    return list(found.values())


def fold(name: Any) -> Any:
    """A name as formulas compare it: without regard to case."""
    return name.casefold() if isinstance(name, str) else name


def sum_parts(data: SheetData, sheet: DataSheet, parts: Iterable[Part]) -> list[SheetSums]:
    """What stands above the columns of each part."""
    columns = {c.source: c.kind for c in COLUMNS[sheet] if c.is_summed}
    values = {source: _summed(data, sheet, source, kind) for source, kind in columns.items()}
    currencies = _plain(data.table(sheet, "currency")["currency"])
    found, start = [], 0
    total = data.number_of(sheet)
    for part in parts:
        end = min(start + part.last - part.first + 1, total)
        found.append(
            SheetSums(
                end - start,
                len(currencies.slice(start, end - start).unique()) > 1,
                {source: float(column[start:end].sum()) for source, column in values.items()},
            )
        )
        start = end
    return found


def _summed(data: SheetData, sheet: DataSheet, source: str, kind: str) -> Any:
    column = pc.fill_null(data.table(sheet, source)[source], 0).to_numpy()
    divisor = _DIVIDED_BY.get(kind)
    return column if divisor is None else np.asarray(column) / divisor
