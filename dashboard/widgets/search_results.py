"""What a search found, as a grid of pictures with scores, a cut-off and an order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from dashboard.language import N_, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_confidence, show_duration
from dashboard.widgets.product_rows import present_product
from dashboard.widgets.search_question import ORDERS, PER_SHEET, Asked
from pipeline.catalog.search.question import Answer, Found, FoundBy
from pipeline.models import Product

REASONS: dict[FoundBy, tuple[str, str]] = {
    "id": ("tag", N_("Its id is what you typed")),
    "name": ("match_word", N_("Its name is what you typed")),
    "words": ("match_word", N_("Has the words you typed")),
    "picture": ("image", N_("Found by its picture")),
    "meaning": ("text_fields", N_("Found by what its words mean")),
}

_render = load_component("search_results", built_of=("search_address",))


def show_results(answer: Answer, asked: Asked, now: datetime, *, is_loading: bool) -> None:
    """One sheet; what is below the cut-off is there too, so that moving it asks nothing."""
    _render(
        data={
            "rows": [_present(found, now) for found in answer.found],
            "cutOff": round(100 * answer.cut_off),
            "isOwnCutOff": asked.cut_off is None,
            "total": answer.total,
            "isSorted": asked.sort != "score",
            "noGoodMatch": answer.no_good_match,
            "isLoading": is_loading,
            "sort": asked.sort,
            "orders": [(order, t(label)) for order, label in ORDERS.items()],
            "sheet": asked.sheet,
            "perSheet": PER_SHEET,
            "model": answer.model,
            "isBasic": answer.is_basic,
            "took": show_duration(answer.took_ms / 1000),
        },
        key="search-results",
    )


def show_newest(products: Sequence[Product], now: datetime) -> None:
    """Products to begin with, where nothing is asked yet."""
    rows = [present_product(product, now) | {"href": _href(product)} for product in products]
    _render(data={"rows": rows, "isBrowsing": True}, key="search-newest")


def _present(found: Found, now: datetime) -> dict[str, Any]:
    return {
        **present_product(found.product, now),
        "href": _href(found.product),
        "score": 100 * found.score,
        "percent": show_confidence(found.score),
        # Called as was typed: no cut-off hides it.
        "isNamed": not {"id", "name"}.isdisjoint(found.found_by),
        "reasons": [
            {"icon": REASONS[reason][0], "says": t(REASONS[reason][1])} for reason in found.found_by
        ],
    }


def _href(product: Product) -> str:
    # At the edge of this page, so that the question stays.
    return f"search?product={quote(product.product_id, safe='')}"
