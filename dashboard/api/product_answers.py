"""A product as the contract shows it; lists and searches answer with the same."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import Field

from dashboard.api.envelope import ApiModel
from pipeline.models import Product

ADDRESS = "/api/v1/products"
# So much of a hash in an address makes another picture another address.
VERSION_LENGTH = 12


class ProductFootprint(ApiModel):
    """The product's own footprint."""

    kg_co2e: float = Field(alias="kgCO2e", description="For each kg or piece.")
    basis: str = Field(description="kg or piece.")
    source: str | None


class ProductItem(ApiModel):
    """One product."""

    product_id: str
    name: str
    description: str | None
    category: str | None
    price: float | None
    currency: str | None
    image_url: str | None = Field(description="The picture, on this server.")
    thumbnail_url: str | None
    metadata: dict[str, Any]
    footprint: ProductFootprint | None = None
    created_at: datetime
    updated_at: datetime


class ProductList(ApiModel):
    """One page of products."""

    total: int
    page: int
    items: list[ProductItem]


class DeletedProduct(ApiModel):
    """Which product is gone."""

    product_id: str


def product_item(product: Product) -> ProductItem:
    """The product as it stands; `footprint` only where it has its own."""
    price = product.price_cents
    item = ProductItem(
        product_id=product.product_id,
        name=product.name,
        description=product.description,
        category=product.category,
        price=None if price is None else price / 100,
        currency=product.currency,
        image_url=picture_url(product),
        thumbnail_url=thumbnail_url(product),
        metadata=product.attributes,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )
    if product.footprint_kg_co2e is not None:
        item.footprint = ProductFootprint(
            kg_co2e=product.footprint_kg_co2e,
            basis=product.footprint_basis or "kg",
            source=product.footprint_source,
        )
    return item


def picture_url(product: Product) -> str | None:
    """Where the picture is; another picture has another address."""
    return _file_url(product.product_id, "picture", product.picture_sha256)


def thumbnail_url(product: Product) -> str | None:
    """Where the small picture is."""
    return _file_url(product.product_id, "thumbnail", product.thumbnail_sha256)


def _file_url(product_id: str, which: str, sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    return f"{ADDRESS}/{quote(product_id, safe='')}/{which}?v={sha256[:VERSION_LENGTH]}"
