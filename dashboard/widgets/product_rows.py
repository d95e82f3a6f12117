"""What a card or a row shows of one product, as plain values for our components."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from babel.numbers import get_decimal_symbol

from dashboard.api.product_answers import thumbnail_url
from dashboard.language import current_locale, t
from dashboard.widgets.formats import show_ago, show_moment, show_money, show_number
from pipeline.catalog.product import AttributeValue
from pipeline.models import Product

SHOWN_FACTS = 3


def present_product(product: Product, now: datetime) -> dict[str, Any]:
    """All texts of a product, ready to be shown."""
    return {
        "id": product.product_id,
        "productId": product.product_id,
        "href": product_href(product.product_id),
        "name": product.name,
        "category": product.category,
        "price": show_price(product),
        "thumbnail": thumbnail_url(product),
        "facts": present_facts(product.attributes)[:SHOWN_FACTS],
        "footprint": show_footprint(product),
        "ago": show_ago(product.updated_at, now),
        "moment": show_moment(product.updated_at),
    }


def product_href(product_id: str) -> str:
    """The address of a product's panel."""
    return f"catalog?product={quote(product_id, safe='')}"


def show_price(product: Product) -> str | None:
    """The price with its currency, if there is one."""
    if product.price_cents is None:
        return None
    return show_money(product.price_cents, product.currency)


def show_footprint(product: Product) -> str | None:
    """The product's own footprint: 2.10 kg CO2e per piece."""
    if product.footprint_kg_co2e is None:
        return None
    return say_footprint(product.footprint_kg_co2e, product.footprint_basis)


def say_footprint(kg_co2e: float, basis: str | None) -> str:
    """A footprint with what it is for: 2.10 kg CO2e per piece."""
    amount = show_number(kg_co2e, 2)
    if basis == "kg":
        return t("{amount} kg CO2e per kg", amount=amount)
    return t("{amount} kg CO2e per piece", amount=amount)


def present_facts(attributes: Mapping[str, AttributeValue]) -> list[dict[str, str]]:
    """The attributes as label and value, in the order in which they were given."""
    return [
        {"label": show_name(name), "value": show_value(value)}
        for name, value in attributes.items()
        if value not in (None, "", [], ())
    ]


def show_name(name: str) -> str:
    """An attribute's name as a label: heel_height becomes Heel height."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def show_value(value: Any) -> str:
    """An attribute's value: yes and no, numbers without needless zeros, lists with commas."""
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float):
        return f"{value:g}".replace(".", get_decimal_symbol(current_locale()))
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
