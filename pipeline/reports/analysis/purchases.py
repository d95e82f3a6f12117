"""The receipts and lines of a snapshot as arrays, without what no analysis may count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.reports.snapshot.read import Snapshot

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
# A period that the receipts do not fill to within so many days is analysed where they are.
EDGE_DAYS = 7
_COLUMNS = (
    *("receipt_id", "merchant", "merchant_key", "bought_on", "currency", "total_cents", "number"),
    "is_discarded",
)
_LINE_COLUMNS = (
    *("receipt_row", "line_key", "description", "category", "unit", "quantity"),
    *("unit_price_mills", "amount_cents", "discount_cents", "mass_kg"),
    *("kg_co2e", "kg_co2e_low", "kg_co2e_high"),
)


@dataclass(frozen=True)
class Names:
    """Things that come again and again: `codes` into `labels`, -1 where one is not known.

    `keys` tell them apart over periods, in which one may be printed in several ways.
    """

    codes: Ints
    labels: tuple[str, ...]
    keys: tuple[str, ...]

    def select(self, mask: Mask) -> "Names":
        """Those of some rows."""
        return Names(self.codes[mask], self.labels, self.keys)


@dataclass(frozen=True)
class Purchases:
    """Dated receipts with a total in one currency, by day, then id; arrays of one length.

    `days` count from 1970-01-01, `rows` are the places in the snapshot. `first` and `last` are
    the days that the receipts cover: the period, but for an end of over a week without any.
    `elsewhere` counts receipts in other currencies, `without_total` those that state none.
    """

    currency: str | None
    ids: tuple[str, ...]
    rows: Ints
    days: Ints
    cents: Ints
    merchants: Names
    numbers: tuple[str | None, ...]
    first: int
    last: int
    elsewhere: int
    without_total: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def spent_cents(self) -> int:
        """All of it."""
        return int(self.cents.sum())

    @property
    def span_days(self) -> int:
        """How many days are covered."""
        return self.last - self.first + 1

    @cached_property
    def known(self) -> int:
        """How many merchants there are."""
        return len(np.unique(self.merchants.codes[self.merchants.codes >= 0]))

    def by_day(self, values: NDArray[Any] | None = None) -> Floats:
        """Sum of what was spent, or of `values`, on each day that is covered."""
        weights = self.cents if values is None else values
        sums = np.bincount(self.days - self.first, weights, self.span_days)
        return np.asarray(sums[: self.span_days], dtype=np.float64)

    def spent_by_merchant(self) -> Floats:
        """Cents by the merchants' codes; unknown merchants left out."""
        known = self.merchants.codes >= 0
        sums = np.bincount(
            self.merchants.codes[known], self.cents[known], len(self.merchants.labels)
        )
        return np.asarray(sums, dtype=np.float64)

    def count_by_merchant(self) -> Ints:
        """Receipts by the merchants' codes."""
        codes = self.merchants.codes[self.merchants.codes >= 0]
        return np.bincount(codes, minlength=len(self.merchants.labels)).astype(np.int64)


@dataclass(frozen=True)
class Lines:
    """Lines of counted receipts, in their order; arrays of one length.

    `at` is the place of a line's receipt in the snapshot, `cents` are less discounts. NaN is what
    is not known.
    """

    at: Ints
    days: Ints
    merchants: Names
    keys: Names
    descriptions: Names
    categories: Names
    units: Names
    quantity: Floats
    mills: Floats
    cents: Ints
    mass_kg: Floats
    kg: Floats
    low: Floats
    high: Floats
    in_currency: Mask

    def __len__(self) -> int:
        return len(self.at)


def read_purchases(snapshot: Snapshot, currency: str | None = "main") -> Purchases:
    """What was bought, in the currency of most receipts or in the one that is named."""
    table = snapshot.receipts(*_COLUMNS)
    counted = _counted(table)
    cents, has_total = _integers(table["total_cents"])
    currencies = read_names(table["currency"])
    code = _main(currencies.codes[counted]) if currency == "main" else _code(currencies, currency)
    mine = counted & (currencies.codes == code)
    kept = mine & has_total
    rows = np.flatnonzero(kept)
    days = _days(table["bought_on"])[rows]
    first, last = _cover(snapshot, days)
    ids, numbers = table["receipt_id"].take(pa.array(rows)), table["number"].take(pa.array(rows))
    return Purchases(
        currency=currencies.labels[code] if code >= 0 else None,
        ids=tuple(ids.to_pylist()),
        rows=rows,
        days=days,
        cents=cents[rows],
        merchants=read_merchants(table, kept).select(kept),
        numbers=tuple(numbers.to_pylist()),
        first=first,
        last=last,
        elsewhere=int(np.sum(counted & ~mine)),
        without_total=int(np.sum(mine & ~has_total)),
    )


def read_lines(snapshot: Snapshot, currency: str | None) -> Lines:
    """The lines of all dated receipts; `in_currency` marks those that `currency` was paid for."""
    receipts = snapshot.receipts(*_COLUMNS)
    table = snapshot.lines(*_LINE_COLUMNS)
    at = table["receipt_row"].to_numpy().astype(np.int64)
    counted = _counted(receipts)
    keep = counted[at] if len(at) else np.zeros(0, dtype=bool)
    currencies = read_names(receipts["currency"])
    table, at = table.filter(pa.array(keep)), at[keep]
    merchants = read_merchants(receipts, counted)
    return Lines(
        at=at,
        days=_days(receipts["bought_on"])[at],
        merchants=Names(merchants.codes[at], merchants.labels, merchants.keys),
        keys=read_names(table["line_key"]),
        descriptions=read_names(table["description"]),
        categories=read_names(table["category"]),
        units=read_names(table["unit"]),
        quantity=_floats(table["quantity"]),
        mills=_floats(table["unit_price_mills"]),
        cents=_integers(table["amount_cents"])[0] - _integers(table["discount_cents"])[0],
        mass_kg=_floats(table["mass_kg"]),
        kg=_floats(table["kg_co2e"]),
        low=_floats(table["kg_co2e_low"]),
        high=_floats(table["kg_co2e_high"]),
        in_currency=currencies.codes[at] == _code(currencies, currency),
    )


def day_of(number: float) -> date:
    """The day that is so many after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def number_of(day: date) -> int:
    """How many days after 1970-01-01 a day is."""
    return (day - EPOCH).days


def read_names(column: pa.ChunkedArray) -> Names:
    """A column of texts; labels in the order of the alphabet, so that ties break the same way."""
    flat = column.combine_chunks()
    if not pa.types.is_dictionary(flat.type):
        flat = flat.dictionary_encode()
    labels = flat.dictionary.to_pylist()
    order = sorted(set(labels))
    place = {label: at for at, label in enumerate(order)}
    moved = np.array([place[label] for label in labels] + [-1], dtype=np.int64)
    codes = flat.indices.fill_null(len(labels)).to_numpy(zero_copy_only=False).astype(np.int64)
    return Names(moved[codes], tuple(order), tuple(order))


def read_merchants(receipts: pa.Table, among: Mask) -> Names:
    """Merchants by key, called what most of their receipts call them."""
    keys, printed = read_names(receipts["merchant_key"]), read_names(receipts["merchant"])
    seen = among & (keys.codes >= 0) & (printed.codes >= 0)
    counts = Counter(zip(keys.codes[seen].tolist(), printed.codes[seen].tolist(), strict=True))
    labels = list(keys.labels)
    for (key, name), _count in sorted(counts.items(), key=lambda pair: (pair[1], -pair[0][1])):
        labels[key] = printed.labels[name]
    return Names(keys.codes, tuple(labels), keys.labels)


def _counted(receipts: pa.Table) -> Mask:
    discarded = receipts["is_discarded"].fill_null(False).to_numpy()
    dated = receipts["bought_on"].is_valid().to_numpy()
    counted: Mask = dated & ~discarded
    return counted


def _days(column: pa.ChunkedArray) -> Ints:
    days: Ints = column.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
    return days


def _integers(column: pa.ChunkedArray) -> tuple[Ints, Mask]:
    return column.fill_null(0).to_numpy().astype(np.int64), column.is_valid().to_numpy()


def _floats(column: pa.ChunkedArray) -> Floats:
    values: Floats = column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return values


def _main(codes: Ints) -> int:
    known = codes[codes >= 0]
    return int(np.bincount(known).argmax()) if len(known) else -1


def _code(names: Names, label: str | None) -> int:
    return names.labels.index(label) if label in names.labels else -1 if label is None else -2


def _cover(snapshot: Snapshot, days: Ints) -> tuple[int, int]:
    first, last = number_of(snapshot.period.first), number_of(snapshot.period.last)
    if not len(days):
        return first, last
    return (
        first if days[0] - first <= EDGE_DAYS else int(days[0]),
        last if last - days[-1] <= EDGE_DAYS else int(days[-1]),
    )


def top(values: Sequence[float] | NDArray[Any], limit: int) -> list[int]:
    """Places of the largest values, largest first; of equal ones the first."""
    order = np.argsort(-np.asarray(values, dtype=np.float64), kind="stable")
    return [int(at) for at in order[:limit]]
