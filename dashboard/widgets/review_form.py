"""The form of a receipt for the review desk: what can be edited, how sure it is, what it weighs."""

from collections.abc import Mapping
from typing import Any

from dashboard.language import N_, t
from dashboard.widgets.footprint_words import present_line_footprint
from dashboard.widgets.formats import show_amount, show_confidence, show_day, show_number
from dashboard.widgets.line_products import present_line_product
from dashboard.widgets.receipt_words import list_choices, say_choice
from pipeline.models import Receipt
from pipeline.receipts.footprint import FactorBook
from pipeline.receipts.review.reasons import Thresholds

JsonObject = dict[str, Any]

# Name in the contract, label, kind (review_values.js), whether it is shown where it is missing.
FIELDS = (
    ("merchantName", N_("Merchant"), "text", True),
    ("date", N_("Date"), "day", True),
    ("time", N_("Time"), "clock", False),
    ("totalAmount", N_("Total"), "money", True),
    ("currency", N_("Currency"), "code", True),
    ("subtotal", N_("Subtotal"), "money", False),
    ("receiptType", N_("Type"), "choice", True),
    ("paymentMethod", N_("Paid by"), "choice", True),
    ("tip", N_("Tip"), "money", False),
    ("change", N_("Change given"), "money", False),
    ("merchantPhone", N_("Phone"), "text", False),
    ("siret", N_("SIRET"), "text", False),
    ("vatNumber", N_("VAT number"), "text", False),
    ("receiptNumber", N_("Receipt number"), "text", False),
    ("language", N_("Language"), "choice", False),
    # As wide as the form: elsewhere it would leave holes.
    ("merchantAddress", N_("Address"), "text", False),
)
LABELS = {name: label for name, label, _, _ in FIELDS}
WIDE = {"merchantName", "merchantAddress"}
# What decides whether a receipt can be booked; the others are welcome.
LOOKED_AT = {"merchantName", "date", "totalAmount"}


def present_form(
    receipt: Receipt, thresholds: Thresholds, review_below: float, book: FactorBook
) -> JsonObject:
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
        "items": [present_item(item, review_below, book) for item in fields.get("items") or []],
        "units": list_choices("unit"),
    }


def present_marks(form: Mapping[str, Any], currency: str | None) -> list[JsonObject]:
    """The boxes of what has a place on the picture."""
    fields = [
        _mark(field["path"], field["label"], _say_value(field), field)
        for field in form["fields"]
        if field["box"]
    ]
    items = [
        _mark(
            f"items/{item['id']}",
            t("Line {number}", number=number),
            _say_item(item, currency),
            item,
            "gray",
        )
        for number, item in enumerate(form["items"], 1)
        if item["box"]
    ]
    # What is drawn later lies above: a field within a line can still be pointed at.
    return items + fields


def present_item(item: Mapping[str, Any], review_below: float, book: FactorBook) -> JsonObject:
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
        "footprint": present_line_footprint(item, book),
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
        "label": t(label),
        "kind": kind,
        "value": field["value"] if field else None,
        "shown": always or field is not None or corrected,
        "wide": name in WIDE,
        "options": list_choices(name),
        "empty": t("Not found") if always else None,
        "box": field.get("box") if field else None,
        "page": field.get("page") if field else None,
        "corrected": corrected,
        "readValue": read,
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


def _say_value(field: Mapping[str, Any]) -> str:
    value = field["value"]
    if field["kind"] == "money":
        return show_number(value, 2)
    return show_day(value) if field["kind"] == "day" else say_choice(field["path"], value)


def _say_item(item: Mapping[str, Any], currency: str | None) -> str:
    values = item["values"]
    amount = show_amount(values["amount"], currency)
    return t("{description}, {amount}", description=values["description"], amount=amount)
