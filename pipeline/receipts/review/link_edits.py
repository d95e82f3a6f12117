"""What a person says that a line is in the catalog: a product, none of it, or whatever is found."""

from typing import Any

from pipeline.catalog.linking.links import LINKS, forget_link, links_said, remember_link
from pipeline.catalog.linking.submit import submit_link, submit_relink
from pipeline.catalog.products.find import find_products
from pipeline.errors import InvalidRequestError
from pipeline.models import Product
from pipeline.receipts.keys import line_key
from pipeline.receipts.review.choices import choices_of, forget_rule, merchant_key_of
from pipeline.receipts.review.draft import Draft
from pipeline.receipts.review.edit_values import text_value

JsonObject = dict[str, Any]

PRODUCT = "productId"
# Withdraws what was said: the line is linked to what is found for it.
AS_FOUND = ""


def link_item(draft: Draft, item: JsonObject, value: Any) -> None:
    """Say which product a line is: its id, None for none of the catalog, "" for what is found.

    Remembered for the merchant's line. Raises InvalidRequestError PRODUCT_NOT_FOUND.
    """
    line = line_key(item["description"])
    merchant = merchant_key_of(draft.fields)
    path = f"items/{item['id']}/{PRODUCT}"
    earlier = links_said(draft.session, merchant, draft.corrections).get(line)
    if value == AS_FOUND:
        if earlier is None:
            return
        _withdraw(draft, merchant, line)
    else:
        product = None if value is None else _require_product(draft, path, value)
        ref = product.id if product else None
        if earlier is not None and earlier.ref == ref and _stated(draft, item) == value:
            return
        _say(draft, merchant, line, ref)
        if product is not None and product.footprint_kg_co2e is not None:
            _drop_factor(draft, merchant, line, item)
    draft.reweigh = True
    draft.note(path, _stated(draft, item), value)


def take_link_along(draft: Draft, before: str, after: str) -> None:
    """A line that is called otherwise stays what a person said that it is; others are looked up."""
    links = draft.corrections.get(LINKS, {})
    if line_key(before) in links:
        links.setdefault(line_key(after), links[line_key(before)])
    else:
        submit_link(draft.session, draft.receipt.job_id, draft.now)


def _say(draft: Draft, merchant: str | None, line: str, ref: int | None) -> None:
    draft.corrections.setdefault(LINKS, {})[line] = ref
    if merchant:
        remember_link(draft.session, merchant, line, ref, actor=draft.actor, now=draft.now)
        submit_relink(draft.session, draft.now, merchant)


def _withdraw(draft: Draft, merchant: str | None, line: str) -> None:
    draft.corrections.get(LINKS, {}).pop(line, None)
    if merchant:
        forget_link(draft.session, merchant, line)
    submit_link(draft.session, draft.receipt.job_id, draft.now)


def _drop_factor(draft: Draft, merchant: str | None, line: str, item: JsonObject) -> None:
    """The product's own figure was said later than a factor, and says more."""
    earlier = choices_of(draft.session, draft.fields, draft.corrections).get(line)
    if earlier is None:
        return
    draft.corrections.get("choices", {}).pop(line, None)
    if merchant:
        forget_rule(draft.session, merchant, line)
    draft.note(f"items/{item['id']}/factorId", earlier.factor_id or earlier.category, None)


def _require_product(draft: Draft, path: str, value: Any) -> Product:
    product_id = text_value(path, value)
    product = find_products(draft.session, [product_id]).get(product_id)
    if product is None:
        raise InvalidRequestError(
            "PRODUCT_NOT_FOUND",
            "There is no product with this id. Choose one of those that GET /products lists.",
            params={"field": path},
        )
    return product


def _stated(draft: Draft, item: JsonObject) -> str | None:
    stored = draft.receipt.fields.get("items") or []
    shown: JsonObject = next((one for one in stored if one["id"] == item["id"]), {})
    product_id: str | None = (shown.get("product") or {}).get(PRODUCT)
    return product_id
