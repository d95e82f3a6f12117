"""What a list or a search is narrowed to; each store and index says it in its own language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.catalog.product import AttributeValue


@dataclass(frozen=True)
class ProductFilter:
    """All of these must hold; of several values of one field, any. Prices in cents, inclusive.

    `has_picture` None: whether or not. `ids` are product references (points of the index).
    `import_job_id`: what this import wrote last; the store alone knows that, no index does.
    """

    categories: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[AttributeValue, ...]] = field(default_factory=dict)
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    currency: str | None = None
    has_picture: bool | None = None
    ids: tuple[int, ...] | None = None
    not_ids: tuple[int, ...] = ()
    import_job_id: str | None = None
