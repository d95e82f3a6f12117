"""Footprints of a receipt's JSON: its items weighed, and what they sum to. Plain data, no I/O."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint import (
    CatalogProduct,
    FactorBook,
    LineChoice,
    Purchase,
    WeighedReceipt,
    weigh,
)
from pipeline.receipts.footprint.footprint_json import weighed_line_to_json
from pipeline.receipts.keys import line_key
from pipeline.receipts.review.effective import currency_of, value_of

JsonObject = dict[str, Any]


def weigh_fields(
    fields: JsonObject,
    book: FactorBook,
    choices: Mapping[str, LineChoice],
    products: Mapping[str, CatalogProduct] | None = None,
) -> JsonObject:
    """Put a `footprint` into every item, null where it is not known; returns the receipt's own.

    That is {kgCO2e, low, high, coverage, score, grade}; the sums are None where none is known.
    `products` are those of the catalog that lines are, by line key: `product` of the items.
    """
    products = products or {}
    items = fields.get("items") or []
    language = value_of(fields, "language")
    lines = [line_item(item) for item in items]
    weighed = weigh(lines, purchase_of(fields), book, choices, products)
    for item, line in zip(items, weighed.lines, strict=True):
        key = line_key(item["description"])
        choice = choices.get(key)
        item["footprint"] = None if line is None else weighed_line_to_json(line, language)
        item["category"] = line.factor.category if line else choice.category if choice else None
        item.pop("product", None)
        if key in products:
            item["product"] = product_to_json(products[key])
    return _totals(weighed)


def keep_footprints(fields: JsonObject, before: Mapping[str, Any]) -> None:
    """Let the items weigh what they weighed before a change that has nothing to do with them."""
    known = {item["id"]: item for item in before.get("items") or []}
    for item in fields.get("items") or []:
        weighed = known.get(item["id"], {})
        item.update({part: weighed.get(part) for part in ("footprint", "category")})
        if "product" in weighed:
            item["product"] = weighed["product"]


def product_to_json(product: CatalogProduct) -> JsonObject:
    """The `product` of an item; `ref` and its own figure are for ourselves."""
    data: JsonObject = {
        "ref": product.ref,
        "productId": product.product_id,
        "name": product.name,
        "likeness": round(product.likeness, 3),
        "kgCO2e": product.kg_co2e,
        "basis": product.basis,
    }
    return {**data, "isChosen": True} if product.is_chosen else data


def line_item(item: Mapping[str, Any]) -> LineItem:
    """One item of the JSON as the stages know it; amounts become exact again."""
    box = item.get("box")
    return LineItem(
        description=item["description"],
        quantity=_decimal(item["quantity"]) or Decimal(1),
        unit=item["unit"],
        unit_price=_decimal(item.get("unitPrice")),
        amount=_decimal(item["amount"]) or Decimal(0),
        discount=_decimal(item.get("discount")) or Decimal(0),
        confidence=item.get("confidence", 1.0),
        box=None if box is None else (box[0], box[1], box[2], box[3]),
        page=item.get("page") or 1,
    )


def purchase_of(fields: Mapping[str, Any]) -> Purchase:
    """What the lines have in common."""
    return Purchase(
        receipt_type=value_of(fields, "receiptType"),
        currency=currency_of(fields),
        language=value_of(fields, "language"),
        vat_rate=_mean_rate(fields),
    )


def _mean_rate(fields: Mapping[str, Any]) -> Decimal | None:
    rows = fields.get("taxes") or []
    base = sum((_decimal(row.get("base")) or Decimal(0) for row in rows), Decimal(0))
    amount = sum((_decimal(row.get("amount")) or Decimal(0) for row in rows), Decimal(0))
    if base > 0 and all(row.get("base") and row.get("amount") is not None for row in rows):
        return 100 * amount / base
    rates = {_decimal(row.get("rate")) for row in rows}
    return rates.pop() if len(rates) == 1 else None


def _totals(weighed: WeighedReceipt) -> JsonObject:
    return {
        "kgCO2e": _rounded(weighed.kg_co2e),
        "low": _rounded(weighed.low),
        "high": _rounded(weighed.high),
        "coverage": round(weighed.coverage, 4),
        "score": weighed.score,
        "grade": weighed.grade,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _decimal(number: float | str | None) -> Decimal | None:
    # The shortest text of a float shows the cents that were meant.
    return None if number is None else Decimal(str(number))
