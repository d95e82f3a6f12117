"""A question to the catalog and its answer, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.filters import ProductFilter
from pipeline.models import Product

Order = Literal["score", "newest", "oldest", "cheapest", "dearest"]
FoundBy = Literal["id", "name", "words", "picture", "meaning"]
# Values of a field, the most frequent first, with the number of products that have each.
Counts = tuple[tuple[str | float | bool, int], ...]

# Their vectors are added up: more of them say nothing that the first twenty do not.
MAX_EXAMPLES = 20
MAX_WEIGHT = 10.0
MAX_TEXT_LENGTH = 1000
# So far down, nobody looks through matches of a likeness; lists are there for that.
MAX_FOUND = 1000


@dataclass(frozen=True)
class Example:
    """A product that results should be like, or unlike; `weight` above 0."""

    product_id: str
    weight: float = 1.0


@dataclass(frozen=True)
class Question:
    """Any of text, picture (the file's bytes), product and examples; all of them are combined.

    `min_score` is on the scale of `Found.score`, 0..1; None: the model's own cut-off. What scores
    less is left out, or comes behind all others with `keep_below`. `facets` names the fields whose
    values are to be counted.
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
    keep_below: bool = False

    @property
    def needs_model(self) -> bool:
        """Whether something of it must be encoded before it can be answered in full."""
        return bool(self.text or self.picture)


@dataclass(frozen=True)
class Found:
    """A result: `score` in 0..1, and by what it was found, the strongest reason first."""

    product: Product
    score: float
    found_by: tuple[FoundBy, ...]


@dataclass(frozen=True)
class Answer:
    """`no_good_match` where nothing reaches the cut-off; `found` then holds the nearest anyway.

    `total` counts what reaches the cut-off, of the nearest 1,000. `is_partial` where the model
    was not awaited: only what was found without it is there.
    """

    found: tuple[Found, ...]
    total: int
    model: str
    is_basic: bool
    cut_off: float
    no_good_match: bool
    took_ms: float
    facets: Mapping[str, Counts] = field(default_factory=dict)
    is_partial: bool = False
