"""A product as an entry of its history keeps it."""

from typing import Any

from pipeline.models import Product


def take_snapshot(product: Product) -> dict[str, Any]:
    """What is said of a product, under the contract's names; what is not said is left out."""
    said = {
        "name": product.name,
        "description": product.description,
        "category": product.category,
        "priceCents": product.price_cents,
        "currency": product.currency,
        "metadata": product.attributes or None,
        "footprintKgCO2e": product.footprint_kg_co2e,
        "footprintBasis": product.footprint_basis,
        "footprintSource": product.footprint_source,
        "picture": product.picture_sha256,
    }
    return {name: value for name, value in said.items() if value is not None}
