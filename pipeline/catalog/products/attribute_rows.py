"""Attributes as rows, one for each value: what filters and counts of values look at."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert

from pipeline.catalog.product import AttributeValue
from pipeline.models import ProductAttribute

# Longer values are descriptions: nobody chooses one from a list, and no index takes them.
MAX_VALUE_LENGTH = 200

_TABLE: Any = ProductAttribute.__table__  # type: ignore[attr-defined]


def as_value(value: str | float | bool) -> str:
    """One value as it is kept: JSON, in which 7 and 7.0 are the same."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def from_value(kept: str) -> str | float | bool:
    """The value that `as_value` wrote."""
    value: str | float | bool = json.loads(kept)
    return value


def replace_attributes(
    connection: Connection, attributes: Mapping[int, Mapping[str, AttributeValue]]
) -> None:
    """Let these products be filtered by these attributes and by no others."""
    delete_attributes(connection, attributes)
    rows = [
        {"product_ref": ref, "name": name, "value": value}
        for ref, of_product in attributes.items()
        for name, value in sorted(set(_pairs(of_product)))
    ]
    if rows:
        connection.execute(insert(_TABLE), rows)


def delete_attributes(connection: Connection, refs: Collection[int]) -> None:
    """Let these products not be found by attributes any more."""
    connection.execute(delete(_TABLE).where(_TABLE.c.product_ref.in_(refs)))


def _pairs(attributes: Mapping[str, AttributeValue]) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            kept = as_value(one)
            if len(kept) <= MAX_VALUE_LENGTH and len(name) <= MAX_VALUE_LENGTH:
                yield name, kept
