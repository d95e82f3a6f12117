"""The values and the lines of text of a receipt, each with its place on the picture."""

from typing import Any

from babel import Locale

from dashboard.language import current_locale, t
from dashboard.widgets.formats import show_amount, show_day
from dashboard.widgets.receipt_rows import present_confidence, present_state
from dashboard.widgets.receipt_words import say_choice
from dashboard.widgets.review_form import LABELS
from dashboard.widgets.states import DONE, NEEDS_ME
from pipeline.models import Receipt
from pipeline.receipts.review.effective import AMOUNTS
from pipeline.settings import get_settings

# A receipt without these needs a person; the others are welcome.
NEEDED_FIELDS = ("merchantName", "date", "totalAmount")


def present_fields(receipt: Receipt) -> dict[str, Any]:
    """The values of `receipt` for the list beside the picture; missing ones that count too."""
    items = [
        _present_field(name, receipt.fields.get(name))
        for name in LABELS
        if name in receipt.fields or name in NEEDED_FIELDS
    ]
    return {"layout": "fields", "scope": receipt.job_id, "items": items}


def present_marks(receipt: Receipt) -> list[dict[str, Any]]:
    """The boxes of those values that have a place on the picture."""
    return [
        {
            "id": item["id"],
            "page": item["page"],
            "box": item["box"],
            "label": item["label"],
            "value": item["value"],
            "colour": item["state"]["colour"],
        }
        for item in present_fields(receipt)["items"]
        if item["box"]
    ]


def present_lines(scope: str, page: dict[str, Any]) -> dict[str, Any]:
    """The lines of one page as the engine read them."""
    review_below = get_settings().review_below
    items = [
        {
            "id": f"line-{page['page']}-{number}",
            "value": line["text"],
            "page": page["page"],
            "box": line["box"],
            "confidence": present_confidence(line["confidence"], review_below),
        }
        for number, line in enumerate(page["lines"])
    ]
    return {"layout": "lines", "scope": scope, "items": items}


def _present_field(name: str, field: dict[str, Any] | None) -> dict[str, Any]:
    review_below = get_settings().review_below
    label = t(LABELS[name])
    if field is None:
        return {
            "id": name,
            "label": label,
            "value": None,
            "page": None,
            "box": None,
            "confidence": None,
            "state": present_state(NEEDS_ME),
        }
    sure = field["confidence"] >= review_below or name not in NEEDED_FIELDS
    return {
        "id": name,
        "label": label,
        "value": _show_value(name, field),
        "page": field["page"],
        "box": field["box"],
        "confidence": present_confidence(field["confidence"], review_below),
        "state": present_state(DONE if sure else NEEDS_ME),
    }


def _show_value(name: str, field: dict[str, Any]) -> str:
    value = field["value"]
    if name in AMOUNTS:
        return show_amount(value, field["currency"])
    if name == "date":
        return show_day(value)
    if name == "currency":
        named = Locale.parse(current_locale()).currencies.get(value) or t("unknown")
        return f"{value} · {named}"
    return say_choice(name, value)
