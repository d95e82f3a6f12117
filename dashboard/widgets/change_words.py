"""The audit of a receipt in words: who changed what, from what to what, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboard.widgets.formats import show_ago, show_day, show_moment
from dashboard.widgets.review_form import LABELS
from pipeline.models import ReceiptChange

JsonObject = dict[str, Any]

PARTS = {
    "description": "description",
    "quantity": "quantity",
    "unit": "unit",
    "unitPrice": "unit price",
    "amount": "amount",
    "discount": "discount",
    "factorId": "factor",
    "category": "category",
    "productId": "product",
}
DECISIONS = {
    ("review", "accepted"): "Accepted",
    ("review", "reopened"): "Opened again",
    ("duplicate", "kept_both"): "Kept beside its duplicate",
    ("duplicate", "discarded"): "Set aside as a duplicate",
}
MONEY = {"totalAmount", "subtotal", "tip", "change", "amount", "discount"}
ACTORS = {"dashboard": "in Comptoir", "api": "by the API"}


def present_changes(changes: Sequence[ReceiptChange], now: datetime) -> list[JsonObject]:
    """The changes as they come, ready to be shown."""
    return [
        {
            "what": _say_what(change),
            "before": None if _is_decision(change) else _say_value(change.path, change.before),
            "after": None if _is_decision(change) else _say_value(change.path, change.after),
            "reason": change.reason,
            "actor": ACTORS.get(change.actor, change.actor),
            "ago": show_ago(change.at, now),
            "moment": show_moment(change.at),
        }
        for change in changes
    ]


def _is_decision(change: ReceiptChange) -> bool:
    return change.path in ("review", "duplicate")


def _say_what(change: ReceiptChange) -> str:
    if _is_decision(change):
        fallback = "Decision taken back" if change.path == "duplicate" else "Reviewed"
        return DECISIONS.get((change.path, str(change.after)), fallback)
    place, _, rest = change.path.partition("/")
    if place != "items":
        return "Taxes" if place == "taxes" else LABELS.get(place, place)
    item_id, _, part = rest.partition("/")
    line = f"Line {item_id.lstrip('ra')}" if item_id.startswith("r") else "Added line"
    if part:
        return f"{line}, {PARTS.get(part, part)}"
    return f"{line} removed" if change.after is None else "Line added"


def _say_value(path: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return str(value.get("description", value.get("value", "changed")))
    if isinstance(value, list):
        return "; ".join(_say_tax(row) for row in value) or "none"
    name = path.rpartition("/")[2]
    if name in MONEY and isinstance(value, int | float):
        return f"{value:.2f}"
    if name == "date":
        return show_day(str(value))
    return str(value)


def _say_tax(row: dict[str, Any]) -> str:
    rate = "" if row.get("rate") is None else f"{row['rate']:g} %"
    amount = "" if row.get("amount") is None else f"{row['amount']:.2f}"
    return f"{rate} {amount}".strip()
