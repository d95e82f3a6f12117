"""Counting the values of fields over products that were found."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.attribute_rows import as_value, from_value
from pipeline.catalog.search.question import Counts

CATEGORY = "category"
MOST_VALUES = 50

# Category and attributes of a product, as the store has them.
Fields = tuple[str | None, dict[str, Any]]


def count_values(products: Iterable[Fields], field: str) -> Counts:
    """The most frequent values first; a product with a list counts for each of its values."""
    counted = Counter(value for product in products for value in _values(product, field))
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple((from_value(value), count) for value, count in ordered[:MOST_VALUES])


def is_narrowed(wanted: ProductFilter, field: str) -> bool:
    """Whether the filter asks for values of this field."""
    return bool(wanted.categories) if field == CATEGORY else field in wanted.attributes


def widen(wanted: ProductFilter, field: str) -> ProductFilter:
    """The filter without this field: what could be chosen in place of what is."""
    if field == CATEGORY:
        return replace(wanted, categories=())
    kept = {name: values for name, values in wanted.attributes.items() if name != field}
    return replace(wanted, attributes=kept)


def _values(product: Fields, field: str) -> Iterator[str]:
    category, attributes = product
    value = category if field == CATEGORY else attributes.get(field)
    if value in (None, ""):
        return
    # As JSON: in Python, true and 1 are the same.
    yield from map(as_value, value if isinstance(value, list | tuple) else [value])
