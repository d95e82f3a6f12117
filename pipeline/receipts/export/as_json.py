"""Rows as a JSON array of objects: texts as they are, numbers as numbers, days as ISO 8601."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pipeline.receipts.export.columns import Column, Row, Value

PIECE_LENGTH = 64_000


def write_json(columns: tuple[Column, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """One object on each line, so that it can be read line by line as well."""
    names = [column.name for column in columns]
    piece, between = "[", "\n"
    for row in rows:
        values = dict(zip(names, map(_to_json, row.values), strict=True))
        piece += between + json.dumps(values, ensure_ascii=False)
        between = ",\n"
        if len(piece) >= PIECE_LENGTH:
            yield piece.encode()
            piece = ""
    yield f"{piece}\n]\n".encode()


def _to_json(value: Value) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value
