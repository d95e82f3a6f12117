"""The audit of a receipt in words: who changed what, from what to what, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboard.language import N_, t
from dashboard.widgets.formats import show_ago, show_day, show_moment, show_number, show_rate
from dashboard.widgets.receipt_words import say_category, say_choice
from dashboard.widgets.review_form import LABELS
from pipeline.access.accounts import AT_THE_DOOR, FROM_PROVIDER
from pipeline.access.principal import OPEN_API, OPEN_PAGES
from pipeline.models import ReceiptChange

JsonObject = dict[str, Any]

PARTS = {
    "description": N_("Description"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "unitPrice": N_("Unit price"),
    "amount": N_("Amount"),
    "discount": N_("Discount"),
    "factorId": N_("Factor"),
    "category": N_("Category"),
    "productId": N_("Product"),
}
DECISIONS = {
    ("review", "accepted"): N_("Accepted"),
    ("review", "reopened"): N_("Opened again"),
    ("duplicate", "kept_both"): N_("Kept beside its duplicate"),
    ("duplicate", "discarded"): N_("Set aside as a duplicate"),
}
DECIDED = ("review", "duplicate")
MONEY = {"totalAmount", "subtotal", "tip", "change", "amount", "discount"}
# Also after "by": Corrected by somebody in Comptoir.
ACTORS = {
    OPEN_PAGES.name: N_("somebody in Comptoir"),
    OPEN_API.name: N_("a program"),
    AT_THE_DOOR: N_("somebody not signed in"),
    FROM_PROVIDER: N_("the sign-in provider"),
}


def present_changes(changes: Sequence[ReceiptChange], now: datetime) -> list[JsonObject]:
    """The changes as they come, ready to be shown."""
    return [
        {
            "what": say_what(change.path, change.after),
            "before": say_value(change.path, change.before),
            "after": say_value(change.path, change.after),
            "reason": change.reason,
            "actor": say_actor(change.actor),
            "ago": show_ago(change.at, now),
            "moment": show_moment(change.at),
        }
        for change in changes
    ]


def say_actor(actor: str) -> str:
    """Who did it: a person or a key by name, or the way it came while nobody signs in."""
    known = ACTORS.get(actor)
    return t(known) if known else actor


def say_what(path: str, after: Any) -> str:
    """What of a receipt was changed: a field, a part of a line, or what was decided about it."""
    if path in DECIDED:
        decision = DECISIONS.get((path, str(after)))
        if decision:
            return t(decision)
        return t("Decision taken back") if path == "duplicate" else t("Reviewed")
    place, _, rest = path.partition("/")
    if place != "items":
        return t("Taxes") if place == "taxes" else t(LABELS.get(place, place))
    item_id, _, part = rest.partition("/")
    return _say_line(item_id, part, is_gone=after is None)


def _say_line(item_id: str, part: str, *, is_gone: bool) -> str:
    """Lines that were read have a number, those that somebody added have none."""
    number = item_id.lstrip("ra") if item_id.startswith("r") else None
    if part:
        label = t(PARTS.get(part, part))
        if number is None:
            return t("Added line: {part}", part=label)
        return t("Line {number}: {part}", number=number, part=label)
    if not is_gone:
        return t("Line added")
    return t("Line {number} removed", number=number) if number else t("Added line removed")


def say_value(path: str, value: Any) -> str | None:
    """A value before or after a change; None where there is none, or where `path` says it all."""
    if value is None or path in DECIDED:
        return None
    if isinstance(value, dict):
        return str(value.get("description", value.get("value", t("changed"))))
    if isinstance(value, list):
        return "; ".join(_say_tax(row) for row in value) or t("none")
    return _say_plain(path.rpartition("/")[2], value)


def _say_plain(name: str, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return show_number(value, 2 if name in MONEY else _decimals_of(value))
    if name == "date":
        return show_day(str(value))
    if name == "category":
        return say_category(str(value))
    return say_choice(name, value)


def _decimals_of(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])


def _say_tax(row: dict[str, Any]) -> str:
    rate = "" if row.get("rate") is None else show_rate(row["rate"])
    amount = "" if row.get("amount") is None else show_number(row["amount"], 2)
    return f"{rate} {amount}".strip()
