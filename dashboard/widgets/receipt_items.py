"""The lines, taxes and footprint of a receipt, to be read; the review page is where they change."""

from typing import Any

from dashboard.language import t
from dashboard.widgets.components import load_component
from dashboard.widgets.footprint_words import (
    SCORE_HELP,
    SCORE_NAME,
    present_footprint,
    present_line_footprint,
)
from dashboard.widgets.formats import show_amount, show_number, show_rate
from dashboard.widgets.line_products import present_line_product
from dashboard.widgets.receipt_words import say_choice
from pipeline.models import Receipt
from pipeline.receipts.footprint import FactorBook

JsonObject = dict[str, Any]

_render = load_component("receipt_items")


def show_items(receipt: Receipt, book: FactorBook) -> None:
    """Figures of the whole receipt, its lines, its taxes."""
    fields = receipt.fields
    data = {
        "scope": receipt.job_id,
        "figures": _figures(receipt),
        "items": [_item(item, receipt.currency, book) for item in fields.get("items") or []],
        "taxes": [_tax(tax, receipt.currency) for tax in fields.get("taxes") or []],
    }
    _render(data=data, key=f"items-{receipt.job_id}")


def _figures(receipt: Receipt) -> list[JsonObject]:
    shown = present_footprint(receipt)
    return [
        {"value": shown["kg"], "label": shown["range"], "help": None, "grade": None},
        {"value": shown["coverage"], "label": shown["covers"], "help": None, "grade": None},
        {
            "value": shown["score"],
            "label": t(SCORE_NAME),
            "help": t(SCORE_HELP),
            "grade": shown["grade"],
        },
    ]


def _item(item: JsonObject, currency: str | None, book: FactorBook) -> JsonObject:
    footprint = present_line_footprint(item, book)
    weighed = footprint or {}
    return {
        "id": f"items/{item['id']}",
        "page": item.get("page"),
        "box": item.get("box"),
        "description": item["description"],
        "detail": _say_quantity(item, currency),
        "amount": show_amount(item["amount"] - (item.get("discount") or 0), currency),
        "kg": weighed.get("kg"),
        "range": weighed.get("range"),
        "factor": weighed.get("name"),
        "source": weighed.get("source"),
        "grade": weighed.get("grade"),
        "scoreSays": weighed.get("scoreSays"),
        "product": present_line_product(item),
    }


def _say_quantity(item: JsonObject, currency: str | None) -> str:
    quantity = item["quantity"]
    parts = []
    if quantity != 1 or item["unit"] != "pcs":
        count = show_number(quantity, 0 if quantity == int(quantity) else 3)
        parts.append(f"{count} {say_choice('unit', item['unit'])}")
    if item.get("unitPrice") is not None and parts:
        parts.append(t("at {price}", price=show_amount(item["unitPrice"], currency)))
    if item.get("discount"):
        parts.append(t("less {discount}", discount=show_amount(item["discount"], currency)))
    return " ".join(parts)


def _tax(tax: JsonObject, currency: str | None) -> list[str]:
    rate, base, amount = tax.get("rate"), tax.get("base"), tax.get("amount")
    return [
        "–" if rate is None else show_rate(rate),
        "–" if base is None else show_amount(base, currency),
        "–" if amount is None else show_amount(amount, currency),
    ]
