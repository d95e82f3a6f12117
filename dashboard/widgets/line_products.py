"""The product of the catalog that a receipt's line is linked to, in words for our components."""

from collections.abc import Mapping
from typing import Any

from dashboard.language import t
from dashboard.widgets.formats import show_confidence
from dashboard.widgets.product_rows import product_href


def present_line_product(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """Its name, address and how sure the link is; None where the line is linked to none."""
    product = item.get("product")
    if not product:
        return None
    likeness = show_confidence(product["likeness"])
    chosen = bool(product.get("isChosen"))
    return {
        "productId": product["productId"],
        "name": product["name"],
        "href": product_href(product["productId"]),
        "isChosen": chosen,
        "says": t("chosen by hand") if chosen else t("{share} alike", share=likeness),
    }
