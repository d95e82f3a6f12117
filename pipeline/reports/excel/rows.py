"""The rows of a snapshot as cells: numbers as Excel counts, texts that a cell can hold.

Only receipts that count: discarded duplicates, with their lines and taxes, are left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.excel.columns import (
    COLUMNS,
    CURRENCY_NUMBER,
    NET,
    DataColumn,
    DataSheet,
)
from pipeline.reports.figures.tables import group_of
from pipeline.reports.snapshot.read import Snapshot
from pipeline.reports.texts import Texts
from pipeline.spreadsheet import clean_text

# From Excel's first day to 1 January 1970, the day that dates are counted from here.
DAYS_TO_1970 = 25_569
DAY_US = 86_400e6
BATCH_ROWS = 4_000
_DIVIDED_BY = {"money": 100.0, "price": 1000.0, "rate": 100.0}
# Columns of lines and taxes that are those of their receipt.
GROUP = "group"
_GROUP_OF = ("merchant", "merchant_key")
_NET_OF = ("amount_cents", "discount_cents")
_MADE = (NET, CURRENCY_NUMBER)
_OF_RECEIPT = ("bought_on", "merchant", "currency", "number", "receipt_id")

# Excel compares with 255 characters at most, of which signs of patterns take two.
MAX_NAME = 120

Cells = list[Any]
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class CellBatch:
    """Rows that go onto a sheet together: a list for each column, and each row's currency."""

    columns: tuple[Cells, ...]
    currencies: Cells

    def __len__(self) -> int:
        return len(self.currencies)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The currency of each row, then its cells."""
        return zip(self.currencies, *self.columns, strict=True)


@dataclass(frozen=True)
class SheetData:
    """The rows of a snapshot, sheet by sheet, in the words of a language."""

    snapshot: Snapshot
    texts: Texts
    merchants: Mapping[Any, str | None]

    @cached_property
    def receipts(self) -> pa.Table:
        """What lines and taxes take from their receipts, and whether these count."""
        table = self.snapshot.receipts(*_OF_RECEIPT, "merchant_key", "is_discarded")
        return table.combine_chunks()

    @cached_property
    def counts(self) -> Numbers:
        """Of every receipt in the snapshot, whether it counts."""
        return ~_bools(self.receipts["is_discarded"])

    def name_category(self, name: str | None) -> str | None:
        """What sheets and formulas call a category."""
        named: str | None = clean_name(self.texts.category(name)) if name else None
        return named

    def number_of(self, sheet: DataSheet) -> int:
        """How many rows the sheet has."""
        if sheet == "receipts":
            return int(self.counts.sum())
        return int(self.table(sheet).num_rows)

    def table(self, sheet: DataSheet, *sources: str) -> pa.Table:
        """These columns of all rows that the sheet has, as the snapshot holds them."""
        if sheet == "receipts":
            wanted = sources or ("is_discarded",)
            read = [name for name in wanted if name != GROUP]
            read += _GROUP_OF if GROUP in wanted else ()
            kept = self.snapshot.receipts(*read).filter(pa.array(self.counts))
            return pa.table({name: _pick(name, kept, kept) for name in wanted})
        own = [name for name in sources if name not in (*_OF_RECEIPT, GROUP, NET)]
        own += _NET_OF if NET in sources else ()
        if sheet == "taxes":
            rows = self.snapshot.taxes()
        else:
            rows = self.snapshot.lines("receipt_row", *own)
        kept = rows.filter(pa.array(self._mask(rows)))
        shared = [name for name in sources if name in _OF_RECEIPT]
        of_receipt = self.receipts.select(shared).take(kept["receipt_row"])
        wanted = sources or ("receipt_row",)
        return pa.table({name: _pick(name, kept, of_receipt) for name in wanted})

    def batches(self, sheet: DataSheet) -> Iterator[CellBatch]:
        """The rows of the sheet, in order and in bounded memory."""
        if sheet == "receipts":
            yield from self._receipt_batches()
            return
        own = tuple(c.source for c in COLUMNS[sheet] if c.source not in (*_OF_RECEIPT, *_MADE))
        batches = self._taxes() if sheet == "taxes" else self._iterate_lines(("receipt_row", *own))
        for batch in batches:
            kept = batch.filter(pa.array(self._mask(batch)))
            of_receipt = self.receipts.take(kept["receipt_row"])
            yield self._cells(sheet, partial(_pick, own=kept, of_receipt=of_receipt))

    def _receipt_batches(self) -> Iterator[CellBatch]:
        wanted = [c.source for c in COLUMNS["receipts"] if c.source not in _MADE]
        start = 0
        for batch in self.snapshot.iterate_receipts(
            [*wanted, "merchant_key"], batch_rows=BATCH_ROWS
        ):
            kept = batch.filter(pa.array(self.counts[start : start + len(batch)]))
            start += len(batch)
            yield self._cells("receipts", partial(_pick, own=kept, of_receipt=kept))

    def _cells(self, sheet: DataSheet, find: Callable[[str], Any]) -> CellBatch:
        columns = tuple(self._column(column, find) for column in COLUMNS[sheet])
        return CellBatch(columns, _texts(find("currency")))

    def _column(self, column: DataColumn, find: Callable[[str], Any]) -> Cells:
        if column.source == "merchant":
            return [self.merchants.get(group) for group in find(GROUP).to_pylist()]
        if column.source == "category":
            return _texts(find("category"), self.name_category)
        if column.source == CURRENCY_NUMBER:
            return _texts(find("currency"), _number_of)
        if column.kind == "flag":
            no, yes = self.texts.say("xlsx.no"), self.texts.say("xlsx.yes")
            return [
                None if flag is None else yes if flag else no for flag in _list(find(column.source))
            ]
        return to_cells(find(column.source), column.kind)

    def _mask(self, batch: pa.RecordBatch | pa.Table) -> Numbers:
        mask: Numbers = self.counts[batch.column("receipt_row").to_numpy()]
        return mask

    def _iterate_lines(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        return self.snapshot.iterate_lines(columns, batch_rows=BATCH_ROWS)

    def _taxes(self) -> Iterator[pa.RecordBatch]:
        return iter(self.snapshot.taxes().to_batches(max_chunksize=BATCH_ROWS))


def to_cells(values: pa.Array | pa.ChunkedArray, kind: str) -> Cells:
    """A column as cells: days and moments as Excel counts them, money in whole units."""
    if kind == "text":
        return _texts(values)
    if kind == "date":
        return _numbers(values.cast(pa.int32()), lambda days: days + DAYS_TO_1970)
    if kind == "moment":
        return _numbers(values.cast(pa.int64()), lambda us: us / DAY_US + DAYS_TO_1970)
    divisor = _DIVIDED_BY.get(kind)
    return _numbers(values, (lambda number: number / divisor) if divisor else (lambda same: same))


def _pick(name: str, own: Any, of_receipt: Any) -> Any:
    if name == GROUP:
        return group_of(of_receipt)
    if name == NET:
        amount, discount = (own.column(source) for source in _NET_OF)
        return pc.subtract(amount, pc.fill_null(discount, 0))
    return (of_receipt if name in _OF_RECEIPT else own).column(name)


def _numbers(values: Any, convert: Callable[[Numbers], Numbers]) -> Cells:
    # What is missing comes as NaN, which no cell can hold either.
    found = convert(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False))
    cells: Cells = found.tolist()
    if np.isfinite(found).all():
        return cells
    return [cell if abs(cell) < np.inf else None for cell in cells]


def clean_name(name: Any) -> Any:
    """The name of a group as sheets and formulas have it: short enough to be looked for."""
    return _clean(name[:MAX_NAME]) if isinstance(name, str) else name


def _texts(values: Any, clean: Callable[[str | None], Any] | None = None) -> Cells:
    clean = clean or _clean
    missing = clean(None)
    if isinstance(values, pa.ChunkedArray):
        return [text for chunk in values.chunks for text in _texts(chunk, clean)]
    if isinstance(values, pa.DictionaryArray):
        names = [clean(name) for name in values.dictionary.to_pylist()]
        return [missing if at is None else names[at] for at in values.indices.to_pylist()]
    return [clean(text) for text in values.to_pylist()]


def _list(values: Any) -> Cells:
    cells: Cells = values.to_pylist()
    return cells


def _number_of(currency: str | None) -> int:
    """Another number for each code, as exact as Excel counts; 0 where it is not known."""
    return int.from_bytes((currency or "")[:3].encode()[:6])


def _clean(text: str | None) -> str | None:
    return clean_text(text) if text else None


def _bools(values: Any) -> Numbers:
    flags: Numbers = pc.fill_null(values, False).to_numpy().astype(bool)
    return flags
