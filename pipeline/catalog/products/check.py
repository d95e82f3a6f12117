"""What a product may say: the same rules for an edit by hand and for a single product by API."""

import math
import re
from collections.abc import Mapping

from pipeline.catalog.product import (
    MAX_ATTRIBUTE_LENGTH,
    MAX_ATTRIBUTE_NAME_LENGTH,
    MAX_ATTRIBUTES,
    MAX_CATEGORY_LENGTH,
    MAX_DESCRIPTION_LENGTH,
    MAX_FOOTPRINT_KG,
    MAX_ID_LENGTH,
    MAX_LIST_LENGTH,
    MAX_NAME_LENGTH,
    MAX_PRICE_CENTS,
    MAX_SOURCE_LENGTH,
    Footprint,
    ProductDraft,
)
from pipeline.errors import InvalidRequestError
from pipeline.storable import is_storable

_CURRENCY = re.compile(r"[A-Z]{3}")
_BASES = ("kg", "piece")


def check_draft(draft: ProductDraft) -> None:
    """Raises InvalidRequestError PRODUCT_… where something of it cannot be kept."""
    _check_text("productId", draft.product_id, MAX_ID_LENGTH, is_needed=True)
    _check_text("name", draft.name, MAX_NAME_LENGTH, is_needed=True)
    _check_text("description", draft.description, MAX_DESCRIPTION_LENGTH)
    _check_text("category", draft.category, MAX_CATEGORY_LENGTH)
    if draft.price_cents is not None and not 0 <= draft.price_cents <= MAX_PRICE_CENTS:
        raise InvalidRequestError(
            "PRODUCT_PRICE_BAD", "A price is 0 or more. Correct it, or leave it empty."
        )
    if draft.currency is not None and not _CURRENCY.fullmatch(draft.currency):
        raise InvalidRequestError(
            "PRODUCT_CURRENCY_BAD", "A currency has three capital letters, such as EUR."
        )
    _check_footprint(draft.footprint)
    _check_attributes(draft.attributes)


def _check_text(field: str, text: str | None, most: int, *, is_needed: bool = False) -> None:
    if is_needed and not (text and text.strip()):
        raise InvalidRequestError(
            "PRODUCT_FIELD_MISSING",
            f"The field “{field}” of a product must not be empty. Fill it in.",
            params={"field": field},
        )
    if text is not None and (len(text) > most or not is_storable(text)):
        raise InvalidRequestError(
            "PRODUCT_TEXT_BAD",
            f"The field “{field}” takes text of at most {most} characters. Shorten it.",
            params={"field": field, "most": most},
        )


def _check_footprint(footprint: Footprint | None) -> None:
    if footprint is None:
        return
    _check_text("footprint.source", footprint.source, MAX_SOURCE_LENGTH)
    is_amount = math.isfinite(footprint.kg_co2e) and 0 <= footprint.kg_co2e <= MAX_FOOTPRINT_KG
    if not is_amount or footprint.basis not in _BASES:
        raise InvalidRequestError(
            "PRODUCT_FOOTPRINT_BAD",
            "A footprint is kg CO2e of 0 or more for each kg or piece. Correct it.",
        )


def _check_attributes(attributes: Mapping[str, object]) -> None:
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidRequestError(
            "PRODUCT_ATTRIBUTES_MANY",
            f"A product has at most {MAX_ATTRIBUTES} attributes. Leave some out.",
            params={"most": MAX_ATTRIBUTES},
        )
    for name, value in attributes.items():
        if not _is_name(name) or not _is_attribute(value):
            shown = name[:MAX_ATTRIBUTE_NAME_LENGTH]
            raise InvalidRequestError(
                "PRODUCT_ATTRIBUTE_BAD",
                f"The attribute “{shown}” must be a short text, a number, true or false, or a "
                "list of texts. Correct it.",
                params={"name": shown if is_storable(shown) else "?"},
            )


def _is_name(name: str) -> bool:
    return 0 < len(name.strip()) <= MAX_ATTRIBUTE_NAME_LENGTH and is_storable(name)


def _is_attribute(value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= MAX_LIST_LENGTH and all(_is_short_text(one) for one in value)
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= 2**53
    return _is_short_text(value)


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_ATTRIBUTE_LENGTH and is_storable(value)
