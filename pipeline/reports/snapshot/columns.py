"""From values as a driver hands them over to typed columns of Arrow."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.reports.snapshot import schema
from pipeline.reports.snapshot.questions import Values

# In the order of `questions.receipts_of`; those that are not in the schema are made something of.
RECEIPT_VALUES = (
    *("receipt_id", "merchant", "merchant_key", "bought_on", "currency", "total_cents"),
    *("payment_method", "receipt_type", "kg_co2e", "kg_co2e_low", "kg_co2e_high", "coverage"),
    *("score", "grade", "confidence", "needs_review", "was_unsure", "reviewed_at"),
    *("reviewed_by", "discarded_at", "status", "client", "file_name", "submitted_at"),
    *("finished_at", "duplicate_of", "is_corrected", "reasons", "subtotal", "number"),
)
# In the order of `questions.lines_of`, after place and position.
LINE_VALUES = (
    *("description", "line_key", "quantity", "unit", "unit_price_mills", "amount_cents"),
    *("discount_cents", "category", "factor", "method", "mass_kg", "kg_co2e", "kg_co2e_low"),
    *("kg_co2e_high", "confidence"),
)
_MOMENT = pa.timestamp("us", "UTC")
_CENTS = 100

Columns = dict[str, pa.Array]


def read_receipts(found: Values) -> Columns:
    """The columns of a batch of receipts but `tax_cents`, and `discarded_at`, `finished_at`."""
    values = dict(zip(RECEIPT_VALUES, found, strict=True))
    reasons, subtotal = values.pop("reasons"), values.pop("subtotal")
    kinds = {name: schema.RECEIPTS.field(name).type for name in values if name in _RECEIPT_NAMES}
    columns = {name: _column(values[name], kinds.get(name, _MOMENT)) for name in values}
    columns["review_reasons"] = _column(_read_reasons(reasons), pa.string()).dictionary_encode()
    columns["subtotal_cents"] = _to_cents(subtotal)
    columns["is_discarded"] = pc.is_valid(columns["discarded_at"])
    return columns


def read_lines(found: Values) -> Columns:
    """The columns of the lines of a batch of receipts, in order; `receipt_row` from 0 in it."""
    if not found:
        return {name: pa.array([], schema.LINES.field(name).type) for name in schema.LINES.names}
    place, position, *values = found
    order = _order(place, position)
    columns = {"receipt_row": _column(place, pa.int32()), "position": _column(position, pa.int32())}
    for name, column in zip(LINE_VALUES, values, strict=True):
        columns[name] = _column(column, schema.LINES.field(name).type)
    if order is None:
        return columns
    return {name: column.take(order) for name, column in columns.items()}


def read_taxes(found: Values) -> Columns:
    """The tax rows of a batch of receipts, in order; `receipt_row` from 0 in it."""
    place, tax_id, *values = found or [[] for _ in range(5)]
    columns = {"receipt_row": _column(place, pa.int32())}
    for name, column in zip(schema.TAXES.names[1:], values, strict=True):
        columns[name] = _column(column, schema.TAXES.field(name).type)
    order = _order(place, tax_id)
    return columns if order is None else {n: c.take(order) for n, c in columns.items()}


def to_batch(columns: Mapping[str, pa.Array], wanted: pa.Schema) -> pa.RecordBatch:
    """These columns in the order of `wanted`."""
    return pa.RecordBatch.from_arrays([columns[name] for name in wanted.names], schema=wanted)


def sums_of(values: pa.Array, places: pa.Array, count: int) -> np.ndarray:
    """The sum of `values` at each of `count` places; None counts nothing."""
    known = values.is_valid().to_numpy(zero_copy_only=False)
    at, weights = places.to_numpy()[known], values.drop_null().to_numpy()
    return np.bincount(at, weights=weights, minlength=count)


def how_many_of(values: pa.Array, places: pa.Array, count: int) -> np.ndarray:
    """How many of `values` are known at each of `count` places."""
    known = values.is_valid().to_numpy(zero_copy_only=False)
    return np.bincount(places.to_numpy()[known], minlength=count)


_RECEIPT_NAMES = frozenset(schema.RECEIPTS.names)


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    if pa.types.is_boolean(kind):
        # SQLite knows 0 and 1.
        return pa.array(values).cast(kind)
    if pa.types.is_temporal(kind):
        return _times(values, kind)
    return pa.array(values, kind)


def _times(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    found = pa.array(values)
    if pa.types.is_timestamp(kind):
        # Both stores keep UTC without saying so.
        return found.cast(pa.timestamp("us")).cast(kind)
    return found.cast(kind)


def _order(*keys: Sequence[Any]) -> pa.Array | None:
    """The rows by the first of `keys`, then the next; None where they are in that order."""
    columns = [np.asarray(key, np.int64) for key in keys]
    order = np.lexsort(columns[::-1])
    is_sorted = bool((np.diff(order) == 1).all())
    return None if is_sorted else pa.array(order)


def _to_cents(amounts: Sequence[Any]) -> pa.Array:
    # Texts on PostgreSQL, numbers on SQLite; a double holds cents up to nine million million.
    numbers = np.array([np.nan if one is None else float(one) for one in amounts])
    return pa.array(np.rint(numbers * _CENTS), from_pandas=True).cast(pa.int64())


def _read_reasons(texts: Iterable[str]) -> list[str | None]:
    return [None if text in ("[]", "null", None) else _codes(text) for text in texts]


def _codes(text: str) -> str:
    # Receipts of older versions have bare codes.
    return ",".join(one if isinstance(one, str) else one["code"] for one in json.loads(text))
