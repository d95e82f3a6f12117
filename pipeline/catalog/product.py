"""What is said of a product, before it is a row. Plain data between all parts of the catalog."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

# What a filter or a facet can ask for; nested values cannot.
AttributeValue = str | int | float | bool | tuple[str, ...]

MAX_ID_LENGTH = 200
MAX_NAME_LENGTH = 500
MAX_DESCRIPTION_LENGTH = 10_000
MAX_CATEGORY_LENGTH = 200
MAX_SOURCE_LENGTH = 200
# As many attributes, under names as long, as a table has columns.
MAX_ATTRIBUTES = 500
MAX_ATTRIBUTE_NAME_LENGTH = 200
MAX_ATTRIBUTE_LENGTH = 2000
MAX_LIST_LENGTH = 100
MAX_PRICE_CENTS = 10**13
# A transatlantic flight is a thousand; a house some hundred thousand.
MAX_FOOTPRINT_KG = 1_000_000


@dataclass(frozen=True)
class Footprint:
    """A product's own footprint: kg CO2e for each `basis` (kg or piece), and who says so."""

    kg_co2e: float
    basis: str
    source: str | None = None


@dataclass(frozen=True)
class Picture:
    """A kept picture: the file store's SHA-256 of it and of its thumbnail, and its 64-bit dHash."""

    sha256: str
    thumbnail_sha256: str
    media_type: str
    difference_hash: int
    url: str | None = None


@dataclass(frozen=True)
class ProductDraft:
    """A product as somebody hands it over; `product_id` is theirs. Money in cents."""

    product_id: str
    name: str
    description: str | None = None
    category: str | None = None
    price_cents: int | None = None
    currency: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    footprint: Footprint | None = None

    @property
    def text(self) -> str:
        """What the encoder reads of it: name, category and description."""
        return ". ".join(part for part in (self.name, self.category, self.description) if part)

    def content_hash(self, picture_sha256: str | None) -> str:
        """SHA-256 over all that is said; equal for a product that did not change."""
        said = json.dumps([asdict(self), picture_sha256], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()
