"""The box that takes words, a picture or a product; it only changes the address."""

from collections.abc import Mapping
from typing import Any

from dashboard.api.product_answers import thumbnail_url
from dashboard.widgets.components import load_component
from dashboard.widgets.search_question import Asked
from pipeline.catalog.search.question import Example
from pipeline.models import Product

PICTURES = "/api/v1/search/pictures"

_render = load_component("search_box", built_of=("search_address",))


def show_box(asked: Asked, products: Mapping[str, Product]) -> None:
    """`products` are those of the examples that there are."""
    _render(
        data={
            "words": asked.words,
            "image": None if asked.image is None else f"{PICTURES}/{asked.image}",
            "upload": PICTURES,
            "examples": [
                *(_present(one, "like", products) for one in asked.like),
                *(_present(one, "unlike", products) for one in asked.unlike),
            ],
        },
        key="search-box",
    )


def _present(example: Example, side: str, products: Mapping[str, Product]) -> dict[str, Any]:
    product = products.get(example.product_id)
    return {
        "id": example.product_id,
        "side": side,
        "weight": example.weight,
        "name": product.name if product else example.product_id,
        "known": product is not None,
        "thumbnail": thumbnail_url(product) if product else None,
    }
