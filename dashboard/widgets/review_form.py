"""The form of a receipt for the review desk: what can be edited, how sure it is, what it weighs."""

from collections.abc import Mapping
from typing import Any

from dashboard.widgets.footprint_words import present_line_footprint
from dashboard.widgets.formats import show_amount, show_confidence, show_language
from dashboard.widgets.line_products import present_line_product
from pipeline.models import Receipt
from pipeline.receipts.document import PAYMENT_METHODS, RECEIPT_TYPES
from pipeline.receipts.review.reasons import Thresholds

JsonObject = dict[str, Any]

# Name in the contract, label, kind (review_values.js), whether it is shown where it is missing.
FIELDS = (
    ("merchantName", "Merchant", "text", True),
    ("date", "Date", "day", True),
    ("time", "Time", "clock", False),
    ("totalAmount", "Total", "money", True),
    ("currency", "Currency", "code", True),
    ("subtotal", "Subtotal", "money", False),
    ("receiptType", "Type", "choice", True),
    ("paymentMethod", "Paid by", "choice", True),
    ("tip", "Tip", "money", False),
    ("change", "Change given", "money", False),
    ("merchantPhone", "Phone", "text", False),
    ("siret", "SIRET", "text", False),
    ("vatNumber", "VAT number", "text", False),
    ("receiptNumber", "Receipt number", "text", False),
    ("language", "Language", "choice", False),
    # As wide as the form: elsewhere it would leave holes.
    ("merchantAddress", "Address", "text", False),
)
LABELS = {name: label for name, label, _, _ in FIELDS}
WIDE = {"merchantName", "merchantAddress"}
# What decides whether a receipt can be booked; the others are welcome.
LOOKED_AT = {"merchantName", "date", "totalAmount"}
LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
CHOICES = {
    "receiptType": [(name, name.capitalize()) for name in RECEIPT_TYPES],
    "paymentMethod": [(name, name.capitalize()) for name in PAYMENT_METHODS],
    "language": [
        (code, show_language(code)) for code in ("fr", "en", "de", "es", "it", "nl", "pt")
    ],
}


def present_form(receipt: Receipt, thresholds: Thresholds, review_below: float) -> JsonObject:
    """Fields, taxes and items of `receipt` as the desk takes them.

    `thresholds` are those of the fields that decide, `review_below` that of all others.
    """
    fields = receipt.fields
    return {
        "fields": [
            _field(receipt, *spec, thresholds.of(spec[0]) if spec[0] in LOOKED_AT else review_below)
            for spec in FIELDS
        ],
        "taxes": [dict(tax) for tax in fields.get("taxes") or []],
        "items": [present_item(item, review_below) for item in fields.get("items") or []],
    }


def present_marks(form: Mapping[str, Any], currency: str | None) -> list[JsonObject]:
    """The boxes of what has a place on the picture."""
    fields = [
        _mark(field["path"], field["label"], str(field["value"]), field)
        for field in form["fields"]
        if field["box"]
    ]
    items = [
        _mark(f"items/{item['id']}", f"Line {number}", _say_item(item, currency), item, "gray")
        for number, item in enumerate(form["items"], 1)
        if item["box"]
    ]
    # What is drawn later lies above: a field within a line can still be pointed at.
    return items + fields


def present_item(item: Mapping[str, Any], review_below: float) -> JsonObject:
    """One line: its values, and what it is taken for."""
    confidence = item.get("confidence", 1.0)
    return {
        "id": item["id"],
        "page": item.get("page"),
        "box": item.get("box"),
        "state": "doubtful" if confidence < review_below else "plain",
        "sureness": show_confidence(confidence),
        "values": {
            name: item.get(name)
            for name in ("description", "quantity", "unit", "unitPrice", "amount", "discount")
        },
        "category": item.get("category"),
        "footprint": present_line_footprint(item),
        "product": present_line_product(item),
    }


def _field(
    receipt: Receipt, name: str, label: str, kind: str, always: bool, sure_from: float
) -> JsonObject:
    field = receipt.fields.get(name)
    corrected = name in (receipt.corrections or {}).get("fields", {})
    read = (receipt.reading.get(name) or {}).get("value")
    return {
        "path": name,
        "label": label,
        "kind": kind,
        "value": field["value"] if field else None,
        "shown": always or field is not None or corrected,
        "wide": name in WIDE,
        "options": CHOICES.get(name),
        "empty": "Not found" if always else None,
        "box": field.get("box") if field else None,
        "page": field.get("page") if field else None,
        "corrected": corrected,
        "readValue": read,
        "readText": None if read is None else str(read),
        "state": _state_of(name, field, corrected, sure_from),
        "sureness": show_confidence(field["confidence"]) if field else None,
    }


def _state_of(name: str, field: Mapping[str, Any] | None, corrected: bool, sure_from: float) -> str:
    if corrected:
        return "corrected"
    if field is None:
        return "doubtful" if name in LOOKED_AT else "plain"
    if field["confidence"] >= sure_from:
        return "sure"
    # A currency, a language or a type is rarely printed, so that it is seldom very sure.
    return "doubtful" if name in LOOKED_AT else "plain"


def _mark(
    path: str, label: str, value: str, place: Mapping[str, Any], colour: str = "green"
) -> JsonObject:
    return {
        "id": path,
        "page": place["page"],
        "box": place["box"],
        "label": label,
        "value": value,
        "colour": "orange" if place["state"] == "doubtful" else colour,
    }


def _say_item(item: Mapping[str, Any], currency: str | None) -> str:
    values = item["values"]
    return f"{values['description']}, {show_amount(values['amount'], currency)}"
