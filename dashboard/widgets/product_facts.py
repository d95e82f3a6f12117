"""What the panel says of one product: picture, price, facts, where it came from."""

from typing import Any

import streamlit as st

from dashboard.api.product_answers import picture_url
from dashboard.language import t, tc
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.product_rows import present_facts, show_footprint, show_price
from pipeline.clock import utc_now
from pipeline.models import CatalogImport, Product


def present_sheet(product: Product) -> dict[str, Any]:
    """All texts of the sheet, ready to be shown."""
    footprint = show_footprint(product)
    source = f"{footprint}, {product.footprint_source}" if product.footprint_source else footprint
    facts = [
        {"label": t("Product id"), "value": product.product_id, "copy": product.product_id},
        {"label": t("Footprint"), "value": source},
        *present_facts(product.attributes),
        {
            "label": tc("product", "Changed"),
            "value": show_ago(product.updated_at, utc_now()),
            "hover": show_moment(product.updated_at),
        },
    ]
    return {
        "name": product.name,
        "picture": picture_url(product),
        "price": show_price(product),
        "category": product.category,
        "description": product.description,
        "facts": [fact for fact in facts if fact["value"]],
    }


def show_origin(product: Product, origin: CatalogImport | None) -> None:
    """Which import wrote it last, with the way there."""
    if origin is None:
        ago = show_ago(product.created_at, utc_now())
        st.caption(t("Added by itself, not by an import, {ago}.", ago=ago))
        return
    ago = show_ago(origin.created_at, utc_now())
    with st.container(key="product-origin"):
        st.page_link(
            "app_pages/catalog.py",
            label=t("From {file}, imported {ago}", file=as_plain_text(origin.name), ago=ago),
            icon=":material/upload_file:",
            query_params={"import": origin.job_id},
        )
