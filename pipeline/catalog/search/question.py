"""A question to the catalog and its answer, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.filters import ProductFilter
from pipeline.models import Product

Order = Literal["score", "newest", "oldest", "cheapest", "dearest"]


@dataclass(frozen=True)
class Example:
    """A product that results should be like, or unlike; `weight` above 0."""

    product_id: str
    weight: float = 1.0


@dataclass(frozen=True)
class Question:
    """Any of text, picture (the file's bytes), product and examples; all of them are combined.

    `min_score` is on the scale of `Found.score`, 0..1; None: the model's own cut-off.
    `facets` names the fields whose values are to be counted.
    """

    text: str | None = None
    picture: bytes | None = None
    product_id: str | None = None
    positive: tuple[Example, ...] = ()
    negative: tuple[Example, ...] = ()
    wanted: ProductFilter = field(default_factory=ProductFilter)
    limit: int = 20
    offset: int = 0
    min_score: float | None = None
    order: Order = "score"
    facets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A result: `score` in 0..1, and by what it was found: id, name, words, picture, meaning."""

    product: Product
    score: float
    found_by: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """`no_good_match` where nothing reaches the cut-off; `found` then holds the nearest anyway."""

    found: tuple[Found, ...]
    total: int
    model: str
    is_basic: bool
    cut_off: float
    no_good_match: bool
    took_ms: float
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
